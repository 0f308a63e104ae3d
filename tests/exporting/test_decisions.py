"""A decision is one flat row, with what is masked masked."""

from dataclasses import replace
from decimal import Decimal

from bot.domain.measures.measuring import PacketFacts, Seen, measured
from bot.exporting import decisions
from bot.exporting.masking import MASKED
from tests.builders import NOW, after
from tests.exporting.records import approved, edited, rejected


def test_a_row_says_what_was_asked_ruled_and_decided() -> None:
    row = decisions.row(approved(subject="c-118"))
    assert list(row) == list(decisions.COLUMNS)
    told = {name: row[name] for name in ("id", "agent", "action", "status", "decision", "decided_by", "rule")}
    assert told == {
        "id": "apr_01kjpwd6m0q9h5w0v0799wzbn1",
        "agent": "support-bot",
        "action": "refund.issue",
        "status": "approved",
        "decision": "approve",
        "decided_by": "ann",
        "rule": "default",
    }
    assert (row["amount"], row["currency"], row["subject"]) == (Decimal("240.00"), "EUR", "c-118")
    assert (row["created_at"], row["decided_at"], row["turnaround_s"]) == (NOW, after(5), 300.0)
    assert row["confidence"] == 0.82


def test_masked_arguments_are_masked_unless_they_are_asked_for() -> None:
    assert decisions.row(approved())["arguments"]["iban"] == MASKED
    assert decisions.row(approved())["arguments"]["order"] == "4892"
    assert decisions.row(approved(), unmask=True)["arguments"]["iban"] == "DE89370400440532013000"


def test_reasons_and_editors_have_their_columns() -> None:
    no, changed = decisions.row(rejected()), decisions.row(edited())
    assert (no["reason_code"], no["reason_text"]) == ("wrong_facts", "It arrived.")
    assert (changed["decision"], changed["edited_by"], changed["revision"]) == ("edit", "ann", 2)


def test_what_was_measured_stands_beside_it() -> None:
    record = approved()
    seen = Seen(looks={"ann": after(3)})
    measure = measured(record.request, PacketFacts(length=900), seen)
    row = decisions.row(replace(record, measure=measure))
    assert (row["first_look_at"], row["packet_characters"]) == (after(3), 900)
    assert row["time_to_decide_s"] == 120.0
    assert decisions.row(record)["first_look_at"] is None
