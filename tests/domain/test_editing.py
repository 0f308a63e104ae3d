"""Edits: a new revision with a new digest, of which everything is asked again."""

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from bot.domain.effects import Tell
from bot.domain.events import EventKind
from bot.domain.moves import Choice, Edited, Surface
from bot.domain.request import ApprovalRequest, ViewOpened
from bot.domain.status import DecisionType, Mode, Status
from bot.domain.transition import Transition
from tests.builders import DIGEST, NOW, OTHER_DIGEST, a_packet, after, opened, pressed, renewed


def edited(request: ApprovalRequest, name: str = "ann", mode: Mode = Mode.GATE, **changes: Any) -> Transition:
    """What changing the amount to 200 EUR came to; changes are of the proposal or the press."""
    press = {key: changes.pop(key) for key in ("surface", "reply_to") if key in changes}
    given: dict[str, Any] = {
        "digest": OTHER_DIGEST,
        "amount": Decimal(200),
        "ruling": replace(request.proposal.ruling, mode=mode),
    }
    proposal = replace(request.proposal, **(given | changes))
    packet = a_packet({"order": "4892", "amount": str(proposal.amount)})
    return pressed(request, name, Choice.EDIT, edited=Edited(proposal=proposal, packet=packet), **press)


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
    assert event.facts == {"revision": 2, "digest": OTHER_DIGEST, "previous_digest": DIGEST}


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
