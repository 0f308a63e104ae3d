"""Telling people of what a rule approved: the agent does not wait for it, and nothing hangs on it."""

from __future__ import annotations

from bot.domain import escalation
from bot.domain.events import BY_RULE, Event, EventKind
from bot.domain.moves import Facts
from bot.domain.request import ApprovalRequest
from bot.domain.transition import Transition, progressed


def watched(request: ApprovalRequest) -> ApprovalRequest:
    """The request that nobody is asked about, where whoever the first step would ask may take it back."""
    steps = request.terms.steps
    return progressed(request, widened=steps[0].voters) if steps and steps[0].voters else request


def tell(request: ApprovalRequest, facts: Facts) -> Transition:
    """A card for the first step's targets; whom none of them reaches is told nothing."""
    steps, progress = request.terms.steps, request.progress
    places = escalation.destinations_of(steps[0].to, request, facts.directory) if steps else ()
    event = Event(
        kind=EventKind.PEOPLE_TOLD,
        actor=BY_RULE,
        facts={"posted": list(places), "step": progress.step, "round": progress.round},
    )
    return Transition(request=progressed(request, reached=places), events=(event,))
