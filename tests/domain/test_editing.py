"""Edits: a new revision with a new digest, of which everything is asked again."""

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from bot.domain.attention import ViewOpened
from bot.domain.choice import Choice
from bot.domain.effects import Ping, PostCard, Tell
from bot.domain.events import EventKind
from bot.domain.moves import Edited, Surface
from bot.domain.redirection import Redirection
from bot.domain.request import ApprovalRequest
from bot.domain.status import DecisionType, Mode, Status
from bot.domain.terms import Quorum, Terms
from bot.domain.transition import Transition
from tests.builders import (
    DIGEST,
    NOW,
    OTHER_DIGEST,
    a_packet,
    a_request,
    a_step,
    after,
    channel,
    opened,
    person,
    pressed,
    renewed,
)


def edited(request: ApprovalRequest, name: str = "ann", mode: Mode = Mode.GATE, **changes: Any) -> Transition:
    """What changing the amount to 200 EUR came to; changes are of the proposal or the press."""
    press = {key: changes.pop(key) for key in ("surface", "reply_to") if key in changes}
    terms = changes.pop("terms", None)
    given: dict[str, Any] = {
        "digest": OTHER_DIGEST,
        "amount": Decimal(200),
        "ruling": replace(request.proposal.ruling, mode=mode),
    }
    proposal = replace(request.proposal, **(given | changes))
    packet = a_packet({"order": "4892", "amount": str(proposal.amount)})
    return pressed(
        request, name, Choice.EDIT, edited=Edited(proposal=proposal, packet=packet, terms=terms), **press
    )


def test_an_edit_within_the_editors_authority_approves_the_new_arguments() -> None:
    done = edited(opened())
    assert done.request.status is Status.APPROVED
    assert done.request.revision == 2
    assert done.request.proposal.digest == OTHER_DIGEST
    assert done.packet is not None
    decision = done.request.progress.decision
    assert decision is not None
    assert (decision.type, decision.by) == (DecisionType.EDIT, ("ann",))


def test_both_digests_are_on_record() -> None:
    (event,) = [e for e in edited(opened()).events if e.kind is EventKind.REQUEST_EDITED]
    on_record = {"revision": 2, "digest": OTHER_DIGEST, "previous_digest": DIGEST}
    assert on_record.items() <= event.facts.items()


def test_whoever_can_approve_the_changed_arguments_is_asked_to_look_again() -> None:
    [ping] = [e for e in edited(opened(approve=2), "ben").effects if isinstance(e, Ping)]
    assert (ping.destination, ping.people) == ("slack:C0REFUNDS", ("ann",))
    assert not [e for e in edited(opened(), "ben").effects if isinstance(e, Ping)]


def elsewhere(**changes: Any) -> Terms:
    """The terms of another escalation policy: Dan decides, in a channel of his own."""
    quorum = Quorum(voters=("dan",))
    steps = (a_step(channel("slack:C0LEGAL", "#legal")),)
    return replace(a_request().terms, escalation_policy="legal", quorum=quorum, steps=steps, **changes)


def test_an_edit_that_belongs_to_another_escalation_policy_goes_there_from_its_start() -> None:
    done = edited(opened(), terms=elsewhere())
    assert done.answer.code == "passed_on"
    assert done.request.terms.escalation_policy == "legal"
    progress = done.request.progress
    assert (progress.step, progress.round, progress.reaching) == (1, 1, ("slack:C0LEGAL",))
    assert PostCard(destination="slack:C0LEGAL", step=1, round=1) in done.effects
    assert not [e for e in done.effects if isinstance(e, Ping)]
    assert pressed(done.request).answer.code == "not_a_reviewer"
    assert pressed(done.request, "dan").request.status is Status.APPROVED


def test_where_a_request_was_sent_by_hand_does_not_hold_under_another_escalation_policy() -> None:
    sent = Redirection(to=(channel("slack:C0X", "#x"),), step=1, round=1, by="ann", at=NOW)
    request = renewed(opened(), redirected=sent)
    assert edited(request).request.progress.redirected == sent
    assert edited(request, terms=elsewhere()).request.progress.redirected is None


def test_an_edit_under_the_same_escalation_policy_keeps_the_terms_it_came_with() -> None:
    changed = replace(a_request().terms, quorum=Quorum(voters=("dan",)))
    request = opened()
    assert edited(request, terms=changed).request.terms is request.terms


def test_an_edit_that_nobody_there_may_approve_goes_on_to_the_next_step() -> None:
    steps = (a_step(), a_step(person("ann"), voters=("ann",)))
    done = edited(opened(steps=steps, voters=("ben",)), "ben", amount=Decimal(900))
    assert done.answer.code == "passed_on"
    assert done.request.progress.step == 2
    assert pressed(done.request).request.status is Status.APPROVED


def test_an_edit_that_nobody_at_all_may_approve_changes_nothing() -> None:
    refused = edited(opened(voters=("ben",)), "ben", amount=Decimal(900))
    assert refused.answer.code == "nobody_may"
    assert (refused.request.status, refused.request.revision) == (Status.PENDING, 1)


def test_who_edited_is_known_from_then_on() -> None:
    assert edited(opened(approve=2), "ben").request.progress.edited_by == ("ben",)


def test_an_edit_voids_all_votes_and_counts_as_one() -> None:
    voted = pressed(opened(approve=3)).request
    done = edited(voted, "ben")
    assert done.request.status is Status.PENDING
    assert [(v.person, v.decision) for v in done.request.progress.votes] == [("ben", DecisionType.EDIT)]


def test_an_edit_beyond_the_editors_limit_goes_to_somebody_with_the_authority() -> None:
    passed_on = edited(opened(), "ben", amount=Decimal(900), reply_to="slack:x")
    assert passed_on.answer.code == "passed_on"
    assert passed_on.request.status is Status.PENDING
    assert passed_on.request.progress.votes == ()
    assert Tell(address="slack:x", sentence=passed_on.answer.sentence) in passed_on.effects
    assert pressed(passed_on.request).request.status is Status.APPROVED


def test_the_editor_approving_their_own_edit_again_is_no_second_vote() -> None:
    request = edited(opened(approve=2)).request
    again = pressed(request)
    assert again.answer.code == "already"
    assert len(again.request.progress.votes) == 1


def test_an_edit_that_the_policy_refuses_changes_nothing() -> None:
    refused = edited(opened(), mode=Mode.REFUSE)
    assert refused.answer.code == "refused"
    assert refused.request.revision == 1


@pytest.mark.parametrize("digest", [DIGEST])
def test_an_edit_that_changes_nothing_is_none(digest: str) -> None:
    assert edited(opened(), digest=digest).answer.code == "unchanged"
    assert pressed(opened(), choice=Choice.EDIT).answer.code == "unchanged"


def test_an_edit_of_high_impact_needs_the_own_view() -> None:
    request = opened(high_impact=True)
    assert edited(request).answer.code == "needs_view"
    looked = renewed(request, opened=(ViewOpened(person="ann", revision=1, at=NOW),))
    assert edited(looked, surface=Surface.VIEW).request.status is Status.APPROVED


def test_an_edit_that_makes_the_impact_high_waits_for_somebody_who_looks() -> None:
    passed_on = edited(opened(), high_impact=True)
    assert passed_on.answer.code == "passed_on"
    assert passed_on.request.status is Status.PENDING


def test_silence_never_approves_an_edit_even_where_its_ruling_is_a_veto() -> None:
    request = edited(opened(), "ben", mode=Mode.VETO, amount=Decimal(900), irreversible=False).request
    assert not request.veto_open
    assert request.progress.step_ends_at == after(15)


def test_an_edit_ends_a_veto_window_that_runs() -> None:
    veto = renewed(
        opened(mode=Mode.VETO, irreversible=False, approve=2), veto_ends_at=after(5), step_ends_at=None
    )
    request = edited(veto, mode=Mode.VETO).request
    assert not request.veto_open
    assert request.progress.veto_ends_at is None
    assert request.progress.step_ends_at == after(15)
