"""What agents ask over HTTP, each turned into one use case."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TypeVar

import msgspec
from aiohttp import hdrs, web

from adapters.agents import bodies, payload
from adapters.agents.addresses import ForbiddenAddress, check_url
from adapters.agents.auth import FRESH, RECHECKED, Doorkeeper, StoredKey
from adapters.agents.guard_headers import NO_SNIFFING
from adapters.agents.networks import Network
from adapters.agents.packets import asked_of, packet_of
from adapters.agents.reading import body_bytes, idempotency_key, parsed, query
from adapters.agents.receipt_book import ReceiptBook
from adapters.agents.resource import Approval
from adapters.agents.statistics import StatsQuery, asked_in, stats_of
from adapters.agents.writing import Resources, assessed
from bot.approvals import Approvals
from bot.domain.errors import Forbidden
from bot.domain.status import OutcomeStatus, Status
from bot.insights import Insights
from bot.ports import Stored
from bot.queueing import Queueing
from bot.stages import next_stage
from bot.submissions import Ask

_Body = TypeVar("_Body", bound=msgspec.Struct)

_MOST_REMEMBERED = 1024

_encode = msgspec.json.Encoder().encode
#: what an agent is told is about its own requests, for nobody's cache, and never a page
_HEADERS = {
    hdrs.CONTENT_TYPE: "application/json",
    hdrs.CACHE_CONTROL: "no-store",
    hdrs.SERVER: "Placet",
    NO_SNIFFING: "nosniff",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Listeners:
    """The handlers that `routes.ROUTES` names."""

    approvals: Approvals
    queueing: Queueing
    door: Doorkeeper
    resources: Resources
    receipts: ReceiptBook
    insights: Insights
    public_url: str
    #: networks that callbacks may go into although they are not public
    allow: tuple[Network, ...]
    #: callback addresses that were checked; agents send the same few again and again
    good_callbacks: set[str] = field(default_factory=set)
    #: set when the server is going down, so that nobody waits for a held answer
    closing: asyncio.Event

    async def submit(self, request: web.Request) -> web.Response:
        """Store a request; answers after the commit."""
        key = await self.door.caller(request, within=RECHECKED)
        replay_key = idempotency_key(request)
        ask = await self._ask(request, key, replay_key)
        await next_stage()
        try:
            accepted = await self.approvals.submit(ask)
        except Forbidden:
            await self._still_valid(request, key)
            raise
        headers = {**_HEADERS, hdrs.LOCATION: f"/v1/approvals/{accepted.stored.request.id}"}
        if not accepted.created:
            return _ok(await self._resource(accepted.stored), headers)
        # Without a receipt: signing one would take longer than storing what a rule decided.
        approval = self.resources.approval(accepted.stored)
        return web.Response(body=_encode(approval), status=201, headers=headers)

    async def dry_run(self, request: web.Request) -> web.Response:
        """The ruling without a request."""
        key = await self.door.caller(request)
        ask = await self._ask(request, key, None)
        found = await self.approvals.dry_run(ask)
        return _ok(assessed(found, ask.packet))

    async def show(self, request: web.Request) -> web.Response:
        """One request, held for `wait` seconds until it is final."""
        key = await self.door.caller(request)
        wait = query(request.rel_url, bodies.ShowQuery).wait
        request_id = request.match_info["id"]
        if wait:
            stored = await self._held(request_id, key.agent, timedelta(seconds=wait))
        else:
            stored = await self.approvals.show(request_id, agent=key.agent)
        return await self._one(stored)

    async def listing(self, request: web.Request) -> web.Response:
        """The agent's own requests, newest first."""
        key = await self.door.caller(request)
        asked = query(request.rel_url, bodies.ListQuery)
        found = await self.approvals.listing(
            agent=key.agent,
            status=None if asked.status is None else Status(asked.status),
            before=asked.cursor,
            limit=asked.limit + 1,
        )
        shown = found[: asked.limit]
        following = _following(asked, shown[-1].request.id) if len(found) > asked.limit else None
        return _ok(self.resources.page(shown, following=following))

    async def stats(self, request: web.Request) -> web.Response:
        """The agent's own numbers."""
        key = await self.door.caller(request)
        asked = asked_in(query(request.rel_url, StatsQuery), self.insights.today)
        report = await self.insights.of_agent(key.agent, asked)
        return _ok(stats_of(report, await self.insights.findings_of_agent(key.agent, asked)))

    async def cancel(self, request: web.Request) -> web.Response:
        """Withdraw a pending request."""
        key, body = await self._small(request, bodies.CancelBody)
        return await self._one(
            await self.approvals.cancel(
                request.match_info["id"], agent=key.agent, reason=body.reason, key=key.id
            )
        )

    async def outcome(self, request: web.Request) -> web.Response:
        """Report what came of it."""
        key, body = await self._small(request, bodies.OutcomeBody)
        return await self._one(
            await self.approvals.report_outcome(
                request.match_info["id"],
                agent=key.agent,
                status=OutcomeStatus(body.status),
                detail=body.detail or "",
                key=key.id,
            )
        )

    async def say(self, request: web.Request) -> web.Response:
        """Answer a reviewer's question."""
        key, body = await self._small(request, bodies.MessageBody)
        return await self._one(
            await self.approvals.say(
                request.match_info["id"], agent=key.agent, text=body.text, reply_to=body.reply_to, key=key.id
            )
        )

    async def redeem(self, request: web.Request) -> web.Response:
        """Take the approval, once."""
        # Whoever takes an approval acts next, so a key that was just revoked is not believed for a moment.
        key, body = await self._small(request, bodies.RedeemBody, within=0.0)
        return await self._one(
            await self.approvals.redeem(
                request.match_info["id"],
                agent=key.agent,
                digest=body.digest,
                redemption_id=body.redemption_id,
                key=key.id,
            )
        )

    async def _ask(self, request: web.Request, key: StoredKey, replay_key: str | None) -> Ask:
        query(request.rel_url, bodies.NoQuery)
        raw = await body_bytes(request, most=payload.MOST_BODY_BYTES)
        body = parsed(raw, payload.SubmitBody, most=payload.MOST_BODY_BYTES)
        if body.callback is not None:
            self._check_callback(body.callback.url)
        return Ask(
            agent=key.agent,
            packet=packet_of(body, len(raw)),
            asked=asked_of(body),
            key_id=key.id,
            idempotency_key=replay_key,
            body_digest=hashlib.sha256(raw).hexdigest(),
            supersedes=body.supersedes,
        )

    def _check_callback(self, url: str) -> None:
        if url in self.good_callbacks:
            return
        try:
            check_url(url, self.allow, public_url=self.public_url)
        except ForbiddenAddress as error:
            error.field = "callback.url"
            raise
        if len(self.good_callbacks) >= _MOST_REMEMBERED:
            self.good_callbacks.clear()
        self.good_callbacks.add(url)

    async def _small(
        self, request: web.Request, kind: type[_Body], *, within: float = FRESH
    ) -> tuple[StoredKey, _Body]:
        key = await self.door.caller(request, within=within)
        query(request.rel_url, bodies.NoQuery)
        raw = await body_bytes(request, most=bodies.MOST_BODY_BYTES)
        return key, parsed(raw, kind, most=bodies.MOST_BODY_BYTES)

    async def _still_valid(self, request: web.Request, key: StoredKey) -> None:
        """Raise `Unauthorized` where the store refused because the key was revoked a moment ago."""
        self.door.forget(key.id)
        await self.door.caller(request)

    async def _held(self, request_id: str, agent: str, at_most: timedelta) -> Stored:
        waiting = asyncio.ensure_future(self.approvals.wait(request_id, agent=agent, at_most=at_most))
        closing = asyncio.ensure_future(self.closing.wait())
        try:
            await asyncio.wait({waiting, closing}, return_when=asyncio.FIRST_COMPLETED)
            if waiting.done():
                return waiting.result()
            return await self.approvals.show(request_id, agent=agent)
        finally:
            for each in (waiting, closing):
                each.cancel()
            await asyncio.gather(waiting, closing, return_exceptions=True)

    async def _one(self, stored: Stored) -> web.Response:
        return _ok(await self._resource(stored))

    async def _resource(self, stored: Stored) -> Approval:
        receipt = await self.receipts.receipt_for(stored)
        queue = await self.queueing.of(stored.request)
        return self.resources.approval(stored, receipt=receipt, queue=queue)


def _ok(answer: msgspec.Struct, headers: Mapping[str, str] = _HEADERS) -> web.Response:
    return web.Response(body=_encode(answer), headers=headers)


def _following(asked: bodies.ListQuery, last: str) -> str:
    status = f"status={asked.status}&" if asked.status else ""
    return f"{status}limit={asked.limit}&cursor={last}"
