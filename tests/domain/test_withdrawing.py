"""A lead withdraws a request."""

from bot.domain import lifecycle
from bot.domain.directory import Directory
from bot.domain.drawing import draw
from bot.domain.effects import CallbackType, SendCallback
from bot.domain.events import EventKind
from bot.domain.moves import Withdraw
from bot.domain.request import ApprovalRequest
from bot.domain.status import Status
from bot.domain.transition import Transition
from tests.builders import a_directory, a_packet, after, facts, opened, pressed, presser


def withdrawn(
    request: ApprovalRequest, by: str = "ann", reason: str = "", directory: Directory | None = None
) -> Transition:
    move = Withdraw(request_id=request.id, command_id="c", presser=presser(by), reason=reason)
    return lifecycle.fold(request, move, facts(after(1), directory))


def test_the_request_is_cancelled_by_the_lead_and_its_agent_is_told() -> None:
    done = withdrawn(opened(), reason="The customer called")
    assert done.request.status is Status.CANCELLED
    event = next(event for event in done.events if event.kind is EventKind.REQUEST_CANCELLED)
    assert (event.actor, event.private) == ("person:ann", {"reason": "The customer called"})
    assert [e.type for e in done.effects if isinstance(e, SendCallback)] == [CallbackType.CANCELLED]
    card = draw(done.request, a_packet(), a_directory(), reference="r")
    assert card.status[0] == "Withdrawn by Ann · "
    assert any(quotation.text == "The customer called" for quotation in card.quotations)


def test_whoever_presses_afterwards_is_told_who_withdrew_it() -> None:
    assert "Ann withdrew this request" in pressed(withdrawn(opened()).request, "ben").answer.sentence


def test_only_leads_of_the_action_withdraw() -> None:
    done = withdrawn(opened(), by="ben")
    assert done.request.status is Status.PENDING
    assert done.answer.sentence == "Only those who lead refund.issue can withdraw this: Ann."
    leads = a_directory(leads={"ben": ("credit.*",)})
    assert withdrawn(opened(), by="ben", directory=leads).answer.code == "not_a_lead"


def test_what_is_approved_is_not_withdrawn_but_can_be_paused() -> None:
    done = withdrawn(pressed(opened()).request)
    assert done.request.status is Status.APPROVED
    assert "`pause refund.issue`" in done.answer.sentence
