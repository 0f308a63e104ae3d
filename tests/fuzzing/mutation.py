"""Input that is nearly right: values and bytes of real payloads with something in them changed."""

from __future__ import annotations

import copy
from collections.abc import Iterator, Sequence
from typing import Any

from hypothesis import strategies as st

from tests.domain.test_text import hostile_text

#: values that readers of JSON trip over
ODD = st.one_of(
    st.none(),
    st.booleans(),
    st.sampled_from((0, -1, 1, 2**53, 10**400, 0.5, 1e300, "", "0", "null", "[]", [], {}, [[]], {"": None})),
    st.integers(),
    st.floats(allow_nan=False),
    hostile_text,
    st.text(max_size=40),
    st.recursive(
        st.none() | st.booleans() | st.integers() | hostile_text,
        lambda inner: st.lists(inner, max_size=4) | st.dictionaries(hostile_text, inner, max_size=4),
        max_leaves=8,
    ),
)
_DEEDS = ("put", "drop", "wrap", "double", "swap")


def places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The ways to everything inside a value."""
    steps: Sequence[Any] = ()
    if isinstance(value, dict):
        steps = tuple(value)
    elif isinstance(value, list):
        steps = range(len(value))
    for step in steps:
        yield (*path, step)
        yield from places(value[step], (*path, step))


@st.composite
def mutated(draw: st.DrawFn, whole: Sequence[Any]) -> Any:
    """One of these, with up to four things in it changed."""
    value = copy.deepcopy(draw(st.sampled_from(whole)))
    for _ in range(draw(st.integers(0, 4))):
        ways = list(places(value))
        if ways:
            *path, last = draw(st.sampled_from(ways))
            inside = value
            for step in path:
                inside = inside[step]
            _change(draw, inside, last)
    return value


def _change(draw: st.DrawFn, inside: Any, last: Any) -> None:
    match draw(st.sampled_from(_DEEDS)):
        case "put":
            inside[last] = copy.deepcopy(draw(ODD))
        case "drop":
            del inside[last]
        case "wrap":
            inside[last] = draw(st.sampled_from(([inside[last]], {"value": inside[last]})))
        case "double":
            if isinstance(inside, list):
                inside.append(copy.deepcopy(inside[last]))
            else:
                inside[draw(hostile_text)] = copy.deepcopy(inside[last])
        case _:
            other = draw(st.sampled_from(list(inside) if isinstance(inside, dict) else range(len(inside))))
            inside[last], inside[other] = inside[other], inside[last]


@st.composite
def broken(draw: st.DrawFn, whole: Sequence[bytes], bits: Sequence[bytes]) -> bytes:
    """One of these, with up to six of its bytes, or of bits that matter to a reader, put elsewhere."""
    text = bytearray(draw(st.sampled_from(whole)))
    for _ in range(draw(st.integers(0, 6))):
        at, length = draw(st.integers(0, len(text))), draw(st.integers(0, 8))
        text[at : at + length] = draw(st.sampled_from(bits) | st.binary(max_size=4))
    return bytes(text)
