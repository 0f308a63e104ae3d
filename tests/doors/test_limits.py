"""How much anybody may send, how often, and how slowly."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from adapters.agents import connection
from adapters.agents.address_limit import Addresses, AddressLimit
from bot.chat import arriving
from bot.rates import Rate
from tests.doors.served import Served, served, statuses
from tests.flows.teams_world import TeamsWorld


@pytest_asyncio.fixture
async def placet(tmp_path: Path) -> AsyncIterator[Served]:
    """An installation where every key may come three times and every address twice, at first."""
    rate = {
        "rate_per_key": Rate(per_second=0.01, burst=3),
        "rate_per_address": Rate(per_second=0.01, burst=2),
    }
    async with served(tmp_path, **rate) as running:
        yield running


async def test_rate_per_key(placet: Served) -> None:
    seen = [(await placet.ask("GET", "/v1/approvals", keyed=True)).status for _ in range(3)]
    told = await placet.ask("GET", "/v1/approvals", keyed=True)

    assert (seen, told.status) == ([200, 200, 200], 429)
    assert told.json["code"] == "too_many_requests"
    assert told.headers["content-type"] == "application/problem+json"
    assert 90 <= int(told.headers["retry-after"]) <= 100
    other = await placet.app.keys.create("other-bot")
    placet.key = other.api_key
    assert (await placet.ask("GET", "/v1/approvals", keyed=True)).status == 200


async def test_rate_per_address(placet: Served) -> None:
    seen = [(await placet.ask("GET", path)).status for path in ("/docs", "/nothing")]
    told = await placet.ask("GET", "/")

    assert (seen, told.status) == ([200, 404], 429)
    assert told.json["code"] == "too_many_requests"
    assert 90 <= int(told.headers["retry-after"]) <= 100


async def test_rate_per_address_behind_a_proxy_counts_whoever_is_behind_it(placet: Served) -> None:
    async def asks(who: str) -> int:
        return (await placet.ask("GET", "/docs", X_Forwarded_For=f"1.1.1.1, {who}")).status

    assert [await asks("203.0.113.7") for _ in range(3)] == [200, 200, 429]
    assert await asks("203.0.113.8") == 200
    assert [await asks(f"2001:db8::{n:x}") for n in range(3)] == [200, 200, 429]


async def test_a_caller_that_writes_another_address_itself_is_counted_all_the_same(placet: Served) -> None:
    seen = [
        (await placet.ask("GET", "/docs", X_Forwarded_For=f"10.9.9.{n}, 203.0.113.7")).status
        for n in range(3)
    ]
    assert seen == [200, 200, 429]


async def test_a_right_key_and_probes_and_chats_are_never_refused_for_their_address(placet: Served) -> None:
    for _ in range(3):
        await placet.ask("GET", "/docs")
    assert (await placet.ask("GET", "/docs")).status == 429

    assert (await placet.ask("GET", "/v1/approvals", keyed=True)).status == 200
    assert (await placet.ask("GET", "/healthz")).status == 200
    assert (await placet.ask("POST", "/slack/events")).status == 404


async def test_many_addresses_take_bounded_memory() -> None:
    limit = AddressLimit(Rate(per_second=1, burst=2), Addresses())
    for number in range(40_000):
        limit._rates.take(str(number))
    assert len(limit._rates) <= 16_384


async def test_open_requests_of_an_agent(tmp_path: Path) -> None:
    async with served(tmp_path) as placet:
        for _ in range(3):
            await placet.submit()
        body = b'{"action": {"name": "refund.issue", "arguments": {"order": "1"}}, "reasoning": "Lost."}'
        told = await placet.ask("POST", "/v1/approvals", body, keyed=True)

    assert told.status == 409
    assert "as many open requests as the policy allows" in told.json["detail"]


async def test_a_reader_that_takes_nothing_is_let_go(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connection, "SLOWEST_READER", 0.05)
    async with served(tmp_path) as placet:
        _, writer = await asyncio.open_connection("127.0.0.1", placet.port, limit=1024)
        # More answers than all buffers between here and there hold.
        asked = b"GET /docs HTTP/1.1\r\nHost: x\r\n\r\n"
        try:
            async with asyncio.timeout(60):
                while True:
                    writer.write(asked * 100)
                    await writer.drain()
        except ConnectionError:
            pass
        writer.close()
        assert (await placet.ask("GET", "/healthz")).status == 200


async def test_a_reader_that_is_only_slow_gets_everything(tmp_path: Path) -> None:
    async with served(tmp_path, rate_per_address=None) as placet:
        got = await placet.raw(
            b"GET /docs HTTP/1.1\r\nHost: x\r\n\r\n" * 50
            + b"GET /healthz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"
        )
    assert statuses(got) == [200] * 51


@pytest.mark.parametrize("path", ["/slack/events", "/api/messages"])
async def test_slow_body_from_a_chat_platform(
    sqlite_database: str, tmp_path: Path, path: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(arriving, "SLOWEST_BODY", 0.05)
    async with TeamsWorld(sqlite_database, tmp_path) as world:
        assert world._server is not None
        reader, writer = await asyncio.open_connection("127.0.0.1", world._server.port)
        head = f"POST {path} HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
        writer.write(f"{head}Authorization: Bearer x\r\nContent-Length: 100\r\n\r\n{{".encode())
        async with asyncio.timeout(25):
            assert (await reader.readline()).split()[1] == b"408"
        writer.close()
