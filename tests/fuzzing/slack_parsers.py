"""What comes in through Slack's address, once its signature was right."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import quote_plus

from hypothesis import strategies as st

from adapters.slack import metadata, presses, speech
from adapters.slack.form import read_body
from adapters.slack.metadata import Origin
from adapters.slack.payload import read_event, read_interaction
from adapters.slack.workspace import Workspace
from bot.chat.names import MORE_VIEW, RATE_VIEW, REASON, REJECT_VIEW, REVIEW_VIEW, WORDS
from bot.domain.errors import PlacetError
from tests.fuzzing.mutation import broken, mutated
from tests.fuzzing.plain_signer import BUTTON, read_draft, read_reference
from tests.fuzzing.target import Target

_FORM = "application/x-www-form-urlencoded"
_ID = BUTTON.partition(".")[0]
_BITS = (b"%", b"%00", b"&payload=", b"=", b"+", b"%22", b"%7B", b"%5Cud800", b"\r\n", b"%FF", b"{}")
_US = {"team": {"id": "T01HOME"}, "user": {"id": "U01ANN", "team_id": "T01HOME", "name": "ann"}}
_PRESS: dict[str, Any] = {
    **_US,
    "type": "block_actions",
    "container": {"type": "message", "message_ts": "17.1", "channel_id": "C1", "is_ephemeral": False},
    "channel": {"id": "C1"},
    "trigger_id": "1.2.3",
    "response_url": "https://hooks.example.com/1",
    "actions": [
        {
            "action_id": "placet_approve",
            "block_id": f"press:{_ID}",
            "value": BUTTON,
            "action_ts": "17.2",
        }
    ],
}


def _view(name: str) -> dict[str, Any]:
    origin = Origin(reference=BUTTON, channel="C1", message="17.1")
    chosen = {REASON: {REASON: {"selected_option": {"value": "wrong_amount"}}}}
    values = {**chosen, WORDS: {WORDS: {"value": "no"}}}
    view = {
        "id": "V1",
        "hash": "1.x",
        "callback_id": name,
        "private_metadata": metadata.write(origin),
        "app_installed_team_id": "T01HOME",
        "state": {"values": values},
    }
    return {**_US, "type": "view_submission", "view": view}


_INTERACTIONS = [_PRESS, *map(_view, (REJECT_VIEW, REVIEW_VIEW, MORE_VIEW, RATE_VIEW))]
_EVENT: dict[str, Any] = {
    "type": "event_callback",
    "team_id": "T01HOME",
    "event_id": "Ev1",
    "event": {
        "type": "app_mention",
        "user": "U01ANN",
        "text": "<@U0PLACET> route refund.* to <#C1|leads> &amp; <@U01BEN>",
        "ts": "17.3",
        "thread_ts": "17.1",
        "channel": "C1",
    },
    "authorizations": [{"team_id": "T01HOME", "user_id": "U0PLACET", "is_bot": True}],
}
_HOME = Workspace(team_id="T01HOME", bot_user="U0PLACET")


def _posted(payload: Any) -> tuple[bytes, str]:
    return b"payload=" + quote_plus(_json(payload)).encode(), _FORM


def _json(payload: Any) -> bytes:
    return json.dumps(payload, ensure_ascii=False).encode(errors="surrogatepass")


def check(given: tuple[bytes, str]) -> str:
    """It is refused as `PlacetError`, or read into a press whose parts are what they say."""
    body, content_type = given
    try:
        payload = read_body(body, content_type)
        if payload is None:
            return "no payload"
        if content_type != _FORM:
            return _event(payload)
        return _interaction(payload)
    except PlacetError:
        return "refused"


def _interaction(payload: dict[str, Any]) -> str:
    interaction = read_interaction(payload)
    wanted = presses.read(interaction, read_reference, read_draft)
    presses.copy_of(interaction)
    presses.later_address(interaction)
    if wanted is None:
        return "no press"
    assert wanted.command_id.startswith("slack:")
    assert wanted.reference.request_id.startswith("apr_")
    return "press"


def _event(payload: dict[str, Any]) -> str:
    event = read_event(payload).event
    words = speech.read(event.text or "", _HOME.bot_user)
    speech.is_a_persons(event, _HOME)
    return "names us" if words.names_the_bot else "event"


TARGET = Target(
    name="Slack's parsers",
    inputs=st.one_of(
        mutated(_INTERACTIONS).map(_posted),
        mutated([_EVENT]).map(lambda event: (_json(event), "application/json")),
        broken([_posted(each)[0] for each in _INTERACTIONS], _BITS).map(lambda body: (body, _FORM)),
    ),
    check=check,
    known=(
        (b"\x80payload=%7B%7D", _FORM),
        (b"payload=%", _FORM),
        (b"payload=%00", _FORM),
        (b"payload=1&payload=2", _FORM),
        (b"ssl_check=1", _FORM),
    ),
)
