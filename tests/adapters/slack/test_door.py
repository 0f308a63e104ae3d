"""What comes in through Slack's door, by its bad inputs' names; nothing of it may be recorded."""

import json
from collections.abc import AsyncIterator, Iterator, Mapping
from typing import Any
from urllib.parse import urlencode

import aiohttp
import pytest

from adapters.slack.form import MOST_BYTES
from bot.domain.request import ApprovalRequest
from bot.domain.status import Status
from tests.adapters.slack.desk import Desk
from tests.fakes import slack_payloads
from tests.fakes.clock import MovedClock
from tests.fakes.slack_http import Delivered
from tests.fakes.slack_server import FakeSlack
from tests.fakes.slack_workspace import OTHER_TEAM, SIGNING_SECRET

JUNK: tuple[Any, ...] = (None, [], {}, "ä" * 300, -1, True)
FORM = "application/x-www-form-urlencoded"
JSON = "application/json"


async def send(
    slack: FakeSlack,
    body: bytes,
    *,
    content_type: str = FORM,
    secret: str = SIGNING_SECRET,
    late: float = 0,
    headers: Mapping[str, str] | None = None,
) -> Delivered:
    """Send signed as Slack signs, `late` seconds ago."""
    timestamp = int(slack.clock().timestamp() - late)
    signed = slack_payloads.signed(body, secret, timestamp)
    return await slack.send(body, {"Content-Type": content_type, **signed, **(headers or {})})


async def a_press(
    desk: Desk, slack: FakeSlack, label: str = "Approve"
) -> tuple[ApprovalRequest, dict[str, Any]]:
    """A card that waits, and what Slack sends when Ann presses a button of it."""
    request = await desk.ask()
    return request, (await slack.card("#support")).payload(label, by="U01ANN")


def form(payload: Mapping[str, Any]) -> bytes:
    """A press as Slack's form."""
    return urlencode({"payload": json.dumps(payload)}).encode()


async def is_untouched(desk: Desk, request: ApprovalRequest) -> bool:
    """Whether nothing at all was recorded."""
    now = await desk.now(request)
    return now.status is Status.PENDING and now.progress.votes == () and now.progress.step == 1


async def test_no_signature(desk: Desk, slack: FakeSlack) -> None:
    request, payload = await a_press(desk, slack)
    delivered = await slack.send(form(payload), {"Content-Type": FORM})
    assert delivered.status == 401
    assert await is_untouched(desk, request)


async def test_bad_signature(desk: Desk, slack: FakeSlack) -> None:
    request, payload = await a_press(desk, slack)
    delivered = await send(slack, form(payload), secret="guessed")
    assert delivered.status == 401
    assert await is_untouched(desk, request)


async def test_a_signature_of_another_body(desk: Desk, slack: FakeSlack) -> None:
    request, payload = await a_press(desk, slack)
    signed = slack_payloads.signed(b"payload={}", SIGNING_SECRET, int(slack.clock().timestamp()))
    delivered = await slack.send(form(payload), {"Content-Type": FORM, **signed})
    assert delivered.status == 401
    assert await is_untouched(desk, request)


@pytest.mark.parametrize("late", [360, 301, -301, -360])
async def test_timestamp_six_minutes_old_or_ahead(desk: Desk, slack: FakeSlack, late: int) -> None:
    request, payload = await a_press(desk, slack)
    assert (await send(slack, form(payload), late=late)).status == 401
    assert await is_untouched(desk, request)


@pytest.mark.parametrize("late", [300, -300])
async def test_timestamp_five_minutes_old_or_ahead_still_holds(
    desk: Desk, slack: FakeSlack, late: int
) -> None:
    request, payload = await a_press(desk, slack)
    assert (await send(slack, form(payload), late=late)).status == 200
    assert (await desk.now(request)).status is Status.APPROVED


@pytest.mark.parametrize("timestamp", ["soon", "", "-1", "1e9", "١٧٧٢٤٤٥٦٠٠", "1" * 40, "1772445600.5"])
async def test_timestamp_not_a_number(desk: Desk, slack: FakeSlack, timestamp: str) -> None:
    delivered = await send(slack, b"payload={}", headers={"X-Slack-Request-Timestamp": timestamp})
    assert delivered.status == 401


@pytest.mark.parametrize("signature", ["v0=ä", "v0=" + "ü" * 64, "", "v0=", "v1=00", "v0=" + "0" * 10_000])
async def test_signature_not_ascii_or_not_a_signature(desk: Desk, slack: FakeSlack, signature: str) -> None:
    delivered = await send(slack, b"payload={}", headers={"X-Slack-Signature": signature[:4000]})
    assert delivered.status == 401


@pytest.mark.parametrize("body", [b"\xff\xfe", b"payload=%FF%FE"])
async def test_body_not_utf_8(desk: Desk, slack: FakeSlack, body: bytes) -> None:
    assert (await send(slack, body, content_type=FORM if b"=" in body else JSON)).status == 400
    assert (await slack.send(body, {"Content-Type": JSON})).status == 401


async def test_unsigned_payload_not_json(desk: Desk, slack: FakeSlack) -> None:
    assert (await slack.send(b"payload=nonsense", {"Content-Type": FORM})).status == 401
    assert (await send(slack, b"payload=nonsense")).status == 400


async def test_json_100k_deep(desk: Desk, slack: FakeSlack) -> None:
    body = b'{"type":' + b"[" * 100_000 + b"]" * 100_000 + b"}"
    assert (await slack.send(body, {"Content-Type": JSON})).status == 401
    assert (await send(slack, body, content_type=JSON)).status == 400


async def test_body_over_the_limit(desk: Desk, slack: FakeSlack) -> None:
    assert (await send(slack, b"payload=" + b"x" * MOST_BYTES)).status == 413


async def test_a_body_over_the_limit_that_does_not_tell_its_length(desk: Desk, slack: FakeSlack) -> None:
    async def endless() -> AsyncIterator[bytes]:
        for _ in range(20):
            yield b"x" * (MOST_BYTES // 10)

    async with aiohttp.ClientSession() as http, http.post(slack._events_url, data=endless()) as answer:
        assert answer.status == 413


async def test_duplicate_keys(desk: Desk, slack: FakeSlack) -> None:
    body = b'{"type": "event_callback", "type": "url_verification"}'
    assert (await send(slack, body, content_type=JSON)).status == 400


async def test_an_identical_signed_press_replayed_happens_once(desk: Desk, slack: FakeSlack) -> None:
    request, payload = await a_press(desk, slack, "Escalate")
    first = await send(slack, form(payload))
    again = await send(slack, form(payload))
    assert (first.status, again.status) == (200, 200)
    assert (await desk.now(request)).progress.step == 2
    kinds = [event.kind.value for event in desk.store.events(request.id)]
    assert kinds.count("request.escalated") == 1
    await desk.settle()
    assert slack.told("U01ANN") == []


async def test_a_redelivered_event_is_answered_once(desk: Desk, slack: FakeSlack) -> None:
    ann = slack.workspace.accounts["U01ANN"]
    room = slack.workspace.rooms["C0SUPPORT"]
    event = slack_payloads.message(
        ann, room, "<@U0PLACET> help", type="app_mention", event_id="Ev1", ts="1772445600.000900"
    )
    body, content_type = slack_payloads.body_of(event)
    for retry in ("", "1", "2"):
        headers = {"X-Slack-Retry-Num": retry} if retry else {}
        assert (await send(slack, body, content_type=content_type, headers=headers)).status == 200
    await desk.settle()
    assert len(slack.messages("#support")) == 1


async def test_unsigned_url_verification(desk: Desk, slack: FakeSlack) -> None:
    body = b'{"type": "url_verification", "challenge": "abc", "token": "x"}'
    assert (await slack.send(body, {"Content-Type": JSON})).status == 401
    signed = await send(slack, body, content_type=JSON)
    assert (signed.status, signed.json) == (200, {"challenge": "abc"})


async def test_a_challenge_that_is_no_text_is_not_echoed(desk: Desk, slack: FakeSlack) -> None:
    body = b'{"type": "url_verification", "challenge": {"a": 1}}'
    assert (await send(slack, body, content_type=JSON)).status == 400


@pytest.mark.parametrize(
    "changes",
    [
        {"api_app_id": "A0OTHER"},
        {"api_app_id": ""},
        {"team": {"id": OTHER_TEAM, "domain": "other"}},
    ],
)
async def test_wrong_app_id_or_team_id_under_a_valid_signature(
    desk: Desk, slack: FakeSlack, changes: dict[str, Any]
) -> None:
    request, payload = await a_press(desk, slack)
    assert (await send(slack, form(payload | changes))).status == 403
    assert await is_untouched(desk, request)


async def test_an_event_of_another_workspace(desk: Desk, slack: FakeSlack) -> None:
    ann, room = slack.workspace.accounts["U01ANN"], slack.workspace.rooms["C0SUPPORT"]
    event = slack_payloads.message(
        ann, room, "hi", type="app_mention", event_id="Ev1", ts="1772445600.000900"
    )
    event |= {
        "team_id": OTHER_TEAM,
        "context_team_id": OTHER_TEAM,
        "authorizations": [{"team_id": OTHER_TEAM}],
    }
    body, content_type = slack_payloads.body_of(event)
    assert (await send(slack, body, content_type=content_type)).status == 403


async def test_button_value_naming_another_request(desk: Desk, slack: FakeSlack) -> None:
    mine, payload = await a_press(desk, slack)
    other = await desk.ask(summary="Refund 9,999.00 EUR to order 1")
    value = (await slack.card("#support")).payload("Approve", by="U01ANN")["actions"][0]["value"]
    payload["actions"][0]["value"] = value
    assert (await send(slack, form(payload))).status == 200
    await desk.settle()
    assert await is_untouched(desk, mine)
    assert await is_untouched(desk, other)
    await slack.expect_told("U01ANN", "belongs to another card")


@pytest.mark.parametrize(
    "value", ["", "apr_01kjpzv280tr3c08xs757x15xs", "x" * 2000, "ä", "apr_1.1.1.1.forged"]
)
async def test_button_value_that_is_not_ours(desk: Desk, slack: FakeSlack, value: str) -> None:
    request, payload = await a_press(desk, slack)
    payload["actions"][0]["value"] = value
    assert (await send(slack, form(payload))).status == 200
    await desk.settle()
    assert await is_untouched(desk, request)
    await slack.expect_told("U01ANN", "nothing was recorded")


async def test_unknown_action_id(desk: Desk, slack: FakeSlack) -> None:
    request, payload = await a_press(desk, slack)
    payload["actions"][0]["action_id"] = "placet_delete_everything"
    assert (await send(slack, form(payload))).status == 200
    await desk.settle()
    assert await is_untouched(desk, request)
    await slack.expect_told("U01ANN", "not known to this version")


async def test_two_actions_at_once(desk: Desk, slack: FakeSlack) -> None:
    request, payload = await a_press(desk, slack)
    payload["actions"] *= 2
    assert (await send(slack, form(payload))).status == 200
    await desk.settle()
    assert await is_untouched(desk, request)
    await slack.expect_told("U01ANN", "Several buttons")


async def test_a_press_by_a_bot(desk: Desk, slack: FakeSlack) -> None:
    request = await desk.ask()
    card = await slack.card("#support")
    assert (await card.press("Approve", by="U0OTHERBOT")).status == 200
    await desk.settle()
    assert await is_untouched(desk, request)
    await slack.expect_told("U0OTHERBOT", "Bots do not decide")


async def test_a_press_by_a_stranger_of_a_shared_channel(desk: Desk, slack: FakeSlack) -> None:
    request = await desk.ask()
    card = await slack.card("#support")
    await card.press("Approve", by="U09STRANGER")
    await desk.settle()
    assert await is_untouched(desk, request)
    await slack.expect_told("U09STRANGER", "another organisation")


async def test_a_stranger_with_a_reviewers_user_id_is_still_a_stranger(desk: Desk, slack: FakeSlack) -> None:
    request, payload = await a_press(desk, slack)
    payload["user"]["team_id"] = OTHER_TEAM
    assert (await send(slack, form(payload))).status == 200
    await desk.settle()
    assert await is_untouched(desk, request)


async def test_both_secrets_hold_while_one_replaces_the_other(slack: FakeSlack, clock: MovedClock) -> None:
    desk = Desk(slack, clock, signing_secrets=("the-new-secret", SIGNING_SECRET))
    await desk.start()
    try:
        for secret, status in (("the-new-secret", 200), (SIGNING_SECRET, 200), ("an-older-one", 401)):
            request, payload = await a_press(desk, slack)
            assert (await send(slack, form(payload), secret=secret)).status == status
            assert ((await desk.now(request)).status is Status.APPROVED) == (status == 200)
            await desk.settle()
    finally:
        await desk.stop()


@pytest.mark.parametrize(
    "payload",
    [
        {},
        {"type": "block_actions"},
        {"type": "block_actions", "user": "U01ANN", "team": {"id": "T01HOME"}, "actions": []},
        {"type": "block_actions", "user": {"id": "U01ANN"}, "team": {"id": "T01HOME"}, "actions": []},
        {"type": "block_actions", "user": {"id": 7}, "team": [], "actions": [None]},
        {"type": "view_submission", "user": {"id": "U01ANN"}, "team": {"id": "T01HOME"}},
        {"type": "event_callback", "team_id": "T01HOME", "event": []},
        {"type": "event_callback", "team_id": "T01HOME", "api_app_id": "A0PLACET", "event": {}},
        {"type": ["block_actions"]},
        {"type": None},
        {"type": "shortcut", "team": None},
        {"type": "message_action", "user": 5},
    ],
)
async def test_shapes_that_slack_never_sends_are_no_internal_error(
    desk: Desk, slack: FakeSlack, payload: dict[str, Any]
) -> None:
    delivered = await send(slack, form(payload))
    assert delivered.status in (200, 400, 403)


async def test_a_press_with_anything_in_any_place_is_no_internal_error(desk: Desk, slack: FakeSlack) -> None:
    _, payload = await a_press(desk, slack, "Details")
    places = list(all_places({**payload, "message": {}}))
    assert len(places) > 25
    for place in places:
        for junk in JUNK:
            delivered = await send(slack, form(replaced(payload, place, junk)))
            assert delivered.status in (200, 400, 403), (place, junk)
    await desk.settle()


def all_places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Every place in a JSON value."""
    if path:
        yield path
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, part in inner:
        yield from all_places(part, (*path, key))


def replaced(value: Any, path: tuple[Any, ...], junk: Any) -> Any:
    """The value with something else in one place."""
    if not path:
        return junk
    copy = dict(value) if isinstance(value, dict) else list(value)
    copy[path[0]] = replaced(copy[path[0]], path[1:], junk)
    return copy


async def test_a_slash_command_is_acknowledged_and_does_nothing(desk: Desk, slack: FakeSlack) -> None:
    assert (await send(slack, b"command=%2Fplacet&text=approve&team_id=T01HOME")).status == 200


async def test_other_methods_are_refused(desk: Desk, slack: FakeSlack) -> None:
    async with aiohttp.ClientSession() as http:
        for method in ("GET", "PUT", "TRACE"):
            async with http.request(method, slack._events_url) as answer:
                assert answer.status == 405
