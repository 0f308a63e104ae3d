"""What of the findings needs attention."""

from dataclasses import replace
from datetime import date

from bot.domain.measures.findings import Calibration, CeremonialGate, Drift, Findings, Overload, RubberStamp
from bot.domain.measures.notices import Concern, notices
from bot.domain.measures.query import Behind, Dimension
from bot.domain.measures.rate import Rate

_NONE = Rate(hits=0, of=0)
DRIFT = Drift(
    agent="support-bot", action="refund.issue", version="2", before="1", since=date(2026, 3, 2), clean=_NONE,
    clean_before=_NONE, difference=-0.2, low=-0.3, high=-0.1, p=0.001, too_few=False, sentence="It drifts.",
)  # fmt: skip
STAMP = RubberStamp(
    reviewer="ben", signals=(), decided=90, hasty=Rate(hits=80, of=90), streak=70, approval=_NONE,
    others=_NONE, wrong=_NONE, sentence="Ben stamps.",
)  # fmt: skip
LOAD = Overload(
    reviewer="ann", per_day=90, most=140, days=20, days_over=12, waiting=3, sentence="Ann has too much."
)
OFF = Calibration(
    agent="support-bot", action="refund.issue", n=400, bins=(), brier=0.2, ece=0.2, certain=0.1, is_off=True,
    too_few=False, sentence="It is too sure.",
)  # fmt: skip
GATE = CeremonialGate(
    action="note.add", rule="notes", decided=300, clean=_NONE, spent=None, sentence="Nothing is changed."
)
FOUND = Findings(
    rubber_stamps=(STAMP,), overloads=(LOAD,), ceremonial_gates=(GATE,), drifts=(DRIFT,), calibrations=(OFF,)
)


def test_the_gravest_comes_first() -> None:
    assert [notice.concern for notice in notices(FOUND)] == list(Concern)


def test_what_too_few_requests_speak_for_is_no_notice() -> None:
    few = replace(FOUND, drifts=(replace(DRIFT, too_few=True),), calibrations=(replace(OFF, too_few=True),))
    fine = replace(FOUND, calibrations=(replace(OFF, is_off=False),))

    assert {notice.concern for notice in notices(few)}.isdisjoint({Concern.DRIFT, Concern.CALIBRATION})
    assert Concern.CALIBRATION not in {notice.concern for notice in notices(fine)}


def test_each_leads_to_the_requests_that_show_it() -> None:
    drift, stamp, load, calibration, gate = notices(FOUND)

    assert drift.where == {Dimension.AGENT_VERSION: "support-bot 2", Dimension.ACTION: "refund.issue"}
    assert (stamp.where, stamp.behind) == ({Dimension.REVIEWER: "ben"}, Behind.HASTY)
    assert load.where == {Dimension.REVIEWER: "ann"}
    assert calibration.where == {Dimension.AGENT: "support-bot", Dimension.ACTION: "refund.issue"}
    assert (gate.where[Dimension.RULE], gate.behind) == ("notes", Behind.APPROVED)


def test_nothing_stands_out_where_nothing_was_found() -> None:
    assert notices(Findings()) == ()


def test_people_are_called_by_their_names() -> None:
    load = replace(LOAD, sentence="ann has too much, and ann knows.")
    told = notices(Findings(overloads=(load,)), {"ann": "Ann Arbor"}.__getitem__)

    assert [notice.sentence for notice in told] == ["Ann Arbor has too much, and ann knows."]
