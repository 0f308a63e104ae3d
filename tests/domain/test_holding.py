"""Holding a request: it rests reminders and nothing else."""

from datetime import timedelta

import pytest

from bot.domain import lifecycle
from bot.domain.attention import Claim
from bot.domain.choice import Choice
from bot.domain.effects import RedrawCards
from bot.domain.events import EventKind
from bot.domain.moves import Due, OpenView
from bot.domain.request import ApprovalRequest
from tests.builders import a_step, after, facts, opened, pressed, presser


def claimed(name: str = "ann", minutes: float = 0, request: ApprovalRequest | None = None) -> ApprovalRequest:
    return pressed(request or opened(), name, Choice.CLAIM, now=after(minutes)).request


def holder(request: ApprovalRequest) -> Claim:
    assert request.progress.claim is not None
    return request.progress.claim


def test_the_claimant_is_told_until_when_reminders_rest() -> None:
    assert pressed(opened(), choice=Choice.CLAIM).answer.sentence == (
        "You look into it; reminders rest until 10:30 UTC."
    )


def test_another_person_takes_the_claim_over_and_the_record_names_both() -> None:
    taken = pressed(claimed(), "ben", Choice.CLAIM, now=after(3))
    assert holder(taken.request) == Claim(person="ben", at=after(3), lapses_at=after(33))
    assert taken.events[0].actor == "person:ben"
    assert taken.events[0].facts["instead_of"] == "ann"
    assert taken.answer.sentence.startswith("You look into it in the place of Ann;")
    assert taken.effects == (RedrawCards(),)


def test_claiming_again_renews_the_claim() -> None:
    again = claimed(minutes=20, request=claimed())
    assert holder(again) == Claim(person="ann", at=after(0), lapses_at=after(50))


@pytest.mark.parametrize(("choice", "words"), [(Choice.APPROVE, ""), (Choice.ASK, "Was it paid?")])
def test_any_move_of_its_holder_renews_a_claim(choice: Choice, words: str) -> None:
    request = claimed(request=opened(approve=2))
    moved = pressed(request, choice=choice, now=after(10), words=words).request
    assert holder(moved).lapses_at == after(40)


def test_looking_at_the_whole_packet_renews_a_claim() -> None:
    request = claimed()
    look = OpenView(request_id=request.id, command_id="cmd_1", presser=presser("ann"), revision=1)
    looked = lifecycle.fold(request, look, facts(after(10))).request
    assert holder(looked).lapses_at == after(40)


def test_what_others_do_and_what_is_refused_renews_nothing() -> None:
    request = claimed(request=opened(approve=2))
    assert holder(pressed(request, "ben", now=after(10)).request).lapses_at == after(30)
    assert holder(pressed(request, choice=Choice.ASK, now=after(10)).request).lapses_at == after(30)


def test_giving_a_claim_up_lets_reminders_go_on() -> None:
    request = opened(steps=(a_step(remind_every=timedelta(minutes=5)),))
    free = pressed(claimed(request=request), choice=Choice.RELEASE, now=after(2))
    assert free.request.progress.claim is None
    assert free.request.progress.remind_at == after(7)
    assert [event.kind for event in free.events] == [EventKind.CLAIM_RELEASED]


@pytest.mark.parametrize("name", ["ann", "ben"])
def test_only_its_holder_gives_a_claim_up(name: str) -> None:
    request = claimed("ben") if name == "ann" else opened()
    kept = pressed(request, name, Choice.RELEASE)
    assert kept.answer.code == "already"
    assert kept.request.progress.claim == request.progress.claim


def test_a_claim_does_not_move_the_deadline() -> None:
    request = claimed(request=opened(steps=(a_step(wait=15),)))
    over = lifecycle.fold(request, Due(request_id=request.id, command_id="cmd_1"), facts(after(15))).request
    assert over.status.is_final
    assert over.progress.claim is None


def test_a_typed_command_claims_whatever_revision_stands() -> None:
    assert holder(pressed(opened(), choice=Choice.CLAIM, revision=None).request).person == "ann"


@pytest.mark.parametrize("choice", [Choice.APPROVE, Choice.REJECT, Choice.EDIT])
def test_a_typed_command_never_votes(choice: Choice) -> None:
    refused = pressed(opened(), choice=choice, revision=None)
    assert refused.answer.code == "stale"
    assert refused.request.progress.votes == ()
