"""Masked values in the browser: one form, one look on record, one page that nobody keeps."""

from __future__ import annotations

from collections.abc import Mapping

from aiohttp import web

from adapters.web.errors import UnknownPage
from adapters.web.templates import Templates
from adapters.web.visitor import Visitor
from bot.approvals import Approvals
from bot.reveals import SHOWN_TO_YOU


class Revealing:
    """Shows masked values to a visitor who may see them."""

    def __init__(self, *, approvals: Approvals, templates: Templates) -> None:
        self._approvals = approvals
        self._templates = templates

    async def on_reveal(
        self, request: web.Request, visitor: Visitor, fields: Mapping[str, str]
    ) -> web.StreamResponse:
        """The values, once it is recorded; raises `UnknownPage`, or `Forbidden` with the sentence why not."""
        request_id = request.match_info["id"]
        if not await self._approvals.may_see(request_id, visitor.person.id):
            raise UnknownPage
        shown = await self._approvals.reveals.reveal(request_id, visitor.presser)
        html = self._templates.draw("revealed.html", {"shown": shown, "sentence": SHOWN_TO_YOU})
        return web.Response(text=html, content_type="text/html")
