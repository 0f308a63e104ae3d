"""Canonical JSON and the digest: the same bytes as the reference implementation, only sooner."""

from __future__ import annotations

import enum
import hashlib
import json
import struct
from typing import Any

import pytest
import rfc8785
from hypothesis import example, given
from hypothesis import strategies as st

from bot import canonical as module
from bot.canonical import NotCanonical, canonical, digest

any_text = st.text(st.characters(exclude_categories=["Cs"]))
keys = any_text | st.text(alphabet="aZ\x7f\u0080\ud7ff\ue000\ufffd\uffff\U00010000\U0001f600", max_size=3)
bits = st.binary(min_size=8, max_size=8).map(lambda raw: struct.unpack("d", raw)[0])
reals = (st.floats() | bits | st.integers(-(10**6), 10**6).map(lambda n: n / 100)).filter(
    lambda x: abs(x) < float("inf")
)
values = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | reals | any_text,
    lambda inner: st.lists(inner, max_size=5) | st.dictionaries(keys, inner, max_size=5),
    max_leaves=25,
)


@given(values)
@example({"\ue000": 1, "\U00010000": 2})
@example([-0.0, 1.0, 1e-7, 1e-6, 1e-5, 9.9e-5, 1e-4, 1e16, 1e20, 1e21, 5e-324, 1.7976931348623157e308])
@example([float(2**53 - 1), float(2**53), float(2**53 + 2), 0.1 + 0.2])
@example('\x00\x08\t\n\x0b\x0c\r\x1f "\\/\x7f\x80\u2028\ufeff\uffff')
def test_property_the_bytes_are_those_of_the_reference_implementation(value: Any) -> None:
    assert canonical(value) == rfc8785.dumps(value)


@given(values)
def test_property_the_bytes_read_back_as_the_value(value: Any) -> None:
    # As a reader with nothing but doubles reads them, which is who the standard is for.
    assert json.loads(canonical(value), parse_int=float) == value


#: RFC 8785, appendix B
NUMBERS = {
    "0000000000000000": "0",
    "8000000000000000": "0",
    "0000000000000001": "5e-324",
    "8000000000000001": "-5e-324",
    "7fefffffffffffff": "1.7976931348623157e+308",
    "4340000000000000": "9007199254740992",
    "c340000000000000": "-9007199254740992",
    "4430000000000000": "295147905179352830000",
    "44b52d02c7e14af5": "9.999999999999997e+22",
    "44b52d02c7e14af6": "1e+23",
    "44b52d02c7e14af7": "1.0000000000000001e+23",
    "444b1ae4d6e2ef4e": "999999999999999700000",
    "444b1ae4d6e2ef4f": "999999999999999900000",
    "444b1ae4d6e2ef50": "1e+21",
    "3eb0c6f7a0b5ed8c": "9.999999999999997e-7",
    "3eb0c6f7a0b5ed8d": "0.000001",
    "41b3de4355555553": "333333333.3333332",
    "41b3de4355555557": "333333333.33333343",
    "becbf647612f3696": "-0.0000033333333333333333",
    "43143ff3c1cb0959": "1424953923781206.2",
}


@pytest.mark.parametrize(("stored", "written"), NUMBERS.items())
def test_numbers_are_written_as_the_standard_lists_them(stored: str, written: str) -> None:
    assert canonical(struct.unpack(">d", bytes.fromhex(stored))[0]) == written.encode()


def test_keys_sort_by_utf16_units_as_the_standard_shows() -> None:
    # RFC 8785 §3.2.3
    value = {"\u20ac": 1, "\r": 2, "\ufb33": 3, "1": 4, "\U0001f600": 5, "\u0080": 6, "\u00f6": 7}
    order = ["\r", "1", "\u0080", "\u00f6", "\u20ac", "\U0001f600", "\ufb33"]
    assert list(json.loads(canonical(value))) == order


@pytest.mark.parametrize(
    "value",
    [
        float("nan"),
        float("inf"),
        float("-inf"),
        2**53,
        -(2**53),
        "\ud800",
        {"\ud800": 1},
        {1: 1},
        {None: 1},
        b"x",
        {1, 2},
        object(),
    ],
)
def test_what_json_cannot_carry_is_refused(value: Any) -> None:
    with pytest.raises(NotCanonical, match="canonical JSON"):
        canonical([value])


def test_endless_nesting_is_refused() -> None:
    loop: list[Any] = []
    loop.append(loop)
    with pytest.raises(NotCanonical):
        canonical(loop)
    with pytest.raises(NotCanonical):
        canonical({1.5e300: loop})


def test_relatives_of_text_and_numbers_are_written_as_what_they_are() -> None:
    class Word(enum.StrEnum):
        HIGH = "high"

    class Rank(enum.IntEnum):
        ONE = 1

    assert canonical([Word.HIGH, Rank.ONE, (1, 2)]) == b'["high",1,[1,2]]'


def test_the_digest_is_the_hash_of_name_and_arguments() -> None:
    written = b'{"arguments":{"amount":"240.00","order":"4892"},"name":"refund.issue"}'
    assert digest("refund.issue", {"order": "4892", "amount": "240.00"}) == (
        "sha256:" + hashlib.sha256(written).hexdigest()
    )


@given(st.dictionaries(keys, values, min_size=2, max_size=6), st.randoms(use_true_random=False))
def test_property_the_order_of_keys_does_not_change_the_digest(
    arguments: dict[str, Any], random: Any
) -> None:
    shuffled = list(arguments.items())
    random.shuffle(shuffled)
    assert digest("a", dict(shuffled)) == digest("a", arguments)


def test_another_name_or_another_argument_is_another_digest() -> None:
    seen = {
        digest("a", {"x": 1}),
        digest("b", {"x": 1}),
        digest("a", {"x": "1"}),
        digest("a", {"x": True}),
        digest("a", {}),
        digest("a", None),
    }
    assert len(seen) == 6


def test_an_ordinary_packet_never_needs_the_slow_way(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(module, "_by_reference")
    canonical({"Größe": [1.0, 0.62, -0.8, 240.5, 0.0, "\U0001f600", None, True], "größer": {"€": -3}})
