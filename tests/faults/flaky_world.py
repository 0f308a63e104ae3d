"""A world in which everything outside is in trouble: what is done in it, and what must hold at its end."""

from __future__ import annotations

import json
import random
from collections import Counter, defaultdict
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any, Self

from sqlalchemy import Connection, text

from storage.verifying import verify
from tests.fakes.flaky_proxy import FlakyProxy, Mischief
from tests.faults.canary import Canary
from tests.faults.mischief import FAILURES, PRETENCES, after, elsewhere
from tests.flows.world import POLICY, World

#: of what a callback receiver says, the status alone is believed
RECEIVERS: tuple[Mischief, ...] = (*FAILURES, *(after(each) for each in PRETENCES))
_PAUSES = (0.3, 1, 2, 5, 20)


class FlakyWorld(World):
    """Proxies stand before the chat and before the agent's receiver."""

    template = POLICY

    def __init__(
        self, database_url: str, folder: Path, *, seed: int, chat: tuple[Mischief, ...] = FAILURES
    ) -> None:
        super().__init__(database_url, folder)
        self.canary = Canary()
        redirects = elsewhere(lambda: self.canary.url)
        self.chat = FlakyProxy(seed=seed, mischief=(*chat, redirects))
        self.receivers = FlakyProxy(seed=seed + 1, mischief=(*RECEIVERS, redirects))
        self.dice = random.Random(seed)
        self.requests: list[str] = []
        self.pressed: set[str] = set()
        self.cancelled: set[str] = set()
        self._around = AsyncExitStack()

    async def __aenter__(self) -> Self:
        for each in (self.canary, self.chat, self.receivers):
            await self._around.enter_async_context(each)
        self.policy = self.template.replace("{callback}", f"{self.receivers.url}/placet")
        self.policy = self.policy.replace("open_requests: 50", "open_requests: 5000")
        await super().__aenter__()
        self.receivers.before(str(self._receiver.make_url("/")))
        return self

    async def __aexit__(self, *error: object) -> None:
        await super().__aexit__(*error)
        await self._around.aclose()

    def _more_settings(self) -> dict[str, Any]:
        return {**super()._more_settings(), "batch_over": 1000, **self.through_proxy()}

    # -- what a platform adds

    def through_proxy(self) -> dict[str, Any]:
        """The settings that lead the product to the chat by the proxy."""
        return {}

    async def presses(self) -> str | None:
        """Somebody presses Approve on a card that waits; the request whose press was acknowledged."""
        raise NotImplementedError

    def shown(self, message: str) -> str | None:
        """Everything on a card, by the product's reference of it; None where it is gone."""
        raise NotImplementedError

    def standing(self) -> int:
        """How many cards stand in the channels."""
        raise NotImplementedError

    # -- what is done

    async def suffers(self, steps: int, *, share: float, chat: float | None = None) -> None:
        """So many steps of asking, pressing, withdrawing and waiting while such a share goes wrong.

        In the chat as much as for receivers, unless another share is given.
        """
        self.chat.misbehaves(share if chat is None else chat)
        self.receivers.misbehaves(share)
        for _ in range(steps):
            await self._step()
            self.clock.advance(seconds=self.dice.choice(_PAUSES))
            await self.settles()
        await self.later(minutes=16)
        self.chat.misbehaves(0)
        self.receivers.misbehaves(0)

    async def recovers(self) -> None:
        """Time passes until nothing is left to be done."""
        await self.later(minutes=31)
        for _ in range(60):
            if not await self._rows(
                "SELECT 1 FROM card WHERE due_at IS NOT NULL UNION ALL "
                "SELECT 1 FROM outbox WHERE state IN ('waiting', 'held')"
            ):
                return
            await self.later(hours=2)

    async def _step(self) -> None:
        lot = self.dice.random()
        if lot < 0.45 or not self.requests:
            number = len(self.requests)
            asked = await self.agent.asks(context={"subject": {"id": f"c-{number}"}})
            self.requests.append(asked["id"])
        elif lot < 0.9:
            pressed = await self.presses()
            if pressed is not None:
                self.pressed.add(pressed)
        else:
            chosen = self.dice.choice(self.requests)
            answer = await self.agent.post(f"/v1/approvals/{chosen}/cancel", {"reason": "Not needed."})
            if answer.status == 200 and (await answer.json())["status"] == "cancelled":
                self.cancelled.add(chosen)

    # -- what must hold

    async def examined(self) -> str:
        """Assert that nothing was lost, doubled or silently given up; the figures."""
        statuses = {row.id: row.status for row in await self._rows("SELECT id, status FROM approval")}
        assert set(statuses) == set(self.requests)
        assert set(statuses.values()) <= {"approved", "expired", "cancelled"}
        assert {statuses[each] for each in self.pressed} <= {"approved"}
        assert {statuses[each] for each in self.cancelled} <= {"cancelled"}
        twice = (
            "SELECT subject FROM audit_event WHERE kind = 'request.decided'"
            " GROUP BY subject HAVING count(*) > 1"
        )
        assert await self._rows(twice) == []
        copies = await self._copies_show_the_end(statuses)
        callbacks = await self._callbacks_arrived(statuses)
        assert self.canary.heard == []
        await self.counts()
        report = await self.app.store.query(self._verified)
        done = self.chat.done + self.receivers.done
        return (
            f"{len(statuses)} requests, {len(self.pressed)} presses; {self.chat.calls} calls to the chat and"
            f" {self.receivers.calls} callbacks, {sum(done.values())} of them mistreated in {len(done)} ways;"
            f" {copies}; {callbacks}; {report} audit events; lost 0"
        )

    async def _copies_show_the_end(self, statuses: dict[str, str]) -> str:
        rows = await self._rows("SELECT * FROM card")
        states = Counter(row.state for row in rows)
        assert set(states) <= {"posted", "undeliverable"}, states
        assert {row.request_id for row in rows} == set(statuses)
        for row in rows:
            if row.state == "undeliverable":
                assert row.why, row
                continue
            assert row.shown_version >= row.wanted_version, row
            if row.destination.startswith("web:"):
                continue
            words = self.shown(row.message)
            assert words is not None, f"{row.message} stands nowhere"
            assert _WORDS[statuses[row.request_id]] in words, (statuses[row.request_id], words)
        known = sum(1 for row in rows if row.message and not row.destination.startswith("web:"))
        adopted = sum(1 for row in rows if row.adopted)
        return (
            f"{states['posted']} copies show the end, {states['undeliverable']} recorded undeliverable,"
            f" {adopted} posted twice and taken over by a press, {self.standing() - known} posted twice else"
        )

    async def _callbacks_arrived(self, statuses: dict[str, str]) -> str:
        rows = await self._rows("SELECT * FROM outbox WHERE kind = 'callback' ORDER BY request_id, turn")
        states = Counter(row.state for row in rows)
        assert set(states) <= {"done", "dead"}, states
        told = {(row.request_id, row.text) for row in rows}
        assert {(each, f"approval.{status}") for each, status in statuses.items()} <= told
        arrived = defaultdict(set)
        order: dict[str, list[str]] = defaultdict(list)
        for name, body in self.agent.attempts:
            if name not in arrived:
                order[self._request_of(body)].append(name)
            arrived[name].add(body)
        for row in rows:
            if row.state == "done":
                assert arrived[row.id] == {row.body.encode()}, f"{row.id} came otherwise, or never"
            else:
                assert (await self.agent.sees(row.request_id))["delivery"]["callback"] == "failed"
        turns = {row.id: row.turn for row in rows}
        for names in order.values():
            assert [turns[name] for name in names] == sorted(turns[name] for name in names)
        arrivals = len(self.agent.attempts)
        return f"{states['done']} callbacks delivered in {arrivals} arrivals, {states['dead']} given up"

    def _request_of(self, body: bytes) -> str:
        return str(json.loads(body)["data"]["approval"]["id"])

    def _verified(self, connection: Connection) -> int:
        report = verify(connection, self.app.key_ring.is_signed)
        assert report.problems == []
        return report.events

    async def _rows(self, query: str) -> list[Any]:
        return await self.app.store.query(lambda connection: list(connection.execute(text(query))))


_WORDS = {"approved": "Approved by", "expired": "Expired", "cancelled": "Withdrawn"}
