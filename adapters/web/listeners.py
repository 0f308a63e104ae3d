"""Presses from the browser: one form, one press, by the same rules as everywhere."""

from __future__ import annotations

from collections.abc import Mapping

from aiohttp import web

from adapters.web import flash
from adapters.web.cards import Cards, Face
from adapters.web.command_ids import STALE_FORM, command_id
from adapters.web.errors import UnknownPage, wants_json
from adapters.web.forms import free_text
from adapters.web.visitor import Visitor
from bot.approvals import Approvals
from bot.domain.choice import Choice
from bot.domain.directory import WEB
from bot.domain.errors import Invalid
from bot.domain.more import MOVES
from bot.domain.moves import Press, Surface
from bot.domain.ratings import Grade, Rated
from bot.domain.request import Reason
from bot.domain.status import ReasonCode
from bot.domain.text import inert
from bot.ports import Moved, Store

#: what needs a reason
_REASONED = (Choice.REJECT, Choice.OVERRIDE, Choice.DISAGREE)
_CHOICES = {
    choice.value: choice for choice in (Choice.APPROVE, Choice.AGREE, *_REASONED, Choice.RATE, *MOVES)
}
#: what may have one
_EXPLAINED = (*_REASONED, Choice.RATE)
_SPOKEN = (*MOVES, Choice.RATE)
_GRADES = {grade.value: grade for grade in Grade}
_SURFACES = {Face.CARD.value: Surface.CARD, Face.PAGE.value: Surface.VIEW}
_REASONS = {code.value: code for code in ReasonCode}
#: what makes one press another than the last
_SENT = ("choice", "reference", "reason_code", "reason_text", "words", "to", "confirmed", "grade")


class Listeners:
    """Takes what people send and answers it."""

    def __init__(self, *, approvals: Approvals, store: Store, cards: Cards, secure: bool) -> None:
        self._approvals = approvals
        self._store = store
        self._cards = cards
        self._secure = secure

    async def on_press(
        self, request: web.Request, visitor: Visitor, fields: Mapping[str, str]
    ) -> web.StreamResponse:
        """What one form decides or moves. Raises `UnknownPage` for a request that the person may not see."""
        request_id = request.match_info["id"]
        if not await self._approvals.may_see(request_id, visitor.person.id):
            raise UnknownPage
        moved = await self._approvals.press(self._press(request_id, visitor, fields))
        if wants_json(request):
            return await self._as_json(moved, request_id, visitor, fields)
        here = f"/requests/{request_id}" if fields["face"] == Face.PAGE else "/"
        response = web.Response(status=303, headers={"Location": here})
        said = flash.Flash(sentence=moved.answer.sentence, accepted=moved.answer.accepted)
        flash.write(response, visitor, said, secure=self._secure)
        return response

    def _press(self, request_id: str, visitor: Visitor, fields: Mapping[str, str]) -> Press:
        reference = self._approvals.reference(fields.get("reference", ""))
        choice = _CHOICES.get(fields.get("choice", ""))
        surface = _SURFACES.get(fields.get("face", ""))
        if choice is None or surface is None or reference.request_id != request_id:
            raise Invalid(STALE_FORM)
        return Press(
            request_id=request_id,
            command_id=command_id(visitor, request_id, fields, _SENT),
            presser=visitor.presser,
            choice=choice,
            revision=reference.revision,
            step=reference.step,
            round=reference.round,
            surface=surface,
            reason=_reason(fields) if choice in _EXPLAINED else None,
            confirmed=free_text(fields, "confirmed"),
            words=inert(free_text(fields, "words")) if choice in _SPOKEN else "",
            rated=_rated(fields) if choice is Choice.RATE else None,
            to=fields.get("to") if choice is Choice.HAND_OVER else None,
            later_to=f"{WEB}:@{visitor.person.id}",
        )

    async def _as_json(
        self, moved: Moved, request_id: str, visitor: Visitor, fields: Mapping[str, str]
    ) -> web.Response:
        stored = await self._store.read(request_id)
        html = self._cards.draw(stored, visitor, Face(fields["face"])) if stored else None
        answer = moved.answer
        body = {"accepted": answer.accepted, "code": answer.code, "sentence": answer.sentence, "html": html}
        return web.json_response(body)


def _rated(fields: Mapping[str, str]) -> Rated | None:
    """What was chosen; without anything the lifecycle asks for it."""
    given = fields.get("grade", "")
    if given and given not in _GRADES:
        raise Invalid(STALE_FORM)
    return Rated(grade=_GRADES[given]) if given else None


def _reason(fields: Mapping[str, str]) -> Reason | None:
    """The reason that was chosen; without one the lifecycle asks for it."""
    given = fields.get("reason_code", "")
    if given and given not in _REASONS:
        raise Invalid(STALE_FORM)
    text = inert(free_text(fields, "reason_text"))
    return Reason(code=_REASONS[given], text=text) if given else None
