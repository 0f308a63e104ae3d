"""Sending to Slack's address what Slack, or somebody else, could send there."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from tests.fakes import slack_payloads
from tests.fakes.slack_http import Delivered
from tests.fakes.slack_workspace import SIGNING_SECRET
from tests.flows.world import World

FORM = "application/x-www-form-urlencoded"
JSON = "application/json"


def form(payload: Any) -> bytes:
    """An interaction as Slack's form."""
    return urlencode({"payload": json.dumps(payload)}).encode()


def signature(world: World, body: bytes, *, secret: str = SIGNING_SECRET, late: float = 0) -> dict[str, str]:
    """The headers that prove who sent a body, `late` seconds ago."""
    return slack_payloads.signed(body, secret, int(world.clock().timestamp() - late))


async def send(
    world: World,
    body: bytes,
    *,
    content_type: str = FORM,
    secret: str = SIGNING_SECRET,
    late: float = 0,
    headers: Mapping[str, str] | None = None,
) -> Delivered:
    """Send signed as Slack signs, `late` seconds ago."""
    signed = signature(world, body, secret=secret, late=late)
    return await world.slack.send(body, {"Content-Type": content_type, **signed, **(headers or {})})


async def send_unsigned(world: World, body: bytes, content_type: str = FORM) -> Delivered:
    """Send as anybody can."""
    return await world.slack.send(body, {"Content-Type": content_type})
