"""Requests as exports read them: approved, edited, rejected, automatic."""

from dataclasses import replace
from typing import Any

from bot.domain import lifecycle
from bot.domain.choice import Choice
from bot.domain.moves import Edited
from bot.domain.packet import ReviewPacket
from bot.domain.request import ApprovalRequest
from bot.domain.status import Mode, ReasonCode
from bot.exporting.record import Record
from tests.builders import (
    ARGUMENTS,
    OTHER_DIGEST,
    a_packet,
    a_reason,
    a_request,
    after,
    facts,
    opened,
    pressed,
)

MASK = ("arguments.iban",)
WITH_IBAN = {**ARGUMENTS, "iban": "DE89370400440532013000"}


def approved(**changes: Any) -> Record:
    """Ann approved it five minutes later."""
    request = replace(a_request(mask=MASK, **changes), id="apr_01kjpwd6m0q9h5w0v0799wzbn1")
    return Record(request=pressed(_open(request), now=after(5)).request, packet=a_packet(WITH_IBAN))


def edited() -> Record:
    """Ann approved 200 in the place of 240."""
    request, was = (
        _open(replace(a_request(mask=MASK), id="apr_01kjpwd6m0q9h5w0v0799wzbn2")),
        a_packet(WITH_IBAN),
    )
    now = a_packet({**WITH_IBAN, "amount": "200.00"})
    proposal = replace(request.proposal, digest=OTHER_DIGEST)
    moved = pressed(request, choice=Choice.EDIT, edited=Edited(proposal=proposal, packet=now), now=after(5))
    return Record(request=moved.request, packet=now, original=was)


def rejected(code: ReasonCode = ReasonCode.WRONG_FACTS, packet: ReviewPacket | None = None) -> Record:
    """Ann rejected it."""
    request = _open(replace(a_request(mask=MASK), id="apr_01kjpwd6m0q9h5w0v0799wzbn3"))
    no = pressed(request, choice=Choice.REJECT, reason=a_reason(code, "It arrived."), now=after(5))
    return Record(request=no.request, packet=packet or a_packet(WITH_IBAN))


def automatic() -> Record:
    """A rule approved it."""
    request = opened(mode=Mode.AUTO, irreversible=False, rule="small", mask=MASK)
    return Record(request=request, packet=a_packet(WITH_IBAN))


def _open(request: ApprovalRequest) -> ApprovalRequest:

    return lifecycle.open_request(request, facts()).request
