"""What else could come in through Teams' address, thought of since; listed in `named/teams_door.txt`."""

import asyncio
import gzip
import json
from typing import Any

import pytest
from multidict import CIMultiDict

from adapters.teams.mount import MOST_BYTES
from tests.doors.teams_post import JSON, TeamsWaiting, send
from tests.doors.waiting import Waiting
from tests.fakes import teams_payloads
from tests.fakes.fake_teams import Delivered
from tests.fakes.key_server import key_pair
from tests.fakes.teams_tenant import Tenant
from tests.flows.teams_world import OTHER_TENANT, seen

pytestmark = pytest.mark.usefixtures("no_traceback")

#: refused before anything is read, or read alike on either database
either_database = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


async def _send_raw(waiting: TeamsWaiting, body: bytes, **headers: str) -> Delivered:
    teams = waiting.world.teams
    token = teams.keys.token(serviceurl=teams.service_url)
    return await teams.send(body, {"Content-Type": JSON, "Authorization": f"Bearer {token}", **headers})


@either_database
async def test_two_tokens(teams_waiting: TeamsWaiting) -> None:
    teams = teams_waiting.world.teams
    good = f"Bearer {teams.keys.token(serviceurl=teams.service_url)}"
    headers = CIMultiDict({"Content-Type": JSON, "Authorization": good})
    headers.add("Authorization", good)
    body = json.dumps(teams_waiting.press())
    async with teams_waiting.world.agent.http.post("/api/messages", data=body, headers=headers) as answer:
        assert answer.status in (400, 401)
    assert await teams_waiting.is_untouched()
    await teams_waiting.still_decides()


@either_database
async def test_token_of_the_emulator(teams_waiting: TeamsWaiting) -> None:
    """The SDKs also take what the Bot Framework Emulator signs, of whichever tenant."""
    keys, url = teams_waiting.world.teams.keys, teams_waiting.world.teams.service_url
    for issuer in (
        "https://sts.windows.net/d6d49420-f39b-4df7-a1dc-d59a935871db/",
        "https://login.microsoftonline.com/d6d49420-f39b-4df7-a1dc-d59a935871db/v2.0",
    ):
        await teams_waiting.refuses_token(keys.token(iss=issuer, appid=keys.issuer, serviceurl=url))
    await teams_waiting.still_decides()


@either_database
async def test_token_for_another_version_of_the_key(teams_waiting: TeamsWaiting) -> None:
    keys, url = teams_waiting.world.teams.keys, teams_waiting.world.teams.service_url
    await teams_waiting.refuses_token(keys.token(algorithm="RS512", serviceurl=url))
    await teams_waiting.refuses_token(keys.token(algorithm="PS256", serviceurl=url))
    old = keys.token(serviceurl=url, kid="key-1", key=key_pair("key-2"))
    await teams_waiting.refuses_token(old)
    await teams_waiting.still_decides()


@either_database
async def test_compressed_activity(teams_waiting: TeamsWaiting) -> None:
    press = json.dumps(teams_waiting.press()).encode()
    bomb = gzip.compress(b'{"text": "' + b"x" * 50_000_000)
    for body in (gzip.compress(press), bomb, b"no gzip at all", press):
        for encoding in ("gzip", "deflate", "br", "made-up"):
            refused = await _send_raw(teams_waiting, body, **{"Content-Encoding": encoding})
            assert refused.status == 415, encoding
    assert await teams_waiting.is_untouched()
    await teams_waiting.still_decides()


@either_database
async def test_activity_nested_without_end(teams_waiting: TeamsWaiting) -> None:
    for deep in (b'{"value": ' + b"[" * 100_000 + b"]" * 100_000 + b"}", b'{"a":' * 50_000):
        assert (await _send_raw(teams_waiting, deep)).status == 400
        unsigned = await teams_waiting.world.teams.send(deep, {"Content-Type": JSON})
        assert unsigned.status == 401
    assert await teams_waiting.is_untouched()
    await teams_waiting.still_decides()


@either_database
async def test_body_over_the_limit(teams_waiting: TeamsWaiting) -> None:
    refused = await _send_raw(teams_waiting, b'{"text": "' + b"x" * MOST_BYTES + b'"}')
    assert (refused.status, refused.body) == (413, f"Send at most {MOST_BYTES} bytes.")
    assert await teams_waiting.is_untouched()
    await teams_waiting.still_decides()


@either_database
async def test_duplicate_keys_in_an_activity(teams_waiting: TeamsWaiting) -> None:
    press = json.dumps(teams_waiting.press())
    for twice in (
        '"channelId": "directline"',
        '"serviceUrl": "https://evil.example/"',
        '"from": {"id": "29:x"}',
    ):
        assert (await _send_raw(teams_waiting, f"{press[:-1]}, {twice}}}".encode())).status == 400
    assert await teams_waiting.is_untouched()
    await teams_waiting.still_decides()


@either_database
async def test_nan_in_an_activity(teams_waiting: TeamsWaiting) -> None:
    press = json.dumps(teams_waiting.press())
    for odd in ("NaN", "Infinity", "1e999", "9" * 5_000):
        assert (await _send_raw(teams_waiting, f'{press[:-1]}, "n": {odd}}}'.encode())).status == 400, odd[:9]
    assert await teams_waiting.is_untouched()
    await teams_waiting.still_decides()


async def test_u_0000_in_a_conversation(teams_waiting: TeamsWaiting) -> None:
    """SQLite takes it where PostgreSQL does not."""
    press = teams_waiting.press()
    odd: tuple[dict[str, Any], ...] = (
        {"id": "f:\0"},
        {"conversation": {**press["conversation"], "id": f"{press['conversation']['id']}\0"}},
        {"replyToId": "17\0"},
        {"from": {**press["from"], "id": "29:\0"}},
        {"from": {**press["from"], "name": "Ann\0", "aadObjectId": f"{press['from']['aadObjectId']}\0"}},
        {"recipient": {"id": "28:\0"}},
        {"timestamp": "\0", "id": None},
    )
    for changes in odd:
        # One of these may well count: what is odd about it says nothing of who pressed.
        assert (await send(teams_waiting.world, press | changes)).status in (200, 400, 403), changes
    await teams_waiting.world.settles()
    now = await teams_waiting.world.agent.sees(teams_waiting.id)
    assert now["status"] in ("pending", "approved")
    assert now["decision"] is None or now["decision"]["by"] == ["ann"]
    assert "\0" not in json.dumps(now)


@either_database
async def test_press_by_a_bot(teams_waiting: TeamsWaiting) -> None:
    press = teams_waiting.press()
    for number, changes in enumerate(({"role": "bot"}, {"id": "28:another-bot"})):
        answer = await send(
            teams_waiting.world, press | {"id": f"f:{number}", "from": press["from"] | changes}
        )
        assert "Bots do not decide" in seen(answer)
    assert await teams_waiting.has_kept_its_state()
    await teams_waiting.still_decides()


@either_database
async def test_press_without_an_id(teams_waiting: TeamsWaiting) -> None:
    press = {name: value for name, value in teams_waiting.press().items() if name not in ("id", "timestamp")}
    assert "which press this is, so nothing was recorded" in seen(await send(teams_waiting.world, press))
    assert await teams_waiting.is_untouched()
    await teams_waiting.still_decides()


async def test_press_replayed(teams_waiting: TeamsWaiting) -> None:
    world, press = teams_waiting.world, teams_waiting.press()
    answers = [seen(await send(world, press)) for _ in range(3)]
    assert len(set(answers)) == 1
    world.clock.advance(minutes=30)
    assert "Approved by Ann" in seen(await send(world, press))
    await world.settles()
    assert world.agent.told() == ["approval.approved"]
    assert (await teams_waiting.new_events()).count("request.decided") == 1


async def test_20_identical_presses_at_once(teams_waiting: TeamsWaiting) -> None:
    world, press = teams_waiting.world, teams_waiting.press()
    answers = await asyncio.gather(*(send(world, press) for _ in range(20)))
    assert all("Approved by Ann" in seen(answer) for answer in answers)
    await world.settles()
    assert world.agent.told() == ["approval.approved"]
    assert (await teams_waiting.new_events()).count("request.decided") == 1


@either_database
async def test_card_action_of_another_bot(teams_waiting: TeamsWaiting) -> None:
    press = teams_waiting.press()
    odd: tuple[Any, ...] = (
        None, [], "x", {}, {"action": []}, {"action": {"verb": 7}}, {"action": {"verb": "placet_approve"}},
        {"action": {"verb": "other_bot", "data": {}}}, {"action": {"verb": "placet_approve", "data": [1]}},
        {"action": {"verb": "placet_approve", "data": {"reference": "forged"}}},
        {"action": {"verb": "placet_approve", "data": {"reference": {"$gt": ""}}}},
    )  # fmt: skip
    for number, value in enumerate(odd):
        answer = await send(teams_waiting.world, press | {"id": f"f:{number}", "value": value})
        assert answer.status == 200, value
        assert "Approved" not in answer.body
    for name in ("task/fetch", "composeExtension/submitAction", "", None, "adaptiveCard/Action"):
        assert (await send(teams_waiting.world, press | {"name": name})).status == 200, name
    assert await teams_waiting.is_untouched()
    await teams_waiting.still_decides()


@either_database
async def test_button_value_naming_another_request(teams_waiting: TeamsWaiting) -> None:
    """A reference cannot be made up: another's has to be had, and then it is another's that is decided."""
    press = teams_waiting.press()
    other = await Waiting.posted(teams_waiting.world, amount="90.00")
    data = press["value"]["action"]["data"]
    [name] = [name for name, value in data.items() if isinstance(value, str) and teams_waiting.id in value]
    for forged in (
        data[name].replace(teams_waiting.id, other.id),
        other.id,
        f"{data[name]}x",
        data[name].upper(),
        data[name] * 9,
    ):
        changed = json.loads(json.dumps(press).replace(data[name], forged))
        answer = await send(teams_waiting.world, changed | {"id": f"f:{forged[-9:]}"})
        assert "does not come from a card of this installation" in json.dumps(answer.json), forged
    assert await teams_waiting.is_untouched()
    assert await other.is_untouched()


@either_database
async def test_press_on_a_card_after_the_decision(teams_waiting: TeamsWaiting) -> None:
    late = teams_waiting.press(by="Ben")
    await teams_waiting.still_decides()
    assert "Ann approved this" in seen(await send(teams_waiting.world, late))
    assert teams_waiting.world.agent.told() == ["approval.approved"]


@either_database
async def test_command_by_another_bot(teams_waiting: TeamsWaiting) -> None:
    world = teams_waiting.world
    ann = world.teams.tenant.accounts["Ann"]
    for changes in ({"role": "bot"}, {"id": "28:another-bot"}, {"id": ""}):
        said = teams_payloads.message(
            world.teams.tenant,
            world.approvals,
            ann,
            "cancel",
            at=world.clock(),
            thread=teams_waiting.shown.id,
        )
        said = said | {"serviceUrl": world.teams.service_url, "from": said["from"] | changes}
        assert (await send(world, said)).status == 200
    assert await teams_waiting.is_untouched()
    await teams_waiting.still_decides()


@either_database
async def test_installation_in_a_conversation_of_a_foreign_tenant(teams_waiting: TeamsWaiting) -> None:
    world = teams_waiting.world
    foreign = Tenant(id="55555555-5555-4555-8555-555555555555", teams=world.teams.tenant.teams)
    assert foreign.id != OTHER_TENANT
    ann = world.teams.tenant.accounts["Ann"]
    for make in (teams_payloads.installed, teams_payloads.uninstalled):
        news = make(foreign, world.general, ann, at=world.clock()) | {"serviceUrl": world.teams.service_url}
        assert (await send(world, news)).status == 403
    assert await teams_waiting.is_untouched()
    await teams_waiting.still_decides()


@either_database
async def test_activity_of_an_unknown_kind(teams_waiting: TeamsWaiting) -> None:
    kinds: tuple[Any, ...] = ("trace", "handoff", "command", "", None, 7, ["invoke"], "INVOKE ", "x" * 9999)
    for kind in kinds:
        answer = await send(teams_waiting.world, teams_waiting.press() | {"type": kind})
        assert answer.status in (200, 400), kind
        assert "Approved" not in answer.body
    assert await teams_waiting.is_untouched()
    await teams_waiting.still_decides()


@either_database
async def test_service_address_of_an_internal_host(teams_waiting: TeamsWaiting) -> None:
    """A good token would be shown to whoever stands there."""
    for url in (
        "http://127.0.0.1:9/",
        "http://169.254.169.254/metadata/",
        "https://smba.trafficmanager.net.evil.example/",
        "https://smba.trafficmanager.net:8443/",
        "http://smba.trafficmanager.net/emea/",
        "https://evil.example\\@smba.trafficmanager.net/",
        "ftp://smba.trafficmanager.net/",
        "https://[::1",
    ):
        press = teams_waiting.press() | {"serviceUrl": url}
        assert (await send(teams_waiting.world, press, serviceurl=url)).status == 403, url
    assert await teams_waiting.is_untouched()
    await teams_waiting.still_decides()
