"""A whole Placet between a fake Slack and an agent: the real application, with time moved instead of slept.

world.agent.asks(...)          over HTTP, with a real API key
(await world.slack.card("#support")).press("Approve", by=ANN)
await world.settles()          everything that is due has been carried out
world.agent.callbacks          verified, as they arrived
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self

import aiohttp
from aiohttp import web
from aiohttp.test_utils import TestServer

from adapters.agents.signing import verify
from bot.app import App
from bot.looking import SELDOM
from bot.policy import parse_policy
from bot.settings import Settings
from storage.measure_keeping import ROLL_EVERY
from tests.fakes.clock import MovedClock
from tests.fakes.slack_server import FakeSlack
from tests.fakes.slack_workspace import Account

ANN, BEN, CAT, LEA, STRANGER = "U01ANN", "U01BEN", "U01CAT", "U01LEA", "U01STRANGER"
AGENT = "support-bot"
SECRET_KEY = "story-" * 8

POLICY = """
owner: ann
defaults: {{escalation_policy: support}}
people:
  ann: {{name: Ann, slack: U01ANN}}
  ben: {{name: Ben, slack: U01BEN, limits: {{"refund.*": 500 EUR}}}}
  cat: {{name: Cat, slack: U01CAT}}
  lea: {{name: Lea, slack: U01LEA}}
groups:
  support: {{members: [ann, ben, cat]}}
agents:
  support-bot: {{owner: cat, actions: ["*"], callback: {{url: "{callback}"}}, open_requests: 50}}
actions:
  refund.issue:
    owner: ann
    effect: write
    reversible: false
    amount: arguments.amount
    currency: arguments.currency
    summary: "Refund {{amount}} {{currency}} for order {{order}}"
    mask: [arguments.card_number]
    valid_for: 1h
  order.read: {{owner: ann, effect: read, reversible: true, summary: "Read order {{order}}"}}
escalation_policies:
  support:
    quorum: {{approve: 1, reject: 1, from: [support]}}
    steps:
      - {{to: ["slack:#support", "web:support"], wait: 15m, remind_every: 5m}}
      - {{to: ["slack:#leads"], wait: 30m, from: [lea]}}
"""


@dataclass(slots=True)
class Agent:
    """An agent platform: asks over HTTP, and takes callbacks."""

    http: aiohttp.ClientSession
    clock: MovedClock
    secret: str
    #: what its receiver answers
    status: int = 200
    #: verified bodies, in the order in which they were accepted
    callbacks: list[dict[str, Any]] = field(default_factory=list)
    #: message id and body bytes of every attempt, accepted or not
    attempts: list[tuple[str, bytes]] = field(default_factory=list)

    async def asks(self, *, key: str | None = None, **changes: Any) -> dict[str, Any]:
        """Post a request that is stored; the resource."""
        answer = await self.post("/v1/approvals", refund(**changes), key=key)
        assert answer.status in (200, 201), await answer.text()
        return await self._json(answer)

    async def post(self, path: str, body: Any, *, key: str | None = None) -> aiohttp.ClientResponse:
        """POST any body."""
        return await self.http.post(path, json=body, headers={"Idempotency-Key": key} if key else None)

    async def sees(self, request_id: str) -> dict[str, Any]:
        """The resource as it is now."""
        return await self._json(await self.http.get(f"/v1/approvals/{request_id}"))

    async def redeems(self, approval: dict[str, Any], redemption: str = "r-1") -> int:
        """Take the approval; the status of the answer."""
        body = {"digest": approval["action"]["digest"], "redemption_id": redemption}
        return (await self.post(f"/v1/approvals/{approval['id']}/redeem", body)).status

    def told(self) -> list[str]:
        """The types of the callbacks that were accepted."""
        return [callback["type"] for callback in self.callbacks]

    async def receive(self, request: web.Request) -> web.Response:
        """The receiver: verifies, then answers what it was told to."""
        body = await request.read()
        verify([self.secret], request.headers, body, now=self.clock())
        self.attempts.append((request.headers["webhook-id"], body))
        if self.status == 200:
            self.callbacks.append(json.loads(body))
        return web.Response(status=self.status)

    @staticmethod
    async def _json(answer: aiohttp.ClientResponse) -> dict[str, Any]:
        parsed: dict[str, Any] = await answer.json(content_type=None)
        return parsed


class World:
    """One installation with everything around it."""

    #: with a place for the address of the agent's receiver
    policy = POLICY
    #: whose API key the agent has
    agent_name = AGENT

    def __init__(self, database_url: str, folder: Path) -> None:
        self.clock = MovedClock()
        self.slack = FakeSlack(self.clock, burst=100)
        for name in ("support", "leads"):
            self.slack.add_channel(name)
        self.slack.workspace.accounts[LEA] = Account(id=LEA, name="lea")
        self._database_url, self._folder = database_url, folder
        self._receiver = TestServer(web.Application())
        self._server: TestServer | None = None

    async def __aenter__(self) -> Self:
        await self.slack.__aenter__()
        self._receiver.app.router.add_post("/placet", self._receive)
        await self._receiver.start_server()
        self.app = await self._started()
        key = await self.app.keys.create(self.agent_name)
        self._api_key = key.api_key
        self.agent = Agent(self._client(), self.clock, key.callback_secret)
        return self

    def _client(self) -> aiohttp.ClientSession:
        return aiohttp.ClientSession(
            str(self._server and self._server.make_url("/")),
            headers={"Authorization": f"Bearer {self._api_key}"},
        )

    async def __aexit__(self, *_: object) -> None:
        await self.agent.http.close()
        await self._stopped()
        await self._receiver.close()
        await self.slack.shut()

    async def settles(self) -> None:
        """Carry out everything that is due now."""
        await self.app.worker.drain()

    async def counts(self) -> None:
        """Seal what happened so far, and add it to the measures."""
        housekeeping = self.app.upkeep.housekeeping
        await housekeeping.seal()
        while await housekeeping.measure() not in (ROLL_EVERY, SELDOM):
            pass

    async def later(self, **by: float) -> None:
        """Move the clock on, and carry out what is due then."""
        self.clock.advance(**by)
        await self.settles()

    async def restarts(self) -> None:
        """Stop the process, and start another one on the same database."""
        await self._stopped()
        self.app = await self._started()
        await self.agent.http.close()
        self.agent.http = self._client()

    async def policy_says(self, old: str, new: str, *, changes: bool = True) -> None:
        """Change the policy's file, which is read again; `changes` is whether another version holds then."""
        self._write_policy(old, new)
        assert await self.app.book.refresh() is changes

    async def policy_breaks(self, old: str, new: str) -> None:
        """Change the policy's file so that it cannot be used."""
        self._write_policy(old, new)
        assert not await self.app.book.refresh()
        assert self.app.book.trouble

    def _write_policy(self, old: str, new: str) -> None:
        path = self._folder / "policy.yml"
        text = path.read_text()
        assert old in text
        path.write_text(text.replace(old, new))

    async def _receive(self, request: web.Request) -> web.Response:
        return await self.agent.receive(request)

    async def _started(self) -> App:
        policy = self.policy.format(callback=self._receiver.make_url("/placet"))
        (self._folder / "policy.yml").write_text(policy)
        settings = Settings.model_validate(
            {
                "database_url": self._database_url,
                "policy": self._folder / "policy.yml",
                "secret_key": (SECRET_KEY,),
                "callback_allow_networks": ("127.0.0.0/8",),
                "slack_bot_token": self.slack.bot_token,
                "slack_signing_secret": (self.slack.signing_secret,),
                "slack_api_url": self.slack.api_url,
                **self._more_settings(),
            }
        )
        app = App(settings, parse_policy(policy), clock=self.clock)
        await app.start()
        await app.book.refresh()
        self._server = TestServer(app.http())
        # As it is really served: no door takes compressed bodies.
        await self._server.start_server(auto_decompress=False)
        self.slack.connect(str(self._server.make_url("/slack/events")))
        return app

    def _more_settings(self) -> dict[str, Any]:
        """What else is set, for worlds with more in them."""
        return {}

    async def _stopped(self) -> None:
        if self._server is not None:
            await self._server.close()
        await self.app.close()


def refund(amount: str = "240.00", **changes: Any) -> dict[str, Any]:
    """A refund as an agent asks for it; arguments of that name replace parts of the body."""
    arguments = {"order": "4892", "amount": amount, "currency": "EUR", "card_number": "4111111111111111"}
    body: dict[str, Any] = {
        "action": {"name": "refund.issue", "arguments": arguments},
        "reasoning": "The carrier confirmed in writing that the parcel was lost.",
        "recommendation": "Approve: the carrier pays us back.",
        "context": {"subject": {"id": "c-118", "name": "Maria Example", "tier": "gold"}},
    }
    return body | changes
