"""What comes in through Teams' address, by its name; `named/teams_door.txt` is the list."""

import asyncio
import base64
import hashlib
import hmac
import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import jwt
import pytest

from bot.app import App
from bot.domain.errors import PlacetError
from bot.policy import parse_policy
from bot.settings import Settings
from tests.doors.teams_post import JSON, TeamsWaiting, send
from tests.fakes.fake_teams import Delivered
from tests.fakes.key_server import APP_ID, LEFT_OUT, key_pair
from tests.fakes.teams_tenant import TENANT, Tenant
from tests.flows.teams_world import OTHER_TENANT, TeamsWorld, seen
from tests.flows.world import ANN, POLICY, SECRET_KEY

pytestmark = pytest.mark.usefixtures("no_traceback")

#: refused before anything is read, so one database tells as much as two
before_any_database = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@before_any_database
async def test_no_header(teams_waiting: TeamsWaiting) -> None:
    world, body = teams_waiting.world, json.dumps(teams_waiting.press()).encode()
    refused = await world.teams.send(body, {"Content-Type": JSON})
    assert (refused.status, refused.body) == (401, "The bearer token is missing, wrong or too old.")
    assert (await world.teams.send(body, {"Content-Type": JSON, "Authorization": ""})).status == 401
    assert await teams_waiting.is_untouched()
    await teams_waiting.still_decides()


@before_any_database
async def test_junk_bearer(teams_waiting: TeamsWaiting) -> None:
    good = _token(teams_waiting)
    endless = base64.urlsafe_b64encode(b"[" * 9_000).decode().rstrip("=")
    for junk in (
        "garbage",
        "a.b.c",
        "",
        "..",
        "ключ",
        f"{good}, Bearer {good}",
        f"{endless}.e30.e30",
        "x" * 20_000,
    ):
        refused = await teams_waiting.world.teams.deliver(teams_waiting.press(), token=junk[:8000])
        assert refused.status in (400, 401), junk[:80]
    for scheme in ("Basic", "bearer:", "", "BearerX"):
        refused = await _with_authorization(teams_waiting, f"{scheme} {good}".strip())
        assert refused.status == 401, scheme
    assert await teams_waiting.is_untouched()
    await teams_waiting.still_decides()


@before_any_database
async def test_alg_none(teams_waiting: TeamsWaiting) -> None:
    for alg in ("none", "None", "NONE", ""):
        token = _by_hand(_claims(teams_waiting), {"alg": alg, "kid": "key-1", "typ": "JWT"}, b"")
        await teams_waiting.refuses_token(token)
    header, claims, _ = _token(teams_waiting).split(".")
    await teams_waiting.refuses_token(f"{header}.{claims}.")
    await teams_waiting.still_decides()


@before_any_database
async def test_hs256_signed_with_the_public_key(teams_waiting: TeamsWaiting) -> None:
    key = teams_waiting.world.teams.keys.public_pem()
    for alg, hashed in (("HS256", hashlib.sha256), ("HS512", hashlib.sha512)):
        header = {"alg": alg, "kid": "key-1", "typ": "JWT"}
        await teams_waiting.refuses_token(_by_hand(_claims(teams_waiting), header, key, hashed))
    await teams_waiting.still_decides()


@before_any_database
async def test_foreign_issuer(teams_waiting: TeamsWaiting) -> None:
    for issuer in (f"https://sts.windows.net/{TENANT}/", "https://api.botframework.com.evil.example", ""):
        await teams_waiting.refuses_token(_token(teams_waiting, iss=issuer))
    await teams_waiting.still_decides()


@before_any_database
async def test_no_iss(teams_waiting: TeamsWaiting) -> None:
    await teams_waiting.refuses_token(_token(teams_waiting, iss=LEFT_OUT))
    await teams_waiting.still_decides()


@before_any_database
async def test_wrong_aud(teams_waiting: TeamsWaiting) -> None:
    for audience in (OTHER_TENANT, "https://api.botframework.com", "", [], [OTHER_TENANT], 7, f"{APP_ID} "):
        await teams_waiting.refuses_token(_token(teams_waiting, aud=audience))
    await teams_waiting.still_decides()


@before_any_database
async def test_no_aud(teams_waiting: TeamsWaiting) -> None:
    await teams_waiting.refuses_token(_token(teams_waiting, aud=LEFT_OUT))
    await teams_waiting.still_decides()


@before_any_database
async def test_expired_6_minutes(teams_waiting: TeamsWaiting) -> None:
    now = teams_waiting.world.clock()
    await teams_waiting.refuses_token(_token(teams_waiting, exp=now - timedelta(minutes=6)))
    await _is_let_in(teams_waiting, exp=now - timedelta(minutes=4))


@before_any_database
async def test_no_exp(teams_waiting: TeamsWaiting) -> None:
    for end in (LEFT_OUT, None, "tomorrow", 10**400, -1, True, [4_000_000_000]):
        claims = {**_claims(teams_waiting), "exp": end}
        made = {name: value for name, value in claims.items() if value is not LEFT_OUT}
        await teams_waiting.refuses_token(jwt.encode(made, key_pair("key-1"), "RS256", {"kid": "key-1"}))
    await teams_waiting.still_decides()


@before_any_database
async def test_nbf_in_the_future(teams_waiting: TeamsWaiting) -> None:
    now = teams_waiting.world.clock()
    await teams_waiting.refuses_token(_token(teams_waiting, nbf=now + timedelta(minutes=6)))
    await teams_waiting.refuses_token(_token(teams_waiting, nbf="soon"))
    await _is_let_in(teams_waiting, nbf=now + timedelta(minutes=4))


@before_any_database
async def test_unknown_kid(teams_waiting: TeamsWaiting) -> None:
    asked = teams_waiting.world.teams.keys.asked
    for kid in (
        "key-9",
        "../../dev/null",
        "' OR 1=1",
        "k" * 300,
        LEFT_OUT,
        *(f"made-up-{n}" for n in range(20)),
    ):
        await teams_waiting.refuses_token(_token(teams_waiting, kid=kid, key=key_pair("foreign")))
    await teams_waiting.refuses_token(_token(teams_waiting, kid="key-1", key=key_pair("foreign")))
    assert teams_waiting.world.teams.keys.asked <= asked + 2, "whoever names keys makes us ask for them"
    await teams_waiting.still_decides()


@before_any_database
async def test_serviceurl_differs_from_the_claim(teams_waiting: TeamsWaiting) -> None:
    world = teams_waiting.world
    elsewhere = "https://smba.trafficmanager.net/emea/"
    assert "another service than its token" in await teams_waiting.refuses_activity(403, serviceUrl=elsewhere)
    for claimed in (elsewhere, LEFT_OUT, "", 7, [world.teams.service_url]):
        refused = await send(world, teams_waiting.press(), serviceurl=claimed)
        assert refused.status == 403, claimed
    for vouched in (
        "https://evil.example/",
        "http://169.254.169.254/",
        "https://smba.trafficmanager.net@evil.example/",
    ):
        refused = await send(world, teams_waiting.press() | {"serviceUrl": vouched}, serviceurl=vouched)
        assert (refused.status, "not one of Teams'" in refused.body) == (403, True), vouched
    assert await teams_waiting.is_untouched()
    await teams_waiting.still_decides()


@before_any_database
async def test_no_serviceurl_anywhere(teams_waiting: TeamsWaiting) -> None:
    press = teams_waiting.press()
    del press["serviceUrl"]
    for claimed in (LEFT_OUT, teams_waiting.world.teams.service_url):
        refused = await send(teams_waiting.world, press, serviceurl=claimed)
        assert (refused.status, "does not say which service" in refused.body) == (403, True)
    assert await teams_waiting.is_untouched()
    await teams_waiting.still_decides()


@before_any_database
async def test_empty_channelid(teams_waiting: TeamsWaiting) -> None:
    for channel in ("", None, "directline", "emulator", "webchat", "MSTEAMS", ["msteams"]):
        assert "Only Microsoft Teams" in await teams_waiting.refuses_activity(403, channelId=channel)
    await teams_waiting.still_decides()


@before_any_database
@pytest.mark.parametrize("app_id", ["", " "])
async def test_empty_app_id(tmp_path: Path, database_url: str, app_id: str) -> None:
    """The SDK would let everybody in; an address that nobody is let in through does not exist."""
    given = {
        "database_url": database_url,
        "secret_key": (SECRET_KEY,),
        "teams_app_id": app_id,
        "teams_app_password": "a password",
        "teams_tenant_id": (TENANT,),
    }
    with pytest.raises((PlacetError, ValueError), match=r"TEAMS_APP_ID.*is not the id of a bot"):
        App(
            Settings.model_validate(given),
            parse_policy(POLICY.format(callback="https://agents.example.com/")),
        )


@before_any_database
async def test_other_tenant(teams_waiting: TeamsWaiting) -> None:
    foreign = "55555555-5555-4555-8555-555555555555"
    stranger = Tenant(id=foreign, teams=teams_waiting.world.teams.tenant.teams)
    refused = await send(teams_waiting.world, teams_waiting.press(tenant=stranger))
    assert (refused.status, "not come from a tenant that Placet serves" in refused.body) == (403, True)
    ours = teams_waiting.press()
    for changes in (
        {"conversation": {**ours["conversation"], "tenantId": foreign}},
        {"channelData": {**ours["channelData"], "tenant": {"id": foreign}}},
        {"channelData": {}, "conversation": {"id": ours["conversation"]["id"]}},
        {"conversation": {**ours["conversation"], "tenantId": [TENANT]}},
    ):
        await teams_waiting.refuses_activity(403, **changes)
    await teams_waiting.still_decides()


async def test_missing_aadobjectid(teams_waiting: TeamsWaiting) -> None:
    for missing in (LEFT_OUT, None, ""):
        press = teams_waiting.press()
        press["from"]["aadObjectId"] = missing
        if missing is LEFT_OUT:
            del press["from"]["aadObjectId"]
        told = seen(await send(teams_waiting.world, press))
        assert "does not say whose press this is, so nothing was recorded" in told
    assert await teams_waiting.is_untouched()
    await teams_waiting.still_decides()


async def test_forged_aadobjectid(teams_waiting: TeamsWaiting) -> None:
    world = teams_waiting.world
    sam = world.teams.tenant.add_person("Sam", "00000000-0000-4000-8000-0000000000f1")
    ann = world.teams.tenant.accounts["Ann"]
    for name in ("Approve", "Details", "Reject"):
        press = teams_waiting.press(name)
        press["from"] = {"id": sam.id, "name": "Ann", "aadObjectId": ann.object_id}
        told = seen(await send(world, press | {"id": f"f:{name}"}))
        assert "Teams names one account for this press and another" in told or "Why not?" in told
        assert "The carrier confirmed" not in told
    assert await teams_waiting.is_untouched()
    await teams_waiting.still_decides()


@before_any_database
async def test_body_a_list(teams_waiting: TeamsWaiting) -> None:
    bodies: list[list[Any]] = [[], [teams_waiting.press()], [[]]]
    for body in bodies:
        assert (await send(teams_waiting.world, body)).status == 400
    assert await teams_waiting.is_untouched()
    await teams_waiting.still_decides()


@before_any_database
async def test_body_null(teams_waiting: TeamsWaiting) -> None:
    for body in (None, True, 0, 1.5, "", "placet_approve"):
        assert (await send(teams_waiting.world, body)).status == 400
    assert await teams_waiting.is_untouched()
    await teams_waiting.still_decides()


@before_any_database
async def test_body(teams_waiting: TeamsWaiting) -> None:
    assert (await send(teams_waiting.world, {})).status == 403
    for name in ("type", "conversation", "serviceUrl", "channelId"):
        rest = {key: value for key, value in teams_waiting.press().items() if key != name}
        assert (await send(teams_waiting.world, rest)).status in (400, 403), name
    assert await teams_waiting.is_untouched()
    await teams_waiting.still_decides()


@before_any_database
async def test_no_content_type(teams_waiting: TeamsWaiting) -> None:
    body = json.dumps(teams_waiting.press()).encode()
    authorization = {"Authorization": f"Bearer {_token(teams_waiting)}"}
    for kind in (
        "",
        "text/plain",
        "application/x-www-form-urlencoded",
        "multipart/form-data",
        "application/json-x",
    ):
        refused = await teams_waiting.world.teams.send(body, {"Content-Type": kind, **authorization})
        assert (refused.status, refused.body) == (415, "Send application/json."), kind
    assert await teams_waiting.is_untouched()
    await teams_waiting.still_decides()


@before_any_database
async def test_slow_key_metadata(teams_waiting: TeamsWaiting) -> None:
    """A token under a key that has to be fetched waits alone; nobody waits for it."""
    world = teams_waiting.world
    world.clock.advance(minutes=1)
    world.teams.keys.answers.clear()
    world.teams.keys.rotate()
    waits = asyncio.create_task(send(world, teams_waiting.press()))
    for _ in range(20):
        async with world.agent.http.get("/healthz") as answer:
            assert answer.status == 200
    assert (await teams_waiting.card.press("Escalate", by=ANN)).status == 200
    assert not waits.done()
    world.teams.keys.answers.set()
    assert "Approved by Ann" in seen(await waits)
    await world.settles()
    assert (await world.agent.sees(teams_waiting.id))["decision"]["by"] == ["ann"]


async def _is_let_in(waiting: TeamsWaiting, **claims: Any) -> None:
    assert "Approved by Ann" in seen(await send(waiting.world, waiting.press(), **claims))


async def _with_authorization(waiting: TeamsWaiting, value: str) -> Delivered:
    headers = {"Content-Type": JSON, "Authorization": value}
    return await waiting.world.teams.send(json.dumps(waiting.press()).encode(), headers)


def _claims(waiting: TeamsWaiting) -> dict[str, Any]:
    teams: TeamsWorld = waiting.world
    return {
        "aud": APP_ID,
        "iss": teams.teams.keys.issuer,
        "exp": 4_000_000_000,
        "serviceurl": teams.teams.service_url,
    }


def _token(waiting: TeamsWaiting, **how: Any) -> str:
    return waiting.world.teams.keys.token(**{"serviceurl": waiting.world.teams.service_url, **how})


def _by_hand(claims: Any, header: Any, key: bytes, hashed: Any = hashlib.sha256) -> str:
    """What no library agrees to make."""
    made = b".".join(_part(json.dumps(part).encode()) for part in (header, claims))
    seal = _part(hmac.digest(key, made, hashed)) if key else b""
    return (made + b"." + seal).decode()


def _part(value: bytes) -> bytes:
    return base64.urlsafe_b64encode(value).rstrip(b"=")
