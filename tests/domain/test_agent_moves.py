"""What an agent does to its own request: withdraw, take once, report, say."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from bot.domain import lifecycle
from bot.domain.choice import Choice
from bot.domain.effects import CallbackType, Ping, RedrawCards, SendCallback
from bot.domain.events import EventKind
from bot.domain.moves import Cancel, Redeem, ReportOutcome, Say
from bot.domain.request import ApprovalRequest
from bot.domain.status import OutcomeStatus, Status
from bot.domain.transition import Transition
from tests.builders import (
    AGENT,
    CALLBACK_URL,
    DIGEST,
    OTHER_DIGEST,
    after,
    facts,
    opened,
    pressed,
    renewed,
)


def cancel(request: ApprovalRequest, agent: str = AGENT, **changes: Any) -> Transition:
    given: dict[str, Any] = {"reason": "The customer called back"} | changes
    return lifecycle.fold(
        request, Cancel(request_id=request.id, command_id="c", agent=agent, **given), facts(after(1))
    )


def redeem(
    request: ApprovalRequest, redemption: str = "r-1", minutes: float = 1, **changes: Any
) -> Transition:
    given: dict[str, Any] = {"agent": AGENT, "digest": DIGEST} | changes
    move = Redeem(request_id=request.id, command_id="c", redemption_id=redemption, **given)
    return lifecycle.fold(request, move, facts(after(minutes)))


def report(
    request: ApprovalRequest, status: str = "succeeded", agent: str = AGENT, detail: str = ""
) -> Transition:
    move = ReportOutcome(
        request_id=request.id, command_id="c", agent=agent, status=OutcomeStatus(status), detail=detail
    )
    return lifecycle.fold(request, move, facts(after(1)))


def approved(**changes: Any) -> ApprovalRequest:
    return pressed(opened(**changes)).request


def test_a_pending_request_can_be_withdrawn_and_the_cards_follow() -> None:
    done = cancel(opened(), superseded_by="apr_2")
    assert done.request.status is Status.CANCELLED
    assert done.request.progress.ended == "The customer called back"
    assert done.request.due_at is None
    assert done.effects == (RedrawCards(), SendCallback(type=CallbackType.CANCELLED, url=CALLBACK_URL))
    assert done.events[0].facts == {"superseded_by": "apr_2"}
    assert done.events[0].private == {"reason": "The customer called back"}


def test_withdrawing_twice_is_one_withdrawal() -> None:
    again = cancel(cancel(opened()).request)
    assert again.answer.accepted
    assert again.events == ()


def test_what_is_decided_cannot_be_withdrawn() -> None:
    assert cancel(approved()).answer.code == "conflict"


def test_a_taken_approval_is_taken_once() -> None:
    first = redeem(approved())
    assert first.answer.accepted
    assert first.request.progress.redemption is not None
    assert first.effects == (RedrawCards(),)
    same = redeem(first.request)
    assert same.answer.accepted
    assert same.events == ()
    other = redeem(first.request, "r-2")
    assert other.answer.code == "conflict"
    assert other.request.progress.redemption == first.request.progress.redemption


def test_other_arguments_than_the_approved_ones_are_refused() -> None:
    refused = redeem(approved(), digest=OTHER_DIGEST)
    assert refused.answer.code == "digest_mismatch"
    assert refused.events[0].kind is EventKind.REDEEM_REFUSED
    assert redeem(redeem(approved()).request, digest=OTHER_DIGEST).answer.code == "digest_mismatch"


def test_an_approval_is_valid_as_long_as_the_policy_says() -> None:
    request = approved(valid_for=timedelta(minutes=90))
    assert redeem(request, minutes=90).answer.accepted
    late = redeem(request, minutes=90.1)
    assert late.answer.code == "gone"
    assert late.answer.sentence == "The approval was valid for 1 hour 30 minutes only; ask again."


def test_the_same_redemption_finds_its_answer_even_when_it_has_become_too_late() -> None:
    taken = redeem(approved(valid_for=timedelta(minutes=90))).request
    assert redeem(taken, minutes=999).answer.accepted


@pytest.mark.parametrize("status", [Status.PENDING, Status.REJECTED, Status.EXPIRED])
def test_only_an_approved_request_can_be_taken(status: Status) -> None:
    assert redeem(replace(opened(), status=status)).answer.code == "conflict"


def test_what_was_withdrawn_or_undone_is_gone() -> None:
    assert redeem(cancel(opened()).request).answer.code == "gone"
    assert redeem(renewed(approved(), reverted_at=after(1))).answer.code == "gone"
    assert redeem(report(approved(), "reverted").request).answer.code == "gone"


def test_what_was_reported_as_done_is_not_taken_afterwards() -> None:
    assert redeem(report(approved()).request).answer.code == "conflict"
    assert redeem(report(redeem(approved()).request).request).answer.accepted


def test_the_outcome_is_kept_and_the_cards_follow() -> None:
    done = report(approved(), "failed", detail="The card was declined")
    assert done.request.progress.outcome is not None
    assert done.request.progress.outcome.status is OutcomeStatus.FAILED
    assert done.effects == (RedrawCards(),)
    assert done.events[0].private == {"detail": "The card was declined"}


def test_the_same_outcome_twice_is_one_outcome() -> None:
    assert report(report(approved()).request).events == ()


@pytest.mark.parametrize(
    ("first", "then", "code"),
    [
        ("succeeded", "reverted", "recorded"),
        ("failed", "reverted", "recorded"),
        ("succeeded", "failed", "conflict"),
        ("not_run", "succeeded", "conflict"),
        ("reverted", "succeeded", "conflict"),
    ],
)
def test_only_undoing_may_follow_another_outcome(first: str, then: str, code: str) -> None:
    assert report(report(approved(), first).request, then).answer.code == code


@pytest.mark.parametrize(
    ("status", "outcome", "code"),
    [
        ("pending", "succeeded", "conflict"),
        ("pending", "not_run", "conflict"),
        ("rejected", "succeeded", "conflict"),
        ("rejected", "not_run", "recorded"),
        ("expired", "not_run", "recorded"),
        ("cancelled", "failed", "conflict"),
    ],
)
def test_what_was_not_approved_cannot_have_run(status: str, outcome: str, code: str) -> None:
    assert report(replace(opened(), status=Status(status)), outcome).answer.code == code


def test_what_an_agent_says_stands_beside_the_cards_as_a_quotation() -> None:
    request = opened()
    text = "It is fine.” Ann approved this.\n\n\u202eReally"
    said = lifecycle.fold(request, Say(request_id="", command_id="", agent=AGENT, text=text), facts())
    line = 'support-bot says: “It is fine." Ann approved this. \ufffdReally”'
    assert said.effects == (RedrawCards(urgent=False), Ping(destination="slack:C0REFUNDS", line=line))


def test_what_an_agent_says_is_not_carried_to_dead_channels() -> None:
    request = renewed(opened(), undeliverable=("slack:C0REFUNDS",))
    said = lifecycle.fold(request, Say(request_id="", command_id="", agent=AGENT, text="Hi"), facts())
    assert said.effects == (RedrawCards(urgent=False),)


def test_what_an_agent_says_is_one_line_of_bearable_length() -> None:
    move = Say(request_id="", command_id="", agent=AGENT, text="long " * 9999)
    _, ping = lifecycle.fold(opened(), move, facts()).effects
    assert isinstance(ping, Ping)
    assert len(ping.line) < 1600


@pytest.mark.parametrize("move", ["cancel", "redeem", "report", "say"])
def test_the_requests_of_others_do_not_exist(move: str) -> None:
    request = approved()
    tried = {
        "cancel": lambda: cancel(request, "other-bot"),
        "redeem": lambda: redeem(request, agent="other-bot"),
        "report": lambda: report(request, agent="other-bot"),
        "say": lambda: lifecycle.fold(
            request, Say(request_id="", command_id="", agent="other-bot", text="x"), facts()
        ),
    }[move]()
    assert tried.answer.code == "not_found"
    assert tried.events == ()


def test_a_withdrawn_request_answers_late_presses() -> None:
    late = pressed(cancel(opened()).request, choice=Choice.CLAIM)
    assert late.answer.sentence == "The agent withdrew this request, so your press changed nothing."
