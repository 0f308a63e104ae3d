"""Erasing: what anybody wrote goes, what was decided stays, and nothing is written about it afterwards."""

import types
import typing
from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass, replace
from datetime import datetime, timedelta
from decimal import Decimal
from enum import Enum
from typing import Any

import pytest

from bot.domain import erasing, lifecycle
from bot.domain.attention import Question
from bot.domain.card_facts import ERASED
from bot.domain.choice import Choice
from bot.domain.drawing import draw
from bot.domain.effects import RedrawCards
from bot.domain.events import EventKind
from bot.domain.moves import Move, Remark, ReportOutcome, Say
from bot.domain.private_moves import Erase, Forget, Reveal
from bot.domain.request import ApprovalRequest, Progress, Proposal
from bot.domain.status import Held, OutcomeStatus, ReasonCode, Status
from bot.domain.transition import Transition
from tests.builders import (
    AGENT,
    NOW,
    a_directory,
    a_packet,
    a_press,
    a_reason,
    after,
    facts,
    opened,
    pressed,
    presser,
    renewed,
)

#: what may say something after a request was erased: names of the policy, ids, codes; no words of anybody
KEPT = {
    "progress.ratings.person",
    "progress.ratings.via",
    "progress.ratings.corrected",
    "proposal.action",
    "proposal.summary",  # the action's name by then
    "proposal.digest",
    "proposal.ruling.rule",
    "proposal.ruling.owner",
    "proposal.ruling.why",  # the rule's author wrote it, apart from what a budget lacked
    "proposal.ruling.shadowed.rule",
    "proposal.policy_version",
    "proposal.route",
    "proposal.chosen_route",
    "proposal.choices",
    "proposal.callback_url",
    "progress.reaching",
    "progress.objecting",
    "progress.reached",
    "progress.undeliverable",
    "progress.skipped",
    "progress.widened",
    "progress.edited_by",
    "progress.callback",
    "progress.withdrawn_by",
    "progress.reverted_by",
    "progress.sample.person",
    "progress.sample.via",
    "progress.votes.person",
    "progress.votes.via",
    "progress.votes.covering",
    "progress.opened.person",
    "progress.claim.person",
    "progress.claim.handed_by",
    "progress.redirected.by",
    "progress.redirected.to.ref",
    "progress.redirected.to.label",
    "progress.questions.id",
    "progress.questions.person",
    "progress.escalated.person",
    "progress.decision.by",
    "progress.redemption.id",
}


def filled(kind: Any, place: str) -> Any:
    """A value of the kind whose every text names its own place."""
    origin, parts = typing.get_origin(kind), typing.get_args(kind)
    if origin in (types.UnionType, typing.Union):
        return filled(next(part for part in parts if part is not type(None)), place)
    if origin is tuple:
        return (filled(parts[0], place),)
    if origin in (dict, Mapping):
        return {place: filled(parts[1], place)}
    if isinstance(kind, type) and is_dataclass(kind):
        hints = typing.get_type_hints(kind)
        return kind(**{f.name: filled(hints[f.name], f"{place}.{f.name}") for f in fields(kind)})
    if isinstance(kind, type) and issubclass(kind, Enum):
        return next(iter(kind))
    simple: dict[Any, Any] = {
        str: place,
        int: 1,
        float: 0.5,
        bool: True,
        Decimal: Decimal(1),
        datetime: NOW,
        timedelta: timedelta(1),
    }
    return simple[kind]


def texts(value: Any, place: str) -> Iterator[str]:
    """The places of a value in which something is said."""
    if type(value) is str and value:
        yield place
    elif isinstance(value, Mapping):
        for each in value.values():
            yield from texts(each, place)
    elif isinstance(value, tuple):
        for each in value:
            yield from texts(each, place)
    elif is_dataclass(value):
        for f in fields(value):
            yield from texts(getattr(value, f.name), f"{place}.{f.name}")


def everything_said() -> ApprovalRequest:
    progress = replace(filled(Progress, "progress"), erased_at=None)
    assert progress.sample is not None
    progress = replace(progress, sample=replace(progress.sample, due_at=None))
    proposal = filled(Proposal, "proposal")
    return replace(opened(), status=Status.APPROVED, proposal=proposal, progress=progress)


def erased(request: ApprovalRequest, because: str = "retention") -> Transition:
    move = Erase(request_id=request.id, command_id="cmd", because=because)
    return lifecycle.fold(request, move, facts(after(days=90)))


def over() -> ApprovalRequest:
    return pressed(opened()).request


def test_nothing_that_anybody_wrote_is_left_anywhere() -> None:
    """Whoever adds a text to a request decides here whether it is kept."""
    request = erased(everything_said()).request
    left = {*texts(request.proposal, "proposal"), *texts(request.progress, "progress")}
    assert left - KEPT == set()


def test_by_how_much_a_budget_was_not_enough_goes_with_the_amount() -> None:
    why = (
        "Its agent may spend 500 EUR by itself in a day, and spent 470 EUR today; this would be 40 EUR more."
    )
    request = everything_said()
    ruling = replace(request.proposal.ruling, held=Held.BUDGET, why=why)
    request = replace(request, proposal=replace(request.proposal, ruling=ruling))

    told = erased(request).request.proposal.ruling.why
    assert told == "Its agent's budget of the day was not enough, so a person decided."


def test_what_was_derived_from_the_arguments_goes_and_the_digest_stays() -> None:
    before = everything_said()
    proposal = erased(before).request.proposal
    assert (proposal.amount, proposal.currency, proposal.subject) == (None, None, None)
    assert (proposal.ruling.matched, proposal.ruling.history) == ({}, {})
    assert proposal.digest == before.proposal.digest
    assert proposal.summary == before.proposal.action


def test_the_decision_stays_with_its_code_its_people_and_its_time() -> None:
    rejected = pressed(opened(), choice=Choice.REJECT, reason=a_reason(ReasonCode.TONE, "Rude, dear Jo."))
    before, later = rejected.request, erased(rejected.request).request
    assert before.progress.decision is not None
    assert later.progress.decision == replace(before.progress.decision, reason=a_reason(ReasonCode.TONE))
    assert (later.status, later.progress.ended_at) == (before.status, before.progress.ended_at)
    assert [vote.person for vote in later.progress.votes] == ["ann"]


def test_it_is_on_record_and_every_copy_is_drawn_once_more() -> None:
    done = erased(over())
    (event,) = done.events
    assert (event.kind, event.actor, event.facts) == (
        EventKind.REQUEST_ERASED,
        "clock",
        {"because": "retention"},
    )
    assert RedrawCards(urgent=False) in done.effects
    assert erased(over(), "subject").events[0].actor == "operator"


def test_what_waits_is_not_erased_and_nothing_is_erased_twice() -> None:
    waiting = opened()
    assert erased(waiting).request is waiting
    to_be_checked = everything_said()
    sample = to_be_checked.progress.sample
    assert sample is not None
    to_be_checked = renewed(to_be_checked, sample=replace(sample, due_at=NOW))
    assert erased(to_be_checked).request is to_be_checked
    once = erased(over()).request
    assert erased(once).events == ()


def test_an_erased_card_is_a_short_record_that_says_so() -> None:
    request = erased(over()).request
    card = draw(request, erasing.emptied(request), a_directory(), reference="r")
    assert card.headline == "refund.issue"
    assert card.warnings == (ERASED,)
    assert card.buttons == ()
    assert "Approved by Ann" in str(card.status[0])


@pytest.mark.parametrize(
    "move",
    [
        Say(request_id="r", command_id="c", agent=AGENT, text="By the way, Jo called."),
        Remark(request_id="r", command_id="c", presser=presser(), text="Jo called."),
        Reveal(request_id="r", command_id="c", presser=presser(), revision=1, paths=("arguments.iban",)),
    ],
)
def test_nothing_is_written_about_it_afterwards(move: Move) -> None:
    request = erased(over()).request
    refused = lifecycle.fold(request, move, facts())
    assert not refused.answer.accepted
    assert refused.request.progress == request.progress
    assert "Jo" not in repr(refused.events)


def test_a_press_on_an_old_copy_is_told_that_it_was_erased() -> None:
    request = erased(over()).request
    assert lifecycle.fold(request, a_press(request), facts()).answer.sentence == erasing.GONE


def test_an_outcome_still_counts_but_its_words_are_not_kept() -> None:
    request = erased(over()).request
    move = ReportOutcome(
        request_id=request.id, command_id="c", agent=AGENT, status=OutcomeStatus.FAILED, detail="Jo moved."
    )
    reported = lifecycle.fold(request, move, facts())
    assert reported.request.progress.outcome is not None
    assert reported.request.progress.outcome.status is OutcomeStatus.FAILED
    assert "Jo" not in repr((reported.request.progress, reported.events))


def test_one_reviewers_words_go_and_what_others_wrote_stays() -> None:
    asked = Question(id="q1", person="ann", text="Is Jo well?", at=NOW, answer="Yes.", answered_at=NOW)
    others = replace(asked, id="q2", person="ben", text="Which order?")
    first = pressed(
        opened(reject=2), "ben", Choice.REJECT, reason=a_reason(ReasonCode.TONE, "Ben’s words.")
    ).request
    both = pressed(first, "ann", Choice.REJECT, reason=a_reason(ReasonCode.TONE, "Ann’s words.")).request
    request = renewed(both, questions=(asked, others))
    move = Forget(request_id=request.id, command_id="c", person="ann")
    done = lifecycle.fold(request, move, facts())
    assert "Ann’s words." not in repr(done.request.progress)
    assert "Ben’s words." in repr(done.request.progress)
    assert [(q.text, q.answer) for q in done.request.progress.questions] == [
        ("", "Yes."),
        ("Which order?", "Yes."),
    ]
    assert [vote.person for vote in done.request.progress.votes] == ["ben", "ann"]
    (event,) = done.events
    assert (event.kind, dict(event.facts)) == (EventKind.WORDS_ERASED, {})
    assert lifecycle.fold(done.request, move, facts()).events == ()


def test_the_erased_packet_says_nothing_but_the_action() -> None:
    request = over()
    empty = erasing.emptied(request)
    assert empty.action.name == request.proposal.action
    assert not empty.action.arguments
    assert empty.context == type(a_packet().context)()
