"""The route for Teams: what is let in, what each refusal answers, and that none of them is an accident."""

import json
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import aiohttp
import pytest
from aiohttp import web

from adapters.teams.mount import MOST_BYTES, PATH, Mount
from bot.domain.errors import Busy, Conflict, Misconfigured
from bot.settings import TeamsSettings
from tests.fakes.clock import MovedClock
from tests.fakes.fake_teams import Delivered, FakeTeams
from tests.fakes.teams_payloads import message
from tests.fakes.teams_tenant import TENANT


@dataclass(frozen=True)
class Answered:
    status: int
    body: dict[str, Any] | None = None


@dataclass
class Door:
    """Writes down what came, and answers what a test wants."""

    took: list[dict[str, Any]] = field(default_factory=list)
    answer: Answered = Answered(200)
    error: Exception | None = None

    async def take(self, payload: dict[str, Any], /) -> Answered:
        if self.error is not None:
            raise self.error
        self.took.append(payload)
        return self.answer


@pytest.fixture
async def teams() -> AsyncIterator[FakeTeams]:
    async with FakeTeams(MovedClock()) as teams:
        yield teams


@pytest.fixture
def door() -> Door:
    return Door()


async def served(settings: TeamsSettings, teams: FakeTeams, door: Door) -> AsyncIterator[str]:
    app = web.Application()
    Mount(settings=settings, door=door, clock=teams.clock).on(app)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    url = f"http://127.0.0.1:{runner.addresses[0][1]}{PATH}"
    teams.connect(url)
    yield url
    await runner.cleanup()


@pytest.fixture
async def url(teams: FakeTeams, door: Door) -> AsyncIterator[str]:
    settings = TeamsSettings(
        app_id=teams.app_id,
        app_password=teams.app_password,
        tenants=(TENANT,),
        login_url=teams.login_url,
        openid_metadata_url=teams.metadata_url,
    )
    async for url in served(settings, teams, door):
        yield url


@pytest.fixture
async def open_url(teams: FakeTeams, door: Door) -> AsyncIterator[str]:
    """A door in development, without authentication."""
    async for url in served(TeamsSettings(unauthenticated=True), teams, door):
        yield url


def hello(teams: FakeTeams) -> dict[str, Any]:
    chat, ann = teams.tenant.add_chat("leads"), teams.tenant.accounts["Ann"]
    made = message(teams.tenant, chat, ann, "help", at=teams.clock())
    return made | {"serviceUrl": teams.service_url}


async def send(teams: FakeTeams, body: bytes, **headers: str) -> Delivered:
    token = teams.keys.token(serviceurl=teams.service_url)
    known = {"Content-Type": "application/json", "Authorization": f"Bearer {token}"}
    return await teams.send(body, known | {name.replace("_", "-"): text for name, text in headers.items()})


async def test_what_teams_sends_reaches_the_door_as_it_came(url: str, teams: FakeTeams, door: Door) -> None:
    activity = hello(teams) | {"unheard": {"of": [1, 2.5, None]}}
    assert (await teams.deliver(activity)).status == 200
    assert door.took == [activity]
    assert door.took[0]["conversation"]["tenantId"] == TENANT
    assert door.took[0]["entities"][0]["mentioned"]["name"] == "Placet"


async def test_an_invoke_is_answered_with_the_doors_json(url: str, teams: FakeTeams, door: Door) -> None:
    body = {"statusCode": 200, "type": "application/vnd.microsoft.activity.message", "value": "Übernommen"}
    door.answer = Answered(200, body)
    invoke = hello(teams) | {"type": "invoke", "name": "adaptiveCard/action", "value": {"action": {}}}
    delivered = await teams.deliver(invoke)
    assert (delivered.status, delivered.json) == (200, body)
    door.answer = Answered(501)
    assert (await teams.deliver(invoke)).status == 501


@pytest.mark.parametrize("kind", ["conversationUpdate", "installationUpdate", "message", "invoke"])
async def test_every_kind_that_decides_or_tells_something_reaches_the_door(
    url: str, teams: FakeTeams, door: Door, kind: str
) -> None:
    assert (await teams.deliver(hello(teams) | {"type": kind})).status == 200
    assert [activity["type"] for activity in door.took] == [kind]


@pytest.mark.parametrize("kind", ["messageReaction", "typing", "event", "endOfConversation", "made up"])
async def test_other_kinds_are_taken_and_dropped(url: str, teams: FakeTeams, door: Door, kind: str) -> None:
    assert (await teams.deliver(hello(teams) | {"type": kind})).status == 200
    assert door.took == []


BAD_BODIES: Mapping[str, tuple[bytes, int]] = {
    "a list": (b"[]", 400),
    "null": (b"null", 400),
    "text": (b'"x"', 400),
    "empty": (b"", 400),
    "no JSON": (b"{", 400),
    "no UTF-8": (b'{"type": "\xff"}', 400),
    "a key twice": (b'{"type": "message", "type": "invoke"}', 400),
    "NaN": (b'{"value": NaN}', 400),
    "deep": (b'{"value": ' + b"[" * 5_000 + b"]" * 5_000 + b"}", 400),
    "too large": (b'{"text": "' + b"x" * MOST_BYTES + b'"}', 413),
    "nothing in it": (b"{}", 403),
}


@pytest.mark.parametrize(("body", "status"), BAD_BODIES.values(), ids=BAD_BODIES.keys())
async def test_a_body_that_is_no_activity_is_refused(
    url: str, teams: FakeTeams, door: Door, *, body: bytes, status: int
) -> None:
    assert (await send(teams, body)).status == status
    assert door.took == []


@pytest.mark.parametrize(
    "odd",
    [
        {"type": ""},
        {"type": None},
        {"timestamp": "yesterday"},
        {"from": "ann"},
        {"entities": "none"},
        {"recipient": []},
    ],
)
async def test_shapes_that_the_sdk_cannot_read_are_refused_or_left_to_the_door(
    url: str, teams: FakeTeams, door: Door, odd: dict[str, Any]
) -> None:
    assert (await teams.deliver(hello(teams) | odd)).status in (200, 400)


async def test_a_large_body_without_a_length_is_cut_off(url: str, teams: FakeTeams) -> None:
    async def parts() -> AsyncIterator[bytes]:
        for _ in range(9):
            yield b" " * (64 * 1024)

    headers = {
        "Content-Type": "application/json",
        "Authorization": f"Bearer {teams.keys.token(serviceurl=teams.service_url)}",
    }
    async with aiohttp.ClientSession() as http, http.post(url, data=parts(), headers=headers) as answer:
        assert answer.status == 413


async def test_two_tokens_answer_401(url: str, teams: FakeTeams, door: Door) -> None:
    good = f"Bearer {teams.keys.token(serviceurl=teams.service_url)}"
    headers = [("Content-Type", "application/json"), ("Authorization", good), ("Authorization", good)]
    async with aiohttp.ClientSession() as http:
        async with http.post(url, json=hello(teams), headers=headers[1:2]) as answer:
            assert answer.status == 200
        async with http.post(url, data=json.dumps(hello(teams)), headers=headers) as answer:
            assert answer.status == 401


async def test_a_service_that_is_not_teams_answers_403_even_when_signed(
    url: str, teams: FakeTeams, door: Door
) -> None:
    activity = hello(teams) | {"serviceUrl": "https://webchat.botframework.com/"}
    assert (await teams.deliver(activity)).status == 403
    assert door.took == []


async def test_without_any_keys_teams_is_asked_to_try_again(url: str, teams: FakeTeams, door: Door) -> None:
    activity, token = hello(teams), teams.keys.token(serviceurl=teams.service_url)
    await teams.keys.shut()
    assert (await teams.deliver(activity, token=token)).status == 503
    assert (await teams.deliver(activity, token="garbage")).status == 401
    await teams.keys.open()


async def test_a_rotated_key_is_let_in_at_once(url: str, teams: FakeTeams, door: Door) -> None:
    clock = teams.clock
    assert isinstance(clock, MovedClock)
    await teams.deliver(hello(teams))
    clock.advance(minutes=10)
    teams.keys.rotate()
    assert (await teams.deliver(hello(teams))).status == 200
    assert len(door.took) == 2


@pytest.mark.parametrize(
    ("error", "status", "sentence"),
    [
        (Busy(), 503, "stored nothing"),
        (Conflict("It has moved on."), 400, "It has moved on."),
    ],
)
async def test_what_the_door_refuses_is_a_sentence(
    url: str, teams: FakeTeams, door: Door, *, error: Exception, status: int, sentence: str
) -> None:
    door.error = error
    delivered = await teams.deliver(hello(teams))
    assert delivered.status == status
    assert sentence in delivered.body


async def test_in_development_no_token_is_needed_and_only_this_machine_is_answered(
    open_url: str, teams: FakeTeams, door: Door
) -> None:
    body = json.dumps(hello(teams)).encode()
    assert (await teams.send(body, {"Content-Type": "application/json"})).status == 200
    outside = json.dumps(hello(teams) | {"serviceUrl": "http://playground.example/"}).encode()
    assert (await teams.send(outside, {"Content-Type": "application/json"})).status == 403
    assert len(door.took) == 1


async def test_in_development_a_page_in_a_browser_cannot_speak_as_teams(
    open_url: str, teams: FakeTeams, door: Door
) -> None:
    body = json.dumps(hello(teams)).encode()
    assert (await teams.send(body, {"Content-Type": "text/plain"})).status == 415
    assert door.took == []


@pytest.mark.parametrize(
    "settings",
    [
        TeamsSettings(),
        TeamsSettings(unauthenticated=True, host="0.0.0.0"),
        TeamsSettings(unauthenticated=True, host="10.0.0.5", app_id="app"),
        TeamsSettings(unauthenticated=True, host="placet.example.com"),
    ],
)
def test_where_anybody_could_speak_as_teams_there_is_no_route(settings: TeamsSettings, door: Door) -> None:
    with pytest.raises(Misconfigured):
        Mount(settings=settings, door=door, clock=MovedClock())
