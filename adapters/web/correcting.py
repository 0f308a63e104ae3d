"""Correcting in the browser: a form, then what it changes, then one press that keeps it."""

from __future__ import annotations

from collections.abc import Mapping

from aiohttp import web

from adapters.web import flash
from adapters.web.command_ids import command_id
from adapters.web.editing import form_page, text_of, typed_in
from adapters.web.errors import UnknownPage
from adapters.web.forms import Values
from adapters.web.templates import Templates
from adapters.web.visitor import Visitor
from bot.approvals import Approvals
from bot.corrections import Corrections
from bot.domain.choice import Choice
from bot.domain.moves import Press, Surface
from bot.domain.ratings import Grade, Rated


class Correcting:
    """Takes a visitor through a correction of what was decided."""

    def __init__(
        self, *, approvals: Approvals, corrections: Corrections, templates: Templates, secure: bool
    ) -> None:
        self._approvals = approvals
        self._corrections = corrections
        self._templates = templates
        self._secure = secure

    async def form(self, request: web.Request, visitor: Visitor) -> web.StreamResponse:
        """The form; with `draft`, what that one holds is typed into it."""
        request_id = await self._seen(request, visitor)
        draft = request.query.get("draft")
        shown = await self._corrections.begin(request_id, visitor.presser, draft=draft)
        return form_page(self._templates, shown, visitor)

    async def on_changes(self, request: web.Request, visitor: Visitor, values: Values) -> web.StreamResponse:
        """What the form changes, or the form again with what is wrong in it."""
        request_id = await self._seen(request, visitor)
        reference = self._approvals.reference(text_of(values, "reference"))
        if reference.request_id != request_id:
            raise UnknownPage
        draft = text_of(values, "draft") or None
        shown = await self._corrections.review(
            request_id, reference.revision, visitor.presser, typed_in(values), draft=draft
        )
        return form_page(self._templates, shown, visitor)

    async def on_press(
        self, request: web.Request, visitor: Visitor, fields: Mapping[str, str]
    ) -> web.StreamResponse:
        """Keep the correction that was shown."""
        request_id = await self._seen(request, visitor)
        reference = self._corrections.reference(fields.get("reference", ""))
        if reference.request_id != request_id:
            raise UnknownPage
        correction = await self._corrections.correction(reference, visitor.presser)
        press = Press(
            request_id=request_id,
            command_id=command_id(visitor, request_id, fields, ("reference",)),
            presser=visitor.presser,
            choice=Choice.RATE,
            revision=reference.revision,
            surface=Surface.VIEW,
            rated=Rated(grade=Grade.WRONG, correction=correction),
        )
        answer = (await self._approvals.press(press)).answer
        response = web.Response(status=303, headers={"Location": f"/requests/{request_id}"})
        said = flash.Flash(sentence=answer.sentence, accepted=answer.accepted)
        flash.write(response, visitor, said, secure=self._secure)
        return response

    async def _seen(self, request: web.Request, visitor: Visitor) -> str:
        request_id = request.match_info["id"]
        if not await self._approvals.may_see(request_id, visitor.person.id):
            raise UnknownPage
        return request_id
