"""Who is let in as Teams: tokens of every kind, against a key server that signs for real."""

import base64
from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest

from adapters.teams.http import Http
from adapters.teams.keys import Keys
from adapters.teams.refusals import NotForUs, Unauthenticated
from adapters.teams.tokens import Tokens
from tests.fakes.clock import MovedClock
from tests.fakes.key_server import APP_ID, KeyServer
from tests.fakes.teams_tenant import TENANT

SERVICE = "https://smba.trafficmanager.net/emea/"
OTHER_TENANT = "99999999-9999-4999-8999-999999999999"
ACTIVITY: dict[str, Any] = {
    "type": "message",
    "channelId": "msteams",
    "serviceUrl": SERVICE,
    "conversation": {"id": "19:a@thread.tacv2", "tenantId": TENANT},
    "channelData": {"tenant": {"id": TENANT}},
}


@dataclass
class Desk:
    """A door in front of a key server."""

    keys: KeyServer
    clock: MovedClock
    tokens: Tokens
    http: Http

    def token(self, **how: Any) -> str:
        return self.keys.token(**({"serviceurl": SERVICE} | how))

    async def verify(self, header: str | None = None, activity: Mapping[str, Any] = ACTIVITY) -> None:
        given = header if header is not None else f"Bearer {self.token()}"
        await self.tokens.verify(given, activity)


@pytest.fixture
async def desk() -> AsyncIterator[Desk]:
    clock, http = MovedClock(), Http(timedelta(seconds=3))
    async with KeyServer(clock) as server:
        keys = Keys(server.metadata_url, http, clock)
        tokens = Tokens(app_id=APP_ID, tenants=(TENANT,), keys=keys, clock=clock)
        yield Desk(server, clock, tokens, http)
        await tokens.close()
        await http.close()


async def test_what_bot_framework_signs_is_let_in(desk: Desk) -> None:
    await desk.verify()
    await desk.verify(f"bearer {desk.token()}")
    await desk.verify(f"Bearer {desk.token(serviceurl=SERVICE.rstrip('/'))}")


def with_another_payload(desk: Desk) -> str:
    header, _, seal = desk.token().split(".")
    _, claims, _ = desk.keys.token(serviceurl=SERVICE, exp=desk.clock() + timedelta(days=9)).split(".")
    return f"{header}.{claims}.{seal}"


WITHOUT_A_TOKEN: Mapping[str, Callable[[Desk], str]] = {
    "another scheme": lambda desk: f"Basic {desk.token()}",
    "no scheme": lambda desk: desk.token(),
    "a scheme alone": lambda desk: "Bearer ",
    "a huge token": lambda desk: f"Bearer {desk.token(padding='x' * 20_000)}",
    "a header of JSON nested without end": lambda desk: (
        f"Bearer {base64.urlsafe_b64encode(b'[' * 9_000).decode().rstrip('=')}.e30.e30"
    ),
    "RS512": lambda desk: f"Bearer {desk.token(algorithm='RS512')}",
    "a payload under another's signature": lambda desk: f"Bearer {with_another_payload(desk)}",
}


@pytest.mark.parametrize("make", WITHOUT_A_TOKEN.values(), ids=WITHOUT_A_TOKEN.keys())
async def test_a_bad_token_is_not_let_in(desk: Desk, make: Callable[[Desk], str]) -> None:
    with pytest.raises(Unauthenticated):
        await desk.verify(make(desk))


async def test_no_header_at_all_is_not_let_in(desk: Desk) -> None:
    with pytest.raises(Unauthenticated):
        await desk.tokens.verify(None, ACTIVITY)


def without(name: str) -> dict[str, Any]:
    return {key: value for key, value in ACTIVITY.items() if key != name}


NOT_FOR_US: Mapping[str, Mapping[str, Any]] = {
    "a service that is no text": ACTIVITY | {"serviceUrl": ["https://smba.trafficmanager.net/emea/"]},
    "a foreign tenant": ACTIVITY
    | {"channelData": {"tenant": {"id": OTHER_TENANT}}, "conversation": {"tenantId": OTHER_TENANT}},
    "an empty tenant": {**without("channelData"), "conversation": {"tenantId": ""}},
    "no tenant": {**without("channelData"), "conversation": {"id": "19:a@thread.tacv2"}},
    "shapes that are not Teams'": ACTIVITY | {"channelData": [], "conversation": "x"},
}


@pytest.mark.parametrize("activity", NOT_FOR_US.values(), ids=NOT_FOR_US.keys())
async def test_a_good_token_for_the_wrong_activity_is_not_let_in(
    desk: Desk, activity: Mapping[str, Any]
) -> None:
    with pytest.raises(NotForUs):
        await desk.verify(activity=activity)


@pytest.mark.parametrize("endorsements", [[], ["webchat"], None])
async def test_a_key_has_to_be_endorsed_for_teams(desk: Desk, endorsements: list[str] | None) -> None:
    desk.keys.published["key-1"] = endorsements
    with pytest.raises(NotForUs):
        await desk.verify()


async def test_tenants_are_told_apart_whatever_their_case(desk: Desk) -> None:
    shouted = TENANT.replace("1", "a").upper()
    tokens = Tokens(app_id=APP_ID, tenants=(shouted.lower(),), keys=desk.tokens._keys, clock=desk.clock)
    activity = without("channelData") | {"conversation": {"tenantId": shouted}}
    await tokens.verify(f"Bearer {desk.token()}", activity)


async def test_without_tenants_nobody_is_let_in(desk: Desk) -> None:
    tokens = Tokens(app_id=APP_ID, tenants=(), keys=desk.tokens._keys, clock=desk.clock)
    with pytest.raises(NotForUs):
        await tokens.verify(f"Bearer {desk.token()}", ACTIVITY)
