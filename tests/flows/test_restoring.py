"""A backup is made, the world goes on, the backup is put back: what everybody outside then sees."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import jwt
import pytest

from bot.cli import main
from tests.flows.world import ANN, BEN, SECRET_KEY, World
from tests.postgres import postgres_programs


class Restorable(World):
    """A world whose operator backs it up while it runs, and puts it back when it has stopped."""

    def __init__(self, database_url: str, folder: Path) -> None:
        super().__init__(database_url, folder)
        # The operator's commands know the true time alone.
        self.clock.now = datetime.now(UTC)

    async def is_backed_up(self) -> None:
        """Beside the running server."""
        await self.placet("backup", "backup")

    async def is_restored(self) -> None:
        """Stopped, put back, started."""
        await self._stopped()
        await self.placet("restore", "backup", "--force")
        self.clock.advance(minutes=1)
        self.app = await self._started()
        await self.agent.http.close()
        self.agent.http = self._client()
        await self.settles()

    async def placet(self, *arguments: str) -> None:
        """Run a command as the operator does, beside everything else; it has to end well."""
        assert await asyncio.to_thread(_ended, arguments) == 0

    async def asks(self, subject: str, **more: Any) -> dict[str, Any]:
        """A request about somebody, whose card stands in the channel."""
        asked = await self.agent.asks(context={"subject": {"id": subject}}, **more)
        await self.settles()
        return asked

    def card_of(self, request_id: str) -> Any:
        """Its one card in the channel."""
        [card] = [card for card in self.slack.cards("#support") if request_id in str(card.blocks)]
        return card

    def attempts_about(self, request_id: str) -> list[tuple[str, bytes]]:
        """What its callbacks' attempts carried."""
        return [attempt for attempt in self.agent.attempts if request_id.encode() in attempt[1]]


def _ended(arguments: Sequence[str]) -> int:
    try:
        main(arguments)
    except SystemExit as end:
        return end.code if isinstance(end.code, int) else 0
    return 0


@pytest.fixture
async def world(
    database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Restorable]:
    monkeypatch.setenv("PATH", f"{postgres_programs()}:{os.environ['PATH']}")
    monkeypatch.setenv("PLACET_DATABASE_URL", database_url)
    monkeypatch.setenv("PLACET_SECRET_KEY", SECRET_KEY)
    async with Restorable(database_url, tmp_path) as world:
        yield world


async def test_what_was_decided_and_taken_before_the_backup_stays_so(world: Restorable) -> None:
    asked = await world.asks("c-1", key="first")
    await world.card_of(asked["id"]).press("Approve", by=ANN)
    await world.settles()
    assert await world.agent.redeems(asked) == 200
    before = await world.agent.sees(asked["id"])

    await world.is_backed_up()
    await world.is_restored()

    after = await world.agent.sees(asked["id"])
    assert (after["status"], after["receipt"]) == ("approved", before["receipt"])
    assert after["delivery"]["taken_at"] == before["delivery"]["taken_at"]
    assert await world.agent.redeems(asked, "another") == 409
    assert (await world.agent.asks(context={"subject": {"id": "c-1"}}, key="first"))["id"] == asked["id"]
    assert len(world.attempts_about(asked["id"])) == 1


async def test_receipts_from_before_and_after_verify_and_so_does_the_audit_trail(world: Restorable) -> None:
    early, late = await world.asks("c-1"), await world.asks("c-2")
    await world.card_of(early["id"]).press("Approve", by=ANN)
    await world.settles()
    await world.is_backed_up()
    await world.card_of(late["id"]).press("Approve", by=ANN)
    await world.settles()
    forgotten = (await world.agent.sees(late["id"]))["receipt"]
    await world.is_restored()
    await world.card_of(late["id"]).press("Reject", by=BEN)
    await world.settles()

    async with world.agent.http.get("/.well-known/jwks.json") as answer:
        keys = jwt.PyJWKSet.from_dict(await answer.json(content_type=None))
    for receipt in (forgotten, (await world.agent.sees(early["id"]))["receipt"]):
        key = keys[jwt.get_unverified_header(receipt)["kid"]]
        assert jwt.decode(receipt, key, algorithms=["EdDSA"], options={"verify_iat": False})["status"]
    await world.counts()
    await world.placet("audit", "verify")


async def test_a_request_that_was_decided_since_waits_again_and_its_card_says_so(world: Restorable) -> None:
    asked = await world.asks("c-1")
    await world.is_backed_up()
    await world.card_of(asked["id"]).press("Approve", by=ANN)
    await world.settles()
    assert "Approve" not in world.card_of(asked["id"]).buttons

    await world.is_restored()

    assert (await world.agent.sees(asked["id"]))["status"] == "pending"
    assert "Approve" in world.card_of(asked["id"]).buttons
    await world.card_of(asked["id"]).press("Approve", by=BEN)
    await world.settles()
    first, second = world.attempts_about(asked["id"])
    assert first[0] != second[0]


async def test_timers_go_on_where_they_stood(world: Restorable) -> None:
    asked = await world.asks("c-1")
    await world.is_backed_up()
    await world.is_restored()
    assert not world.slack.cards("#leads")

    await world.later(minutes=15)

    assert [asked["id"] in str(card.blocks) for card in world.slack.cards("#leads")] == [True]
    await world.later(minutes=31)
    assert (await world.agent.sees(asked["id"]))["status"] == "expired"


async def test_a_callback_that_was_begun_comes_again_with_the_same_id_and_bytes(world: Restorable) -> None:
    asked = await world.asks("c-1")
    world.agent.status = 500
    await world.card_of(asked["id"]).press("Approve", by=ANN)
    await world.settles()
    await world.is_backed_up()
    world.agent.status = 200
    await world.later(minutes=30)
    assert world.agent.told() == ["approval.approved"]

    await world.is_restored()
    await world.later(minutes=30)

    assert world.agent.told() == ["approval.approved"] * 2
    assert len(set(world.attempts_about(asked["id"]))) == 1


async def test_a_card_that_was_posted_since_is_found_again_and_not_posted_twice(world: Restorable) -> None:
    asked = await world.agent.asks(context={"subject": {"id": "c-1"}})
    await world.is_backed_up()
    await world.settles()
    posted = world.card_of(asked["id"])

    await world.is_restored()
    await world.later(minutes=2)

    assert world.card_of(asked["id"]).ts == posted.ts
    await world.card_of(asked["id"]).press("Approve", by=ANN)
    await world.settles()
    assert (await world.agent.sees(asked["id"]))["status"] == "approved"


async def test_a_request_that_came_since_is_gone_and_who_presses_its_card_is_told(
    world: Restorable,
) -> None:
    await world.asks("c-1")
    await world.is_backed_up()
    asked = await world.asks("c-2", key="since")
    await world.is_restored()

    async with world.agent.http.get(f"/v1/approvals/{asked['id']}") as answer:
        assert answer.status == 404
    delivered = await world.card_of(asked["id"]).press("Approve", by=ANN)
    await world.settles()

    assert delivered.status == 200
    assert world.slack.told(ANN)
    again = await world.agent.asks(context={"subject": {"id": "c-2"}}, key="since")
    assert again["id"] != asked["id"]
