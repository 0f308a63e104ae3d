"""The bodies that agents send."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import strategies as st

from adapters.agents.bodies import CancelBody, MessageBody, OutcomeBody, RedeemBody
from adapters.agents.examples import EXAMPLES
from adapters.agents.packets import packet_of
from adapters.agents.payload import SubmitBody
from adapters.agents.reading import parsed
from bot import canonical
from bot.domain.errors import Invalid
from bot.strict_json import BadJson
from tests.fuzzing.mutation import broken, mutated
from tests.fuzzing.target import Target, refused

_KINDS = (SubmitBody, CancelBody, RedeemBody, OutcomeBody, MessageBody)
_MOST = 512 * 1024
_BITS = (b"{", b"}", b"[", b"]", b'"', b"\\", b"\\u0000", b"\\ud800", b",", b":", b"null", b"NaN", b"1e999")
_WHOLE = [EXAMPLES[kind] for kind in _KINDS]


def _text(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False).encode(errors="surrogatepass")


def check(given: tuple[int, bytes]) -> str:
    """It is refused in a sentence, or read as any other reader of JSON reads it, with a digest."""
    number, body = given
    kind = _KINDS[number]
    try:
        found = parsed(body, kind, most=_MOST)
        if isinstance(found, SubmitBody):
            packet_of(found, len(body))
    except (BadJson, Invalid) as error:
        return refused(error.sentence)
    told = json.loads(body)
    if isinstance(found, SubmitBody):
        assert canonical.digest(found.action.name, found.action.arguments) == canonical.digest(
            told["action"]["name"], told["action"].get("arguments", {})
        )
    return "read"


TARGET = Target(
    name="the JSON door",
    inputs=st.one_of(
        st.integers(0, 4).flatmap(lambda n: st.tuples(st.just(n), mutated([_WHOLE[n]]).map(_text))),
        st.integers(0, 4).flatmap(lambda n: st.tuples(st.just(n), broken([_text(_WHOLE[n])], _BITS))),
    ),
    check=check,
    known=(
        (0, b""),
        (0, b"1e999{"),
        (0, b'{"a": 1, "a": 2'),
        (0, b"[" * 100_000),
        (1, b'{"reason": 1e400}'),
        (0, b"\xef\xbb\xbf{}"),
    ),
)
