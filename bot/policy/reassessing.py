"""Ruling anew on a request whose arguments a reviewer changed, by the policy that holds now."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import lru_cache
from typing import Any, TypeAlias

from bot.domain.history import AMOUNTS, History
from bot.domain.invariants import Bounds, upheld
from bot.domain.misfits import Misfit
from bot.domain.moves import Edited
from bot.domain.packet import ReviewPacket
from bot.domain.request import ApprovalRequest, Proposal, Ruling
from bot.policy.argument_schemas import ArgumentSchema
from bot.policy.entries import ActionEntry
from bot.submissions import Asked, Assessment

#: before what the agent said it would do, where nothing tells what the new arguments come to
CHANGED = "Changed by a reviewer: "


#: as `PolicyView.assess`, of the agent whose request it is, now
Assess: TypeAlias = Callable[[ReviewPacket, Asked], Assessment]


def reassess(
    assess: Assess, entry: ActionEntry, request: ApprovalRequest, packet: ReviewPacket, history: History
) -> Edited:
    """The edit that these arguments make; raises Invalid or Forbidden."""
    before = request.proposal
    restated = _restated(entry, before, packet)
    asked = Asked(route=before.chosen_route)
    made = assess(restated, asked)
    action = replace(restated.action, summary=made.proposal.summary)
    proposal = _as_asked(before, replace(made.proposal, ruling=_ruling(before, made, history)))
    return Edited(proposal=proposal, packet=replace(restated, action=action), terms=made.terms)


def _ruling(before: Proposal, made: Assessment, history: History) -> Ruling:
    """What the policy demands of the new arguments, never that they run without a person's say."""
    irreversible = made.proposal.irreversible or before.irreversible
    return upheld(_by_history(before, made, history), Bounds(irreversible=irreversible, edited=True))


def _by_history(before: Proposal, made: Assessment, history: History) -> Ruling:
    if made.deferred is None:
        return made.proposal.ruling
    if made.proposal.currency != before.currency:
        # The amounts are of the currency that it was in; a rule that reads them cannot be told.
        history = replace(history, **dict.fromkeys(AMOUNTS))
    return made.deferred.decide(history)


def misfits(entry: ActionEntry, arguments: Mapping[str, Any], copied: str | None) -> tuple[Misfit, ...]:
    """What fits neither the schema that holds now nor the one that held when the request came."""
    now = entry.schema
    found = now.misfits(arguments) if now is not None else ()
    if copied is None or (now is not None and now.text == copied):
        return found
    return tuple(dict.fromkeys((*found, *_compiled(copied).misfits(arguments))))


@lru_cache(maxsize=64)
def _compiled(text: str) -> ArgumentSchema:
    return ArgumentSchema(json.loads(text))


def _restated(entry: ActionEntry, before: Proposal, packet: ReviewPacket) -> ReviewPacket:
    """The packet without the claims that its new arguments contradict."""
    derivation = entry.derivation
    packet = replace(packet, impact=derivation.restated(packet.impact, packet.action.arguments))
    if derivation.summary is not None:
        return packet
    said = f"{CHANGED}{before.summary.removeprefix(CHANGED)}"
    return replace(packet, action=replace(packet.action, summary=said))


def _as_asked(before: Proposal, made: Proposal) -> Proposal:
    """What the agent asked for beside the arguments stays; of two judgements the stricter holds."""
    return replace(
        made,
        choices=before.choices,
        callback_url=before.callback_url,
        needed_by=before.needed_by,
        high_impact=made.high_impact or before.high_impact,
        irreversible=made.irreversible or before.irreversible,
    )
