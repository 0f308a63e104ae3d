"""An installation that has seen everything: what stands in its database when a release is dumped.

Written for the first release, and run with that release's own code: change neither the policy nor the order
of what happens without dumping a release anew.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from contextlib import ExitStack
from pathlib import Path
from typing import Any, Self

from tests.fakes.slack_screen import View
from tests.flows.modes_world import AUTO, SLOW, TOLD, Modes
from tests.flows.world import ANN, BEN
from tests.upgrading.names import RECEIVER, receiver_is_found

_SCHEMA = """    arguments:
      type: object
      required: [amount, currency]
      properties:
        amount: {{type: string, title: Amount, pattern: "^[0-9]+[.][0-9][0-9]$"}}
        currency: {{enum: [EUR, USD]}}
"""
_ACTIONS = """  limit.raise: {{owner: ann, reversible: true, summary: Raise the limit}}
  credit.drawn: {{owner: ann, reversible: true, summary: Credit}}
  wire.send: {{owner: ann, reversible: false, summary: Send a wire}}
"""
_RULES = """  - {{name: never, owner: ann, why: Nobody sends wires, match: wire.send, then: refuse}}
  - {{name: drawn, owner: lea, why: Drawn credits are routine, when: 'action.name == "credit.drawn"',
      then: auto, sample: 1.0}}
"""
_ROUTES = """routes:
  - {{name: pairs, match: "limit.*", escalation_policy: pairs}}
"""
_PAIRS = """  pairs:
    quorum: {{approve: 2, reject: 1, from: [support]}}
    steps: [{{to: ["slack:#support", "teams:Support/Approvals", "web:support"], wait: 8h}}]
"""


def _policy() -> str:
    text = Modes.policy.replace("{callback}", f"http://{RECEIVER}/placet")
    masked = "    mask: [arguments.card_number]\n"
    for before, after in (
        (masked, masked + _SCHEMA),
        ("actions:\n  ", f"actions:\n{_ACTIONS}  "),
        ("rules:\n", f"{_ROUTES}rules:\n{_RULES}"),
        ("escalation_policies:\n", f"escalation_policies:\n{_PAIRS}"),
        ("\nagents:", "\nleads: {{ann: ['*']}}\nagents:"),
        ("open_requests: 50", "open_requests: 500"),
    ):
        assert text.count(before) == 1, (before, text.count(before))
        text = text.replace(before, after)
    return text


class Lived(Modes):
    """On Slack, on Teams and in the browser; the agent's receiver has a name."""

    policy = _policy()

    def __init__(self, database_url: str, folder: Path) -> None:
        super().__init__(database_url, folder)
        #: request ids by what happened to them
        self.requests: dict[str, str] = {}
        self._found = ExitStack()

    async def __aenter__(self) -> Self:
        self._found.enter_context(receiver_is_found(lambda: self._receiver.port or 0))
        return await super().__aenter__()

    async def __aexit__(self, *_: object) -> None:
        await super().__aexit__()
        self._found.close()

    async def lives(self) -> None:
        """Everything that can have happened when a release ends."""
        for part in (self._what_is_over, self._what_leads_said, self._what_waits, self._what_is_under_way):
            await part()

    async def asks_for(self, name: str, **changes: Any) -> dict[str, Any]:
        """A request of its own subject, remembered by name; its card is posted."""
        self.clock.advance(seconds=5)
        body = {"context": {"subject": {"id": name, "name": f"Customer {name}"}}, **changes}
        asked = await self.agent.asks(key=f"key-{name}", **body)
        self.requests[name] = asked["id"]
        await self.settles()
        return asked

    async def _what_is_over(self) -> None:
        await self._ends("expired", self._nobody_answers)
        await self._ends("approved", self._ann_approves)
        redeemed = await self._ends("redeemed", self._ann_approves)
        assert await self.agent.redeems(redeemed) == 200
        outcome = {"status": "succeeded", "detail": "Paid back."}
        await self.agent.post(f"/v1/approvals/{redeemed['id']}/outcome", outcome)
        await self._ends("rejected", self._ben_rejects)
        cancelled = await self.asks_for("cancelled")
        await self.agent.post(f"/v1/approvals/{cancelled['id']}/cancel", {"reason": "Paid otherwise."})
        await self.asks_for("refused", action={"name": "wire.send", "arguments": {}})
        await self.asks_for("ran", action=credit(AUTO))
        await self.asks_for("told", action=credit(TOLD))
        await self.settles()
        await self.gives_a_reason("slack", "Ann", "Override…", self.requests["told"])
        await self._ends("edited", self._ann_edits)
        await self.counts()

    async def _what_leads_said(self) -> None:
        await self.policy_says('limits: {"refund.*": 500 EUR}', 'limits: {"refund.*": 600 EUR}')
        await self.slack.mention("#support", "pause gift.*", by=ANN)
        await self._told(ANN)
        await self.counts()

    async def _what_waits(self) -> None:
        pair = {"name": "limit.raise", "arguments": {"order": "4892"}}
        await self.asks_for("half", action=pair)
        await (await self.slack.card("#support")).press("Approve", by=ANN)
        await self.asks_for("drawn", action={"name": "credit.drawn", "arguments": {}})
        await self.asks_for("asked", action=pair)
        await self.does("slack", "Ann", "ask", self.requests["asked"], words="Was it paid twice?")
        await self.asks_for("claimed", action=pair)
        await self.does("slack", "Ben", "claim", self.requests["claimed"])
        await self.asks_for("high", action=pair, impact={"level": "high"})
        await (await self.slack.card("#support")).press("Review…", by=ANN)
        await self.slack.view(ANN)
        await self.page("Ann", self.requests["half"])
        for name in ("in-slack", "in-teams", "in-browser", "left", "in-edit"):
            await self.asks_for(name)
        await self._ann_edits_and_stops()
        await self.asks_for("stoppable", action=credit(SLOW))

    async def _what_is_under_way(self) -> None:
        self.agent.status = 503
        await self._ends("untold", self._ann_approves)
        await self.later(minutes=1)
        await self.slack.shut()
        self.clock.advance(seconds=5)
        unposted = await self.agent.asks(key="key-unposted", context={"subject": {"id": "unposted"}})
        self.requests["unposted"] = unposted["id"]
        await self.settles()

    async def _ends(self, name: str, how: Callable[[], Awaitable[None]]) -> dict[str, Any]:
        asked = await self.asks_for(name)
        await how()
        await self.settles()
        return await self.agent.sees(asked["id"])

    async def _nobody_answers(self) -> None:
        await self.later(minutes=16)
        await self.later(minutes=31)

    async def _ann_approves(self) -> None:
        await (await self.slack.card("#support")).press("Approve", by=ANN)

    async def _ben_rejects(self) -> None:
        await (await self.slack.card("#support")).press("Reject", by=BEN)
        await (await self.slack.view(BEN, "Reject")).submit({"Why not?": "The facts are wrong"})

    async def _ann_edits(self) -> None:
        view = await self._ann_edits_and_stops()
        await view.submit()
        await view.expect("Recorded")

    async def _ann_edits_and_stops(self) -> View:
        await (await self.slack.card("#support")).press("Edit…", by=ANN)
        view = await self.slack.view(ANN, "Edit")
        await self.slack.until(lambda: view.submit_label is not None, lambda: view.words)
        await view.submit({"Amount": "200.00"})
        return await view.expect("+ 200.00")

    async def _told(self, user: str) -> None:
        assert self.app.platforms.slack is not None
        await self.app.platforms.slack.background.settle()
        await (await self.slack.own_card(user)).press("Confirm", by=user)
        await self.app.platforms.slack.background.settle()


def credit(action: str) -> dict[str, Any]:
    """A small one."""
    return {"name": action, "arguments": {"amount": "20.00", "currency": "EUR"}}
