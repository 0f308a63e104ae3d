"""What comes in through Teams' address, once its token was right."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import strategies as st

from adapters.teams import presses, speech
from adapters.teams.names import DRAFT, REFERENCE, VERB
from adapters.teams.payload import pressed_of, read_activity
from bot import strict_json
from bot.chat.names import CHANGES_VIEW, MORE_VIEW, RATE_VIEW, REASON, REJECT_VIEW, REVIEW_VIEW, WORDS
from bot.domain.errors import PlacetError
from tests.fuzzing.mutation import broken, mutated
from tests.fuzzing.plain_signer import BUTTON, read_draft, read_reference
from tests.fuzzing.target import Target

_MOST = 256 * 1024
_BITS = (b"{", b"}", b"[", b"]", b'"', b"\\", b"\\u0000", b"\\ud800", b",", b":", b"null", b"1e999")
_VERBS = ("placet_approve", REJECT_VIEW, REVIEW_VIEW, MORE_VIEW, RATE_VIEW, CHANGES_VIEW)
_TENANT = "00000000-0000-0000-0000-00000000000a"
_BASE: dict[str, Any] = {
    "id": "f:1",
    "channelId": "msteams",
    "timestamp": "2026-03-02T10:00:00Z",
    "serviceUrl": "https://smba.example.com/emea/",
    "from": {"id": "29:ann", "name": "Ann", "aadObjectId": "00000000-0000-0000-0000-0000000000a1"},
    "recipient": {"id": "28:placet", "name": "Placet"},
    "conversation": {
        "id": "19:abc@thread.tacv2;messageid=1",
        "conversationType": "channel",
        "tenantId": _TENANT,
        "isGroup": True,
    },
    "channelData": {
        "tenant": {"id": _TENANT},
        "team": {"id": "19:team@thread.tacv2", "name": "Support"},
        "channel": {"id": "19:abc@thread.tacv2", "name": "Approvals"},
    },
    "replyToId": "1",
}


def _pressed(verb: str) -> dict[str, Any]:
    data = {REFERENCE: BUTTON, DRAFT: "d", REASON: "wrong_amount", WORDS: "no"}
    action = {"type": "Action.Execute", "verb": verb, "data": data}
    return {**_BASE, "type": "invoke", "name": "adaptiveCard/action", "value": {"action": action}}


_SUBMITTED = {**_BASE, "type": "message", "value": {VERB: "placet_approve", REFERENCE: BUTTON}}
_SAID = {
    **_BASE,
    "type": "message",
    "text": "<at>Placet</at> route refund.* to <at>Ben</at>&nbsp;",
    "attachments": [{"contentType": "text/html", "content": "<div><at>Placet</at> <b>route</b></div>"}],
    "entities": [
        {"type": "mention", "text": "<at>Placet</at>", "mentioned": {"id": "28:placet", "name": "Placet"}},
        {"type": "mention", "text": "<at>Ben</at>", "mentioned": {"id": "29:ben", "name": "Ben"}},
    ],
}
_MOVED = {**_BASE, "type": "conversationUpdate", "membersAdded": [{"id": "28:placet", "name": "Placet"}]}
_WHOLE = [*map(_pressed, _VERBS), _SUBMITTED, _SAID, _MOVED]


def _json(payload: Any) -> bytes:
    return json.dumps(payload, ensure_ascii=False).encode(errors="surrogatepass")


def check(body: bytes) -> str:
    """It is refused as `PlacetError`, or read into a press or words."""
    try:
        payload = strict_json.loads(body, max_bytes=_MOST)
        if not isinstance(payload, dict):
            return "refused"
        activity = read_activity(payload)
        assert isinstance(speech.read(activity).readable, str)
        pressed = pressed_of(activity)
        wanted = presses.read(activity, pressed, read_reference, read_draft) if pressed else None
    except PlacetError:
        return "refused"
    if wanted is None:
        return "no press"
    assert wanted.command_id.startswith("teams:")
    assert wanted.reference.request_id.startswith("apr_")
    return "press"


TARGET = Target(
    name="Teams' parsers",
    inputs=st.one_of(mutated(_WHOLE).map(_json), broken([_json(each) for each in _WHOLE], _BITS)),
    check=check,
    known=(b"1e999{", b"", b"null", b"{}", b'{"type": "invoke", "value": {"action": {"verb": []}}}'),
)
