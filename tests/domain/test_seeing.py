"""High impact: the approval is the submit of the person's own view, on record."""

from dataclasses import replace

import pytest

from bot.domain import lifecycle
from bot.domain.attention import ViewOpened
from bot.domain.choice import Choice
from bot.domain.moves import OpenView, Surface
from bot.domain.request import ApprovalRequest
from bot.domain.status import Status
from bot.domain.transition import Transition
from tests.builders import NOW, facts, opened, pressed, presser


def looked(request: ApprovalRequest, name: str = "ann", revision: int = 1) -> Transition:
    move = OpenView(request_id=request.id, command_id="cmd", presser=presser(name), revision=revision)
    return lifecycle.fold(request, move, facts())


def test_opening_the_view_is_recorded_with_person_revision_and_moment() -> None:
    seen = looked(opened(high_impact=True))
    assert seen.request.progress.opened == (ViewOpened(person="ann", revision=1, at=NOW),)
    (event,) = seen.events
    assert event.facts["digest"] == seen.request.proposal.digest


def test_the_shared_card_does_not_approve_what_has_a_high_impact() -> None:
    request = looked(opened(high_impact=True)).request
    assert pressed(request).answer.code == "needs_view"
    assert pressed(opened(high_impact=True), surface=Surface.VIEW).answer.code == "needs_view"


def test_the_own_view_does() -> None:
    request = looked(opened(high_impact=True)).request
    assert pressed(request, surface=Surface.VIEW).request.status is Status.APPROVED


def test_one_persons_look_is_nobody_elses() -> None:
    request = looked(opened(high_impact=True), "ben").request
    assert pressed(request, surface=Surface.VIEW).answer.code == "needs_view"


def test_saying_no_needs_no_look() -> None:
    assert pressed(opened(high_impact=True), choice=Choice.REJECT).request.status is Status.REJECTED


@pytest.mark.parametrize(("name", "revision"), [("eve", 1), ("ann", 2)])
def test_looks_of_strangers_and_at_other_revisions_are_not_recorded(name: str, revision: int) -> None:
    request = opened(high_impact=True)
    nothing = looked(request, name, revision)
    assert nothing.request is request
    assert nothing.events == ()


def test_looking_twice_or_after_the_end_is_one_look() -> None:
    request = looked(opened()).request
    assert looked(request).events == ()
    assert looked(replace(opened(), status=Status.EXPIRED)).events == ()
