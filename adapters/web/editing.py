"""Editing in the browser: a form, then what it changes, then one press."""

from __future__ import annotations

from collections.abc import Mapping

from aiohttp import web

from adapters.web import flash
from adapters.web.command_ids import command_id
from adapters.web.errors import UnknownPage
from adapters.web.forms import Values, free_text
from adapters.web.looking import is_looked_at
from adapters.web.templates import Templates
from adapters.web.visitor import Visitor
from bot import edit_views
from bot.approvals import Approvals
from bot.domain import ids
from bot.domain.choice import Choice
from bot.domain.confirming import UNCONFIRMED
from bot.domain.moves import Press, Surface
from bot.edit_views import EditForm, Review
from bot.edits import Edits

_ARGUMENT = "arg_"


class Editing:
    """Takes a visitor through an edit."""

    def __init__(self, *, approvals: Approvals, edits: Edits, templates: Templates, secure: bool) -> None:
        self._approvals = approvals
        self._edits = edits
        self._templates = templates
        self._secure = secure

    async def form(self, request: web.Request, visitor: Visitor) -> web.StreamResponse:
        """The form, which counts as a look; with `draft`, what that one holds is typed into it."""
        if not is_looked_at(request):
            return web.Response(status=503)
        request_id = await self._seen(request, visitor)
        draft = request.query.get("draft")
        shown = await self._edits.begin(request_id, visitor.presser, draft=draft)
        return form_page(self._templates, shown, visitor)

    async def on_changes(self, request: web.Request, visitor: Visitor, values: Values) -> web.StreamResponse:
        """What the form changes, or the form again with what is wrong in it."""
        request_id = await self._seen(request, visitor)
        reference = self._approvals.reference(text_of(values, "reference"))
        if reference.request_id != request_id:
            raise UnknownPage
        typed, draft = typed_in(values), text_of(values, "draft") or None
        shown = await self._edits.review(request_id, reference.revision, visitor.presser, typed, draft=draft)
        return form_page(self._templates, shown, visitor)

    async def on_press(
        self, request: web.Request, visitor: Visitor, fields: Mapping[str, str]
    ) -> web.StreamResponse:
        """Approve with the changes that were shown."""
        request_id = await self._seen(request, visitor)
        reference = self._edits.reference(fields.get("reference", ""))
        if reference.request_id != request_id:
            raise UnknownPage
        press = Press(
            request_id=request_id,
            command_id=command_id(visitor, request_id, fields, ("reference", "confirmed")),
            presser=visitor.presser,
            choice=Choice.EDIT,
            revision=reference.revision,
            surface=Surface.VIEW,
            edited=await self._edits.edited(reference, visitor.presser),
            confirmed=free_text(fields, "confirmed"),
        )
        answer = (await self._approvals.press(press)).answer
        here = f"/requests/{request_id}"
        again = f"{here}/edit?draft={reference.draft_id}"
        where = again if answer.code in ("stale", UNCONFIRMED) else here
        response = web.Response(status=303, headers={"Location": where})
        said = flash.Flash(sentence=answer.sentence, accepted=answer.accepted)
        flash.write(response, visitor, said, secure=self._secure)
        return response

    async def _seen(self, request: web.Request, visitor: Visitor) -> str:
        request_id = request.match_info["id"]
        if not await self._approvals.may_see(request_id, visitor.person.id):
            raise UnknownPage
        return request_id


def form_page(templates: Templates, shown: EditForm | Review, visitor: Visitor) -> web.Response:
    """The page of a form, or of what it changes."""
    common = {"csrf": visitor.csrf, "words": edit_views}
    if isinstance(shown, EditForm):
        html = templates.draw("edit.html", {"edit": shown, **common})
        return web.Response(text=html, content_type="text/html", status=422 if shown.errors else 200)
    # Part of the press's command id: the same form sent twice is one press.
    values = {"review": shown, "nonce": ids.new_id(ids.COMMAND), **common}
    return web.Response(text=templates.draw("changes.html", values), content_type="text/html")


def typed_in(values: Values) -> Values:
    """What the inputs of arguments hold."""
    return {name: given for name, given in values.items() if name.startswith(_ARGUMENT)}


def text_of(values: Values, name: str) -> str:
    """What a field holds, empty without it."""
    return (values.get(name) or ("",))[0]
