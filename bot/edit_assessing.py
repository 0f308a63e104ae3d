"""What typed values come to: errors at their fields, or an edit that the policy has ruled on."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from bot import strict_json
from bot.canonical import NotCanonical, canonical, digest
from bot.domain.errors import Forbidden, Invalid
from bot.domain.evolve import evolved
from bot.domain.form import Form, Values
from bot.domain.form_building import form_of
from bot.domain.form_reading import Reading, read
from bot.domain.history import History
from bot.domain.misfits import WHOLE, Misfit, placed
from bot.domain.moves import Edited
from bot.domain.packet import ReviewPacket
from bot.domain.request import ApprovalRequest
from bot.jobs import Stored
from bot.policy_view import PolicyView

#: bytes of arguments, as at the agents' door
LARGEST = 64 * 1024

#: characters that all inputs of a form may hold together
MOST_TYPED = 256 * 1024
TOO_MUCH_TYPED = f"The form holds more than {MOST_TYPED} characters; write shorter texts."

_NOTHING = "Nothing is changed yet."
_TOO_LARGE = f"The arguments come to more than {LARGEST // 1024} KiB; write shorter texts."


@dataclass(frozen=True, slots=True, kw_only=True)
class Assessed:
    """What a form came to: `edited`, or else what is wrong."""

    #: keys of the fields that were changed
    changed: frozenset[str]
    #: sentences by the field's key, `WHOLE` for those about no field
    errors: Mapping[str, str] = field(default_factory=dict)
    edited: Edited | None = None


def form_for(request: ApprovalRequest, packet: ReviewPacket) -> Form:
    """The form of a request's arguments."""
    schema = request.terms.arguments_schema
    return form_of(packet.action.arguments, json.loads(schema) if schema else None, request.terms.mask)


def touched(request: ApprovalRequest, packet: ReviewPacket, values: Values) -> Values:
    """Of what was typed, what is something else than this packet has."""
    reading = read(form_for(request, packet), packet.action.arguments, values, _parse)
    return {key: given for key, given in values.items() if key in reading.changed | reading.errors.keys()}


def assessed(policy: PolicyView, stored: Stored, values: Values, history: History, now: datetime) -> Assessed:
    """What these values come to."""
    form = form_for(stored.request, stored.packet)
    reading = read(form, stored.packet.action.arguments, values, _parse)
    errors = _errors(policy, stored.request, form, reading)
    if errors:
        return Assessed(changed=reading.changed, errors=errors)
    action = evolved(stored.packet.action, arguments=reading.arguments)
    try:
        edited = policy.reassess(stored.request, evolved(stored.packet, action=action), history, now)
    except (Invalid, Forbidden) as error:
        return Assessed(changed=reading.changed, errors=_placed(form, error))
    if edited.proposal.digest == stored.request.proposal.digest:
        return Assessed(changed=reading.changed, errors={WHOLE: _NOTHING})
    return Assessed(changed=reading.changed, edited=edited)


@dataclass(frozen=True, slots=True, kw_only=True)
class Corrected:
    """What a form of a correction came to: `arguments`, or else what is wrong."""

    changed: frozenset[str]
    errors: Mapping[str, str] = field(default_factory=dict)
    arguments: Mapping[str, Any] | None = None
    #: of the name and these arguments
    digest: str = ""


def corrected(policy: PolicyView, stored: Stored, values: Values) -> Corrected:
    """What these values come to, on which nobody rules."""
    request, form = stored.request, form_for(stored.request, stored.packet)
    reading = read(form, stored.packet.action.arguments, values, _parse)
    errors = _errors(policy, request, form, reading)
    if errors:
        return Corrected(changed=reading.changed, errors=errors)
    found = digest(request.proposal.action, reading.arguments)
    if found == request.proposal.digest:
        return Corrected(changed=reading.changed, errors={WHOLE: _NOTHING})
    return Corrected(changed=reading.changed, arguments=reading.arguments, digest=found)


def _errors(policy: PolicyView, request: ApprovalRequest, form: Form, reading: Reading) -> Mapping[str, str]:
    """Everything that is wrong at once: what cannot be read, and what was read but does not fit.

    Where a field cannot be read, only what was changed is held against the policy: the rest is not known yet.
    """
    misfits = _misfits(policy, request, form, reading)
    if not reading.errors:
        return misfits
    return {**{key: misfits[key] for key in misfits if key in reading.changed}, **reading.errors}


def _misfits(policy: PolicyView, request: ApprovalRequest, form: Form, reading: Reading) -> Mapping[str, str]:
    try:
        if len(canonical(reading.arguments)) > LARGEST:
            return {WHOLE: _TOO_LARGE}
    except NotCanonical as error:
        return {WHOLE: error.sentence}
    copied = request.terms.arguments_schema
    return placed(form, policy.misfits(request.proposal.action, reading.arguments, copied))


def _placed(form: Form, error: Invalid | Forbidden) -> Mapping[str, str]:
    """The policy's sentence, at the field that it names."""
    named = (error.field or "") if isinstance(error, Invalid) else ""
    path = tuple(named.removeprefix("action.arguments").strip(".").split("."))
    return placed(
        form, [Misfit(path=path if named.startswith("action.arguments.") else (), sentence=error.sentence)]
    )


def _parse(text: str) -> Any:
    return strict_json.loads(text.encode(errors="surrogatepass"), max_bytes=LARGEST)
