"""Pairs to train on: exactly these lines, from these requests."""

import json
from dataclasses import replace

import pytest

from bot.domain.outcome import Outcome
from bot.domain.packet import Context
from bot.domain.ratings import Grade, Rating
from bot.domain.sample import Sample, SampleState, Verdict
from bot.domain.status import OutcomeStatus, ReasonCode
from bot.exporting import training
from bot.exporting.exporting import Counted, Exporter, Format, Shape
from bot.exporting.record import Kind, Record
from tests.builders import NOW, a_packet, opened, renewed
from tests.exporting.records import WITH_IBAN, approved, automatic, edited, rejected

USER = (
    '{"subject": {"id": "c-118", "name": "Jo Doe", "tier": "gold", "facts": {"Customer since": "2023"}},'
    ' "issue": "Where is my parcel?", "tried": ["Traced the parcel", "Asked the carrier"],'
    ' "evidence": [{"title": "Carrier\'s note", "url": "https://carrier.example.com/4892", "quote": "Lost."}'
    "],"
    ' "conversation": [{"from": "Jo", "text": "It never came.", "at": "2026-03-02T10:00:00+00:00"}]}'
)
PROMPT = [{"role": "system", "content": training.SYSTEM}, {"role": "user", "content": USER}]


def action(amount: str) -> str:
    return (
        f'{{"name": "refund.issue", "arguments": {{"order": "4892", "amount": "{amount}", "currency": "EUR",'
        ' "iban": "[masked]"}}'
    )


def said(content: str) -> dict[str, str]:
    return {"role": "assistant", "content": content}


def test_an_approved_action_is_the_answer_to_what_was_known() -> None:
    assert training.sft(approved()) == {
        "messages": [*PROMPT, said(action("240.00"))],
        "metadata": {
            "request": "apr_01kjpwd6m0q9h5w0v0799wzbn1",
            "agent": "support-bot",
            "agent_version": None,
            "action": "refund.issue",
            "decision": "approve",
            "reason_code": None,
            "rule": "default",
            "created_at": "2026-03-02T10:00:00+00:00",
        },
    }


def test_of_an_edit_the_answer_is_what_the_reviewer_made_of_it() -> None:
    row = training.sft(edited())
    assert row is not None
    assert row["messages"] == [*PROMPT, said(action("200.00"))]


def test_an_edit_is_preferred_to_what_was_proposed() -> None:
    row = training.preference(edited())
    assert row is not None
    assert {name: row[name] for name in ("prompt", "chosen", "rejected")} == {
        "prompt": PROMPT,
        "chosen": [said(action("200.00"))],
        "rejected": [said(action("240.00"))],
    }


def test_doing_nothing_for_a_reason_is_preferred_to_what_was_rejected() -> None:
    row = training.preference(rejected())
    assert row is not None
    nothing = '{"name": null, "reason": {"why": "the facts are wrong", "words": "It arrived."}}'
    assert (row["chosen"], row["rejected"]) == ([said(nothing)], [said(action("240.00"))])
    assert row["metadata"]["reason_code"] == "wrong_facts"


def rated(record: Record, verdict: Grade) -> Record:
    rating = Rating(person="ben", verdict=verdict, at=NOW)
    return replace(record, request=renewed(record.request, ratings=(rating,)))


def test_a_correction_afterwards_is_the_answer_and_is_preferred_to_what_was_proposed() -> None:
    corrected = {**WITH_IBAN, "amount": "120.00"}
    record = replace(rated(approved(), Grade.WRONG), corrected=corrected)
    answer, pair = training.sft(record), training.preference(record)
    assert answer is not None
    assert pair is not None
    assert answer["messages"][-1] == said(action("120.00"))
    assert (pair["chosen"], pair["rejected"]) == ([said(action("120.00"))], [said(action("240.00"))])


def test_the_last_rating_says_whether_people_stand_by_it() -> None:
    assert training.sft(rated(approved(), Grade.WRONG)) is None
    assert training.sft(rated(automatic(), Grade.RIGHT)) is not None
    checked = Sample(state=SampleState.ANSWERED, verdict=Verdict.AGREE)
    agreed = replace(automatic(), request=renewed(automatic().request, sample=checked))
    assert training.sft(agreed) is not None


@pytest.mark.parametrize("code", [ReasonCode.TAKEN_OVER, ReasonCode.DUPLICATE])
def test_a_rejection_that_judges_nothing_teaches_nothing(code: ReasonCode) -> None:
    assert training.preference(rejected(code)) is None


def test_what_no_person_approved_or_what_went_wrong_is_not_repeated() -> None:
    wrong = approved()
    outcome = Outcome(status=OutcomeStatus.FAILED, detail="", at=NOW)
    failed = replace(wrong, request=renewed(wrong.request, outcome=outcome))
    undone = replace(wrong, request=renewed(wrong.request, reverted_at=NOW))
    pending = replace(wrong, request=opened())
    for record in (automatic(), rejected(), failed, undone, pending):
        assert training.sft(record) is None
    assert training.preference(approved()) is None


def test_an_empty_context_is_an_empty_object() -> None:
    record = replace(approved(), packet=a_packet(WITH_IBAN, context=Context()))
    row = training.sft(record)
    assert row is not None
    assert row["messages"][1]["content"] == "{}"


def exported(kind: Kind, shape: Shape = Shape.MESSAGES, file_format: Format = Format.JSONL) -> list[str]:
    exporter = Exporter(kind=kind, format=file_format, shape=shape)
    return list(exporter.lines([approved(), edited(), rejected(), automatic()], Counted()))


def test_the_agents_reasoning_is_in_no_pair() -> None:
    for kind in (Kind.SFT, Kind.PREFERENCES):
        assert "The parcel was lost" not in "".join(exported(kind))


def test_each_line_is_an_object_with_the_keys_that_trainers_expect() -> None:
    keys = {
        (Kind.SFT, Shape.MESSAGES): ["messages", "metadata"],
        (Kind.SFT, Shape.PROMPT_COMPLETION): ["prompt", "completion", "metadata"],
        (Kind.PREFERENCES, Shape.MESSAGES): ["prompt", "chosen", "rejected", "metadata"],
    }
    for (kind, shape), expected in keys.items():
        lines = exported(kind, shape)
        assert len(lines) == 2
        assert [list(json.loads(line)) for line in lines] == [expected] * 2


def test_the_prompt_and_the_answer_stand_apart_where_that_is_asked_for() -> None:
    row = json.loads(exported(Kind.SFT, Shape.PROMPT_COMPLETION)[0])
    assert (row["prompt"], row["completion"]) == (PROMPT, [said(action("240.00"))])


def test_as_csv_pairs_are_columns() -> None:
    exporter = Exporter(kind=Kind.PREFERENCES, format=Format.CSV)
    assert exporter.head() == '"request","action","reason_code","prompt","chosen","rejected"\r\n'
    [first, _] = exported(Kind.PREFERENCES, file_format=Format.CSV)
    assert first.startswith('"apr_01kjpwd6m0q9h5w0v0799wzbn2","refund.issue","","[{""role"": ""system""')
