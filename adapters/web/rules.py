"""The rules that a person answers for: their numbers, and moving them up and down."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from aiohttp import web

from adapters.web import flash
from adapters.web.command_ids import STALE_FORM, command_id
from adapters.web.errors import UnknownPage
from adapters.web.frame import Frame
from adapters.web.inbox import pending
from adapters.web.visitor import Visitor
from bot.domain import ids
from bot.domain.directory import Directory
from bot.domain.errors import Conflict, Invalid
from bot.ports import Store
from bot.rule_reviewing import RuleReviewing
from bot.rule_reviews import Choice

_CHOICES = {choice.value: choice for choice in (Choice.LOOSEN, Choice.TIGHTEN)}


class RulePages:
    """The page `/rules`, for owners of rules alone."""

    def __init__(
        self,
        *,
        reviewing: RuleReviewing,
        store: Store,
        directory: Callable[[], Directory],
        frame: Frame,
        secure: bool,
    ) -> None:
        self._reviewing = reviewing
        self._store = store
        self._directory = directory
        self._frame = frame
        self._secure = secure

    async def page(self, request: web.Request, visitor: Visitor) -> web.StreamResponse:
        """Every rule of this person; raises `UnknownPage` for somebody who owns none."""
        self._must_own(visitor)
        rules = await self._reviewing.owned(visitor.person.id)
        waiting = await pending(self._store, self._directory(), visitor.person.id)
        more = {"rules": rules, "nonce": ids.new_id(ids.COMMAND)}
        return self._frame.plain("rules.html", request, visitor, "rules", "Your rules", waiting, more)

    async def on_move(
        self, request: web.Request, visitor: Visitor, fields: Mapping[str, str]
    ) -> web.StreamResponse:
        """Move one rule; what cannot be is told at the top of the page."""
        self._must_own(visitor)
        choice, name = _CHOICES.get(fields.get("choice", "")), request.match_info["name"]
        if choice is None:
            raise Invalid(STALE_FORM)
        change = command_id(visitor, name, fields, ("choice",))
        try:
            seen = fields.get("seen", "")
            sentence = await self._reviewing.move(choice, name, visitor.person.id, change, seen=seen)
            said = flash.Flash(sentence=sentence, accepted=True)
        except Conflict as error:
            said = flash.Flash(sentence=error.sentence, accepted=False)
        response = web.Response(status=303, headers={"Location": "/rules"})
        flash.write(response, visitor, said, secure=self._secure)
        return response

    def _must_own(self, visitor: Visitor) -> None:
        if visitor.person.id not in self._directory().rule_owners.values():
            raise UnknownPage
