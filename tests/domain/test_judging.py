"""Quality checks: drawn automatic approvals are judged blindly, by one person who could have decided them."""

from dataclasses import replace
from datetime import time, timedelta
from decimal import Decimal
from typing import Any

import pytest

from bot.domain import lifecycle
from bot.domain.choice import Choice
from bot.domain.effects import Ping, PostCard, RedrawCards
from bot.domain.events import EventKind
from bot.domain.hours import Hours
from bot.domain.judging import OPEN_FOR
from bot.domain.moves import Due, ReportOutcome, Say
from bot.domain.request import ApprovalRequest
from bot.domain.sample import SampleState, Verdict
from bot.domain.sentences import QUALITY_CHECK
from bot.domain.status import Mode, OutcomeStatus, ReasonCode, Status
from bot.domain.terms import Confirm
from bot.domain.transition import Transition
from tests.builders import (
    AGENT,
    NOW,
    a_directory,
    a_person,
    a_reason,
    a_request,
    a_step,
    after,
    facts,
    group,
    opened,
    pressed,
)

RULED: dict[str, Any] = {
    "mode": Mode.AUTO,
    "sample": 1.0,
    "irreversible": False,
    "rule": "small-refund",
    "owner": "ann",
}
OFFICE = Hours(days=(1, 2, 3, 4, 5), start=time(9), end=time(18), zone="Europe/Berlin")


def due(request: ApprovalRequest, minutes: float = 0, *, days: float = 0) -> Transition:
    return lifecycle.fold(
        request, Due(request_id=request.id, command_id="d"), facts(after(minutes, days=days))
    )


def asked(**changes: Any) -> ApprovalRequest:
    """A quality check whose card stands."""
    return due(opened(**RULED | changes)).request


def test_a_drawn_approval_runs_at_once_and_is_asked_about_by_its_timer() -> None:
    request = opened(**RULED)
    assert request.status is Status.APPROVED
    assert request.progress.sample is not None
    assert request.progress.sample.state is SampleState.DRAWN
    assert request.due_at == NOW
    done = due(request)
    assert [event.kind for event in done.events] == [EventKind.SAMPLE_ASKED]
    assert done.effects == (PostCard(destination="slack:C0REFUNDS", step=1, round=1),)
    assert done.request.due_at == NOW + OPEN_FOR


@pytest.mark.parametrize(
    "changes",
    [
        {"sample": 0.0},
        {"mode": Mode.NOTIFY},
        {"mode": Mode.REFUSE},
        {"mode": Mode.GATE},
        {"mode": Mode.VETO, "window": timedelta(minutes=5)},
        {"irreversible": True},
    ],
)
def test_only_what_ran_without_anybody_knowing_is_checked(changes: dict[str, Any]) -> None:
    assert opened(**RULED | changes).progress.sample is None


def test_a_quality_check_waits_for_working_hours_though_the_request_is_urgent() -> None:
    night = after(hours=10)
    request = lifecycle.open_request(a_request(**RULED, urgent=True, hours=OFFICE), facts(night)).request
    assert request.due_at == after(hours=22)
    assert not due(request, minutes=11 * 60).events


def test_it_goes_to_the_first_step_and_to_people_in_it_directly() -> None:
    done = due(opened(**RULED, steps=(a_step(group()), a_step())))
    posted = [effect.destination for effect in done.effects if isinstance(effect, PostCard)]
    assert posted == [each for name in ("ann", "ben") for each in a_directory().asked_at(name, (), ())]
    assert done.request.progress.reached == tuple(posted)


def test_what_nobody_could_judge_is_not_asked() -> None:
    request = opened(**RULED)
    done = lifecycle.fold(
        request,
        Due(request_id=request.id, command_id="d"),
        facts(directory=a_directory(groups={"finance": ("cat",)})),
    )
    assert [event.kind for event in done.events] == [EventKind.SAMPLE_LAPSED]
    assert not done.request.is_blind
    assert done.request.due_at is None


def test_somebody_who_would_have_approved_it_agrees() -> None:
    done = pressed(asked(), "ann", Choice.AGREE, now=after(5))
    sample = done.request.progress.sample
    assert sample is not None
    assert (sample.state, sample.verdict, sample.person) == (SampleState.ANSWERED, Verdict.AGREE, "ann")
    assert (sample.asked_at, sample.at, sample.via) == (NOW, after(5), "slack")
    assert "you agree with the rule small-refund" in done.answer.sentence
    assert done.request.status is Status.APPROVED
    assert done.request.progress.votes == ()
    assert done.effects == (RedrawCards(),)


def test_disagreeing_takes_a_reason_and_leaves_the_approval_as_it_is() -> None:
    request = asked()
    assert pressed(request, "ann", Choice.DISAGREE).answer.code == "reason_needed"
    done = pressed(request, "ann", Choice.DISAGREE, reason=a_reason(ReasonCode.TOO_RISKY, "A new customer."))
    sample = done.request.progress.sample
    assert sample is not None
    assert (sample.verdict, sample.reason, sample.text) == (
        Verdict.DISAGREE,
        ReasonCode.TOO_RISKY,
        "A new customer.",
    )
    [event] = done.events
    assert event.facts["verdict"] == "disagree"
    assert event.private == {"reason": "A new customer."}
    assert done.request.status is Status.APPROVED
    assert done.request.progress.decision == request.progress.decision


def test_one_verdict_decides_it() -> None:
    judged = pressed(asked(), "ann", Choice.AGREE).request
    late = pressed(judged, "ben", Choice.DISAGREE, reason=a_reason())
    assert late.answer.code == "too_late"
    assert late.answer.sentence == "Ann gave a verdict already, so yours was not recorded."
    again = pressed(judged, "ann", Choice.AGREE)
    assert (again.answer.accepted, again.answer.code) == (True, "already")
    changed = pressed(judged, "ann", Choice.DISAGREE, reason=a_reason())
    assert changed.answer.code == "too_late"
    assert changed.request.progress.sample == judged.progress.sample


@pytest.mark.parametrize(("name", "code"), [("dan", "not_a_reviewer"), ("eve", "unlinked")])
def test_only_whoever_could_have_decided_it_judges(name: str, code: str) -> None:
    done = pressed(asked(), name, Choice.AGREE)
    assert done.answer.code == code
    assert done.request.is_blind


def test_neither_the_agents_owner_nor_somebody_beyond_their_limit_judges() -> None:
    directory = a_directory(groups={"finance": ("ann", "ben", "cat")})
    for choice in (Choice.AGREE, Choice.DISAGREE):
        own = pressed(asked(), "cat", choice, directory=directory, reason=a_reason())
        assert own.answer.code == "self_approval"
    large = asked(amount=Decimal(900))
    assert pressed(large, "ben", Choice.AGREE).answer.code == "limit"


def test_a_verdict_on_what_was_never_drawn_is_none() -> None:
    done = pressed(opened(**RULED | {"sample": 0.0}), "ann", Choice.AGREE)
    assert done.answer.code == "not_offered"


def test_an_unanswered_one_lapses_quietly() -> None:
    request = asked()
    assert not due(request, days=6.9).events
    done = due(request, days=7)
    [event] = done.events
    assert event.kind is EventKind.SAMPLE_LAPSED
    assert done.effects == (RedrawCards(),)
    sample = done.request.progress.sample
    assert sample is not None
    assert (sample.state, sample.verdict, sample.person) == (SampleState.LAPSED, None, None)
    assert pressed(done.request, "ann", Choice.AGREE).answer.code == "too_late"


@pytest.mark.parametrize("choice", [c for c in Choice if c not in (Choice.AGREE, Choice.DISAGREE)])
def test_no_other_press_is_told_what_was_decided(choice: Choice) -> None:
    done = pressed(asked(), "ann", choice)
    assert not done.answer.accepted
    assert done.answer.sentence == QUALITY_CHECK


def test_what_comes_of_it_is_neither_said_nor_shown_before_the_verdict() -> None:
    request = asked()
    outcome = ReportOutcome(
        request_id=request.id, command_id="o", agent=AGENT, status=OutcomeStatus.FAILED, detail="No."
    )
    failed = lifecycle.fold(request, outcome, facts())
    assert not [effect for effect in failed.effects if isinstance(effect, Ping | RedrawCards)]
    word = Say(request_id=request.id, command_id="s", agent=AGENT, text="It is refunded.")
    assert not lifecycle.fold(failed.request, word, facts()).effects


def test_a_step_may_widen_who_judges_as_it_widens_who_decides() -> None:
    request = asked(steps=(a_step(voters=("dan",)),))
    assert pressed(request, "dan", Choice.AGREE).answer.accepted


def test_a_pause_and_a_confirmation_keep_nobody_from_judging() -> None:
    assert pressed(asked(confirm=Confirm.TYPE, high_impact=True), "ann", Choice.AGREE).answer.accepted


def test_a_person_who_is_denied_the_action_does_not_judge_it() -> None:
    directory = a_directory(replace(a_person("ann"), denied=("*",)))
    assert pressed(asked(), "ann", Choice.AGREE, directory=directory).answer.code == "denied"
