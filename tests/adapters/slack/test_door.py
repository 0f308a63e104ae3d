"""Shapes at Slack's door that Slack never sends; the inputs that have a name are in `tests/doors`."""

import json
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import urlencode

import aiohttp
import pytest

from bot.domain.request import ApprovalRequest
from bot.domain.status import Status
from tests.adapters.slack.desk import Desk
from tests.fakes import slack_payloads
from tests.fakes.slack_http import Delivered
from tests.fakes.slack_server import FakeSlack
from tests.fakes.slack_workspace import SIGNING_SECRET

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


async def test_duplicate_keys(desk: Desk, slack: FakeSlack) -> None:
    body = b'{"type": "event_callback", "type": "url_verification"}'
    assert (await send(slack, body, content_type=JSON)).status == 400


async def test_a_challenge_that_is_no_text_is_not_echoed(desk: Desk, slack: FakeSlack) -> None:
    body = b'{"type": "url_verification", "challenge": {"a": 1}}'
    assert (await send(slack, body, content_type=JSON)).status == 400


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
