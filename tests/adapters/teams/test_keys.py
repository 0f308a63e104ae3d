"""The keys of Bot Framework: fetched once, replaced at once, kept when their server is away."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from adapters.teams.http import Http
from adapters.teams.keys import Keys
from adapters.teams.refusals import KeysAway
from tests.fakes.clock import MovedClock
from tests.fakes.key_server import KeyServer


@pytest.fixture
def clock() -> MovedClock:
    return MovedClock()


@pytest.fixture
async def server(clock: MovedClock) -> AsyncIterator[KeyServer]:
    async with KeyServer(clock) as server:
        yield server


@pytest.fixture
async def keys(server: KeyServer, clock: MovedClock) -> AsyncIterator[Keys]:
    http = Http(timedelta(seconds=3))
    keys = Keys(server.metadata_url, http, clock)
    yield keys
    await keys.close()
    await http.close()


async def until_fetched(keys: Keys) -> None:
    if keys._fetching is not None:
        await keys._fetching


async def test_many_at_once_ask_once(keys: Keys, server: KeyServer) -> None:
    found = await asyncio.gather(*(keys.find("key-1") for _ in range(20)))
    assert all(key is not None and key.id == "key-1" for key in found)
    assert server.asked == 1


async def test_a_new_key_is_picked_up_at_once_and_the_old_one_forgotten(
    keys: Keys, server: KeyServer, clock: MovedClock
) -> None:
    assert await keys.find("key-1")
    server.rotate()
    clock.advance(seconds=3)
    assert await keys.find("key-2")
    assert await keys.find("key-1") is None


async def test_made_up_keys_do_not_reach_the_server_more_than_once_in_three_seconds(
    keys: Keys, server: KeyServer, clock: MovedClock
) -> None:
    for number in range(50):
        assert await keys.find(f"made-up-{number}") is None
    assert server.asked == 1
    clock.advance(seconds=3)
    assert await keys.find("made-up") is None
    assert server.asked == 2


async def test_keys_are_fetched_again_after_a_day_and_nobody_waits_for_it(
    keys: Keys, server: KeyServer, clock: MovedClock
) -> None:
    assert await keys.find("key-1")
    clock.advance(hours=24)
    server.rotate()
    assert await keys.find("key-1")
    await until_fetched(keys)
    assert server.asked == 2
    assert await keys.find("key-1") is None
    assert await keys.find("key-2")


async def test_known_keys_outlive_their_server(keys: Keys, server: KeyServer, clock: MovedClock) -> None:
    assert await keys.find("key-1")
    await server.shut()
    clock.advance(hours=30)
    assert await keys.find("key-1")
    await until_fetched(keys)
    assert await keys.find("key-1")


async def test_a_server_that_does_not_answer_holds_up_nobody_whose_key_is_known(
    keys: Keys, server: KeyServer, clock: MovedClock
) -> None:
    assert await keys.find("key-1")
    server.answers.clear()
    clock.advance(hours=24)
    stuck = asyncio.create_task(keys.find("key-2"))
    for _ in range(100):
        assert await keys.find("key-1")
    assert not stuck.done()
    assert await stuck is None


async def test_without_any_keys_it_says_so_and_asks_again_later(
    keys: Keys, server: KeyServer, clock: MovedClock
) -> None:
    await server.shut()
    for _ in range(2):
        with pytest.raises(KeysAway):
            await keys.find("key-1")
    await server.open()
    clock.advance(seconds=3)
    assert await keys.find("key-1")


@pytest.mark.parametrize(
    ("status", "raw"),
    [
        (500, b""),
        (302, b""),
        (200, b"<html>"),
        (200, b"[]"),
        (200, b"{}"),
        (200, b'{"jwks_uri": 7}'),
        (200, b'{"jwks_uri": "ftp://x/"}'),
        (200, b'{"keys": [{}, 7, {"kty": "RSA", "kid": "key-1", "endorsements": []}]}'),
    ],
)
async def test_what_is_no_key_server_changes_nothing(
    keys: Keys, server: KeyServer, clock: MovedClock, status: int, raw: bytes
) -> None:
    assert await keys.find("key-1")
    server.status, server.raw = status, raw
    clock.advance(seconds=3)
    assert await keys.find("key-2") is None
    assert await keys.find("key-1")


async def test_one_who_hangs_up_does_not_end_the_fetch_for_the_others(keys: Keys, server: KeyServer) -> None:
    first = asyncio.create_task(keys.find("key-1"))
    second = asyncio.create_task(keys.find("key-1"))
    await asyncio.sleep(0)
    first.cancel()
    assert await second
    assert server.asked == 1
