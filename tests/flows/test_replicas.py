"""Two processes on one PostgreSQL, both connected over Socket Mode; the one that got a press is killed."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from sqlalchemy import create_engine, text

from storage.engine import normalized
from tests.e2e.forks import Forks
from tests.e2e.placet_process import AgentKey, PlacetProcess
from tests.fakes.slack_http import Delivered
from tests.fakes.slack_screen import Card
from tests.fakes.slack_server import FakeSlack
from tests.flows.world import ANN, POLICY, refund

SECRET_KEY = "replica-" * 5
#: how many in this database wait for another; other workers use the same server
WAITING = (
    "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
)


class Pair:
    """The two processes, with Slack and an agent's receiver in front of them."""

    def __init__(self, database_url: str, folder: Path, forks: Forks) -> None:
        self.database_url, self._folder, self._forks = database_url, folder, forks
        self.slack = FakeSlack(burst=100)
        for name in ("support", "leads"):
            self.slack.add_channel(name)
        #: the message ids that arrived, by type
        self.told: list[tuple[str, str]] = []
        app = web.Application()
        app.router.add_post("/placet", self._take)
        self._receiver = TestServer(app)

    async def start(self) -> None:
        """Both are connected; what Slack sends goes to the second, which only listens.

        Were it to carry work outward too, what it had begun would come again only when its leases end.
        """
        await self.slack.open()
        await self._receiver.start_server()
        self.first, self.second = self._process("first"), self._process("second")
        self.key: AgentKey = await asyncio.to_thread(self.first.create_key)
        await asyncio.to_thread(self.first.start)
        await self._connected(1)
        await asyncio.to_thread(self.second.start, "--no-worker")
        await self._connected(2)

    async def stop(self) -> None:
        """End everything."""
        for process in (self.first, self.second):
            await asyncio.to_thread(process.stop)
        await self._receiver.close()
        await self.slack.shut()

    async def asks(self) -> tuple[str, Card]:
        """An agent asks the first process; the request's id, and its card."""
        made = await asyncio.to_thread(self.first.submit, self.key, refund())
        return str(made["id"]), await self.slack.card("#support")

    async def sees(self, request_id: str) -> dict[str, object]:
        """The resource when it is final."""
        return await asyncio.to_thread(self.first.approval, self.key, request_id, wait_s=20)

    def count(self, query: str) -> int:
        """What a query counts in the database."""
        engine = create_engine(normalized(self.database_url))
        with engine.connect() as connection:
            found: int = connection.execute(text(query)).scalar_one()
        engine.dispose()
        return found

    @contextmanager
    def stuck(self, request_id: str) -> Iterator[None]:
        """The database lets nobody change the request meanwhile."""
        engine = create_engine(normalized(self.database_url))
        with engine.connect() as connection:
            lock = text("SELECT id FROM approval WHERE id = :id FOR UPDATE")
            connection.execute(lock, {"id": request_id})
            yield
            connection.rollback()
        engine.dispose()

    async def _connected(self, number: int) -> None:
        connections = self.slack.sockets.connections
        await self.slack.until(lambda: len(connections) == number, lambda: f"{number} connections")

    def _process(self, name: str) -> PlacetProcess:
        folder = self._folder / name
        folder.mkdir()
        settings = {
            "PLACET_DATABASE_URL": self.database_url,
            "PLACET_SECRET_KEY": SECRET_KEY,
            "PLACET_SLACK_BOT_TOKEN": self.slack.bot_token,
            "PLACET_SLACK_APP_TOKEN": self.slack.app_token,
            "PLACET_SLACK_API_URL": self.slack.api_url,
        }
        policy = POLICY.format(callback=self._receiver.make_url("/placet"))
        return PlacetProcess(folder, self._forks, policy=policy, settings=settings)

    async def _take(self, request: web.Request) -> web.Response:
        kind = (await request.json())["type"]
        self.told.append((kind, request.headers["webhook-id"]))
        return web.Response()


@pytest.fixture(scope="module")
def forks() -> Iterator[Forks]:
    """What starts the processes."""
    with Forks() as forks:
        yield forks


@pytest.fixture
async def pair(postgres_database: str, tmp_path: Path, forks: Forks) -> AsyncIterator[Pair]:
    pair = Pair(postgres_database, tmp_path, forks)
    await pair.start()
    yield pair
    await pair.stop()


async def test_a_press_that_died_with_its_process_before_it_was_committed(pair: Pair) -> None:
    request_id, card = await pair.asks()
    with pair.stuck(request_id):
        press = asyncio.create_task(card.press("Approve", by=ANN))
        while not await asyncio.to_thread(pair.count, WAITING):
            assert not press.done()
        await asyncio.to_thread(pair.second.kill)
    await _decided_once(pair, request_id, card, await press)


async def test_a_press_that_was_committed_and_never_acknowledged(pair: Pair) -> None:
    request_id, card = await pair.asks()
    pair.slack.sockets.loses_acknowledgements = True
    press = asyncio.create_task(card.press("Approve", by=ANN))
    sent = pair.slack.sockets.sent
    await pair.slack.until(lambda: any(each.is_lost for each in sent.values()), lambda: "an acknowledgement")
    pair.slack.sockets.loses_acknowledgements = False
    await asyncio.to_thread(pair.second.kill)
    await _decided_once(pair, request_id, card, await press)


async def _decided_once(pair: Pair, request_id: str, card: Card, delivered: Delivered) -> None:
    assert delivered.status == 200
    assert len(pair.slack.sockets.sent) == 2, "delivered, and delivered again"
    decided = await pair.sees(request_id)
    assert decided["status"] == "approved"
    await card.expect("Approved by Ann")
    query = "SELECT count(*) FROM audit_event WHERE kind = 'request.decided'"
    assert await asyncio.to_thread(pair.count, query) == 1
    await pair.slack.until(lambda: bool(pair.told), lambda: "the callback")
    assert [kind for kind, _ in pair.told] == ["approval.approved"]
    assert pair.slack.workspace.private == []
