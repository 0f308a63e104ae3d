"""The agents' door on 127.0.0.1, with the store in memory behind it, and two agents that hold keys."""

import asyncio
import json
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from ipaddress import ip_network
from typing import Any

import aiohttp
from aiohttp import web
from aiohttp.test_utils import TestServer
from yarl import URL

from adapters.agents.agents import Agents, AgentsSettings, build_agents
from adapters.agents.key_ring import KeyRing
from adapters.agents.middleware import problem_middleware
from adapters.agents.networks import Network
from bot.approvals import Approvals
from bot.domain import ids
from bot.domain.choice import Choice
from bot.domain.directory import Identity
from bot.domain.moves import Press, Presser, Surface
from bot.domain.request import Reason
from bot.domain.sight import Sight
from bot.domain.status import ReasonCode
from bot.insights import Insights
from bot.ports import Moved
from bot.secrets import SecretBox, hash_api_key, new_api_key
from bot.signing_keys import KeptKey, NextKey
from tests.fakes.clock import MovedClock
from tests.fakes.counted_measures import CountedMeasures
from tests.fakes.memory_store import MemoryStore
from tests.fakes.plain_policy import PlainPolicy

PUBLIC_URL = "https://placet.example.com"
REFUND: dict[str, Any] = {
    "action": {
        "name": "refund.issue",
        "summary": "Refund 240.00 EUR to order 4892",
        "arguments": {"order": "4892", "amount": "240.00", "currency": "EUR"},
    },
    "reasoning": "The parcel was lost.",
}


@dataclass(kw_only=True)
class Key:
    """An API key as the store knows it."""

    id: str
    agent: str
    token_hash: str
    revoked: bool = False


class KeyCabinet:
    """The keys of all agents, in memory; counts how often it was asked."""

    def __init__(self) -> None:
        self.keys: dict[str, Key] = {}
        self.asked = 0

    def create(self, agent: str) -> str:
        key_id, token = new_api_key()
        self.keys[key_id] = Key(id=key_id, agent=agent, token_hash=hash_api_key(token))
        return token

    def revoke(self, token: str) -> str:
        key = self.keys[token.split("_")[1]]
        key.revoked = True
        return key.id

    async def find(self, key_id: str) -> Key | None:
        self.asked += 1
        key = self.keys.get(key_id)
        return replace(key) if key else None


class Shelf:
    """Where signing keys lie, in memory."""

    def __init__(self, clock: MovedClock) -> None:
        self._clock = clock
        self.keys: list[KeptKey] = []

    async def kept(self) -> Sequence[KeptKey]:
        return self.keys

    async def add_first(self, kid: str, private: str, public: str) -> None:
        self.keys = self.keys or [KeptKey(kid=kid, private=private, created_at=self._clock())]

    async def add_next(self, key: NextKey, lead: timedelta) -> None:
        now = self._clock()
        self.keys = [replace(each, retires_at=each.retires_at or now + lead) for each in self.keys]
        self.keys.append(KeptKey(kid=key.kid, private=key.private, created_at=now))


@dataclass(kw_only=True)
class Answer:
    """One HTTP answer, read whole."""

    status: int
    headers: Mapping[str, str]
    text: str

    @property
    def json(self) -> Any:
        return json.loads(self.text)

    def problem(self, status: int, *, field: str | None = None) -> str:
        """The sentences of a problem, after checking that it is one."""
        assert self.status == status, self.text
        assert self.headers["Content-Type"] == "application/problem+json"
        assert set(self.json) >= {"type", "title", "status", "detail", "code", "remedy"}
        assert self.json["status"] == status
        assert self.json["type"].endswith(f"#problem-{self.json['code']}"), "the page explains every code"
        assert self.json.get("field") == field
        return f"{self.json['detail']} {self.json['remedy']}"


class Door:
    """Everything around one running door."""

    def __init__(self, allow_networks: tuple[Network, ...] = (ip_network("127.0.0.1"),)) -> None:
        self.clock = MovedClock()
        self.policy = PlainPolicy()
        self.store = MemoryStore(clock=self.clock, directory=lambda: self.policy.directory)
        self.keys = KeyCabinet()
        self.token = self.keys.create("support-bot")
        self.other_token = self.keys.create("other-bot")
        self.ring = KeyRing(Shelf(self.clock), self.clock)
        self.box = SecretBox(["s" * 32])
        self.approvals = Approvals(
            store=self.store, policy=lambda: self.policy, clock=self.clock, signer=self.box
        )
        self.measures = CountedMeasures()
        self.agents: Agents = build_agents(
            AgentsSettings(public_url=PUBLIC_URL, allow_networks=allow_networks),
            approvals=self.approvals,
            store=self.store,
            keys=self.keys,
            signing_keys=self.ring,
            directory=lambda: self.policy.directory,
            clock=self.clock,
            insights=Insights(
                measures=self.measures,
                sight=lambda person: Sight(person=person),
                store=self.store,
                directory=lambda: self.policy.directory,
                clock=self.clock,
            ),
        )
        self.app = web.Application(middlewares=[problem_middleware(f"{PUBLIC_URL}/docs")])
        self.server = TestServer(self.app, host="127.0.0.1", access_log=None, shutdown_timeout=5)
        self.session: aiohttp.ClientSession

    @asynccontextmanager
    async def open(self) -> AsyncIterator["Door"]:
        await self.ring.load()
        self.agents.mount(self.app)
        async with self.agents, self.server, aiohttp.ClientSession() as self.session:
            yield self

    async def ask(
        self,
        method: str,
        path: str,
        body: Any = None,
        *,
        token: str | None = "",
        headers: Mapping[str, str] | None = None,
    ) -> Answer:
        """One request; a body that is not bytes is sent as JSON, `token=None` sends no key."""
        sent = {"Content-Type": "application/json"} if body is not None else {}
        if token is not None:
            sent["Authorization"] = f"Bearer {token or self.token}"
        data = body if isinstance(body, bytes | None) else json.dumps(body).encode()
        url = self.server.make_url("/").join(URL(path, encoded=True))
        async with self.session.request(
            method, url, data=data, headers={**sent, **(headers or {})}, allow_redirects=False
        ) as answer:
            return Answer(status=answer.status, headers=answer.headers.copy(), text=await answer.text())

    async def submit(self, key: str | None = None, **changes: Any) -> Any:
        """A refund that waits for a decision, as its resource."""
        headers = {"Idempotency-Key": key} if key else {}
        answer = await self.ask("POST", "/v1/approvals", {**REFUND, **changes}, headers=headers)
        assert answer.status in (200, 201), answer.text
        return answer.json

    async def raw(self, *parts: bytes) -> bytes:
        """What comes back to bytes that no client library would send; reads until the server closes."""
        reader, writer = await asyncio.open_connection("127.0.0.1", self.server.port)
        try:
            for part in parts:
                writer.write(part)
                await writer.drain()
            return await reader.read()
        finally:
            writer.close()
            await writer.wait_closed()

    async def send_whole(self, path: str, body: bytes) -> Answer:
        """A POST that goes on sending although it was answered already, which client libraries do not."""
        head = (
            f"POST {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Type: application/json\r\n"
            f"Authorization: Bearer {self.token}\r\nContent-Length: {len(body)}\r\n\r\n"
        )
        top, _, text = (await self.raw(head.encode() + body)).decode().partition("\r\n\r\n")
        status, *lines = top.split("\r\n")
        headers = dict(line.split(": ", 1) for line in lines)
        return Answer(status=int(status.split()[1]), headers=headers, text=text)

    async def press(
        self,
        request_id: str,
        choice: Choice = Choice.APPROVE,
        *,
        person: str = "ann",
        reason: ReasonCode | None = None,
        text: str = "",
        words: str = "",
    ) -> Moved:
        """A person presses a button in the browser."""
        stored = await self.store.read(request_id)
        assert stored is not None
        return await self.approvals.press(
            Press(
                request_id=request_id,
                command_id=ids.new_id(ids.COMMAND),
                presser=Presser(identity=Identity(platform="web", user=person)),
                choice=choice,
                revision=stored.request.revision,
                surface=Surface.CARD,
                reason=Reason(code=reason, text=text) if reason else None,
                words=words,
            )
        )
