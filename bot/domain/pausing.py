"""Paused actions: nothing that matches is approved, by rule or by person, and no approval is taken."""

from __future__ import annotations

from bot.domain.authority import Refused
from bot.domain.choice import Choice
from bot.domain.directory import Directory
from bot.domain.evolve import evolved
from bot.domain.invariants import UNASKED, Bounds, upheld
from bot.domain.moves import Facts, Press
from bot.domain.request import ApprovalRequest
from bot.domain.steering import Pause

PAUSED = "paused"
_APPROVING = (Choice.APPROVE, Choice.EDIT)


def pause_of(directory: Directory, request: ApprovalRequest) -> Pause | None:
    """The pause that a request falls under."""
    return directory.steering.pause_of(request.proposal.action)


def told(directory: Directory, pause: Pause) -> str:
    """Who paused what since when, and how it ends; one sentence."""
    who = directory.people[pause.by].name if pause.by in directory.people else pause.by
    until = (
        f" until {pause.until:%H:%M} UTC on {pause.until.day} {pause.until:%B}"
        if pause.until is not None
        else ""
    )
    since = f"{pause.made_at:%H:%M} UTC on {pause.made_at.day} {pause.made_at:%B}"
    return f"{who} paused {pause.match} at {since}{until}; a lead ends that with `resume {pause.match}`."


def refusal(request: ApprovalRequest, move: Press, facts: Facts) -> Refused | None:
    """Why an approval cannot be given now; everything else goes on."""
    pause = pause_of(facts.directory, request) if move.choice in _APPROVING else None
    if pause is None:
        return None
    sentence = f"{told(facts.directory, pause)} Until then nothing that matches is approved."
    return Refused(code=PAUSED, sentence=sentence)


def gated(request: ApprovalRequest, facts: Facts) -> ApprovalRequest:
    """The request with a gate instead of a rule that would let it run by itself."""
    ruling = request.proposal.ruling
    pause = pause_of(facts.directory, request) if ruling.mode in UNASKED else None
    if pause is None:
        return request
    waiting = upheld(ruling, Bounds(irreversible=False, paused=told(facts.directory, pause)))
    return evolved(request, proposal=evolved(request.proposal, ruling=waiting))
