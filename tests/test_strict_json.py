"""The strict JSON door: one reading or none, and a sentence that says where and what to do."""

from __future__ import annotations

import json
import time
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.strict_json import BadJson, TooLarge, loads

LIMIT = 1_000_000


def read(body: bytes | str) -> Any:
    return loads(body.encode() if isinstance(body, str) else body, max_bytes=LIMIT)


def refusal(body: bytes | str, **limits: int) -> BadJson:
    raw = body.encode() if isinstance(body, str) else body
    with pytest.raises(BadJson) as caught:
        loads(raw, **{"max_bytes": LIMIT, **limits})
    return caught.value


text = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"))
values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**53) + 1, 2**53 - 1)
    | st.floats(allow_nan=False, allow_infinity=False)
    | text,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(text, inner, max_size=4),
    max_leaves=20,
)


@given(value=values, indent=st.sampled_from([None, 2]), ascii_only=st.booleans())
def test_property_every_ordinary_value_comes_in_as_it_was_sent(
    *, value: Any, indent: int | None, ascii_only: bool
) -> None:
    sent = json.dumps(value, indent=indent, ensure_ascii=ascii_only).encode()
    assert repr(read(sent)) == repr(value)


@given(st.binary(max_size=200) | st.text(alphabet='[]{}",:\\u0d8eE+-.19 \n').map(str.encode))
def test_property_no_bytes_whatsoever_raise_anything_but_a_refusal(body: bytes) -> None:
    sentence = "Taken."
    try:
        loads(body, max_bytes=150, max_depth=3, max_keys=5)
    except BadJson as refused:
        sentence = refused.sentence
    assert sentence.endswith(".")
    assert sentence.isprintable()


def test_of_two_equal_keys_neither_wins() -> None:
    refused = refusal('{"action": {"arguments": {"amount": 1, "order": 2, "amount": 9999}}}')
    assert refused.at == "/action/arguments/amount"
    assert refused.sentence == (
        "The same key stands twice in one object at /action/arguments/amount; send each key once."
    )


def test_keys_that_are_only_spelled_differently_are_equal() -> None:
    assert refusal('{"amount": 1, "\\u0061mount": 9999}').at == "/amount"


def test_the_same_key_in_two_objects_is_fine() -> None:
    assert read('[{"a": 1}, {"a": {"a": 2}}]') == [{"a": 1}, {"a": {"a": 2}}]


@pytest.mark.parametrize("word", ["NaN", "Infinity", "-Infinity"])
def test_words_that_are_not_numbers_are_refused(word: str) -> None:
    refused = refusal(f'{{"impact": {{"amount": {word}}}}}')
    assert refused.at == "/impact/amount"
    assert refused.sentence.startswith(f"{word} is not JSON at /impact/amount;")


@pytest.mark.parametrize("number", ["1e999", "-1e999", "1" * 400 + ".5"])
def test_a_real_number_beyond_doubles_is_refused(number: str) -> None:
    refused = refusal(f"[0.5, {number}]")
    assert refused.at == "/1"
    assert "send it as a string" in refused.sentence


@pytest.mark.parametrize("number", [2**53, -(2**53), 2**63, 10**16, -(10**16)])
def test_an_integer_that_doubles_would_round_must_be_a_string(number: int) -> None:
    refused = refusal(f'{{"arguments": {{"order": {number}}}}}')
    assert refused.at == "/arguments/order"
    assert "send it as a string" in refused.sentence


def test_the_largest_exact_integers_are_taken() -> None:
    assert read(f"[{2**53 - 1}, {-(2**53) + 1}]") == [2**53 - 1, -(2**53) + 1]


def test_an_integer_of_5000_digits_is_refused_before_it_is_computed() -> None:
    assert "An integer of 5000 digits" in refusal("9" * 5000).sentence
    assert "An integer of 5000 digits" in refusal("-" + "9" * 5000).sentence


@pytest.mark.parametrize(
    "body", ["1e999{", '{"a": 1, "a": 2', "[NaN, }", "9007199254740993 []", '{"a": 1, "a": 2} x']
)
def test_what_is_suspicious_and_no_json_besides_is_refused(body: str) -> None:
    assert refusal(body).sentence.startswith("The body is not JSON at line 1, column ")


@pytest.mark.parametrize(
    ("body", "at"),
    [
        (r'{"a": ["x\u0000y"]}', "/a/0"),
        (r'{"a": {"\u0000": 1}}', "/a/\\u{0}"),
        (r'{"\\u0000": "\u0000"}', "/\\u0000"),
    ],
)
def test_u0000_is_refused_in_values_and_in_keys(body: str, at: str) -> None:
    refused = refusal(body)
    assert refused.at == at
    assert "U+0000" in refused.sentence


def test_a_backslash_before_u0000_is_only_text() -> None:
    assert read(r'["C:\\u0000"]') == ["C:\\u0000"]


def test_a_raw_nul_is_not_json() -> None:
    assert "write the control character as \\u0000" in refusal(b'["\x00"]').sentence


@pytest.mark.parametrize(
    ("body", "at"),
    [
        (r'["\ud800"]', "/0"),
        (r'["\uDC00 first the second half \uD83D"]', "/0"),
        (r'{"\ud83d": 1}', "/\\u{d83d}"),
    ],
)
def test_half_of_a_surrogate_pair_is_refused_in_values_and_in_keys(body: str, at: str) -> None:
    refused = refusal(body)
    assert refused.at == at
    assert "surrogate" in refused.sentence


def test_a_whole_pair_is_one_character() -> None:
    assert read(r'["\ud83d\ude00", "\\ud800"]') == ["\U0001f600", "\\ud800"]


@pytest.mark.parametrize("body", [b'"\xff"', b'"\xed\xa0\x80"', '"ö"'.encode("utf-16"), b'"\xc0\x80"'])
def test_what_is_not_utf8_is_refused(body: bytes) -> None:
    assert "not UTF-8" in refusal(body).sentence


def test_a_byte_order_mark_is_refused() -> None:
    assert "byte order mark" in refusal("\ufeff{}").sentence


@pytest.mark.parametrize("body", ["", " \r\n\t"])
def test_an_empty_body_is_told_so(body: str) -> None:
    assert refusal(body).sentence == "The body is empty; send JSON."


@pytest.mark.parametrize(
    "body", ["{", '{"a" 1}', "[1,]", "01", "{'a': 1}", "{} {}", "[1] // done", "+1", ".5", "\xa0{}"]
)
def test_what_is_not_json_is_told_where(body: str) -> None:
    refused = refusal(body)
    assert refused.at.startswith("line 1, column ")
    assert refused.sentence.startswith(f"The body is not JSON at {refused.at}: ")


def test_one_byte_over_the_limit_is_too_large() -> None:
    body = b'"' + b"a" * (LIMIT - 2) + b'"'
    assert len(loads(body, max_bytes=LIMIT)) == LIMIT - 2
    with pytest.raises(TooLarge, match="send at most 999999 bytes"):
        loads(body, max_bytes=LIMIT - 1)


@pytest.mark.parametrize("width", [1, 40, 400])
@pytest.mark.parametrize(("start", "end"), [("[", "]"), ('{"a":', "}")])
def test_thirty_two_levels_pass_and_thirty_three_do_not(start: str, end: str, width: int) -> None:
    # The width decides how the depth is found: not at all, after parsing, or before.
    beside = '["[[{{", "\\"[["],' * width

    def nested(depth: int) -> str:
        return f"[{beside}{start * (depth - 1)}0{end * (depth - 1)}]"

    assert read(nested(32))
    assert "nest deeper than 32" in refusal(nested(33)).sentence


@given(values, st.integers(1, 6))
def test_property_depth_is_found_alike_with_few_and_with_many_brackets(value: Any, limit: int) -> None:
    def verdict(body: bytes) -> str:
        try:
            loads(body, max_bytes=LIMIT, max_depth=limit)
        except BadJson as refused:
            return refused.sentence
        return ""

    few = json.dumps([value]).encode()
    many = json.dumps([value]).encode()[:-1] + b", 0" + b", []" * 300 + b"]"
    if limit > 1:
        assert verdict(few) == verdict(many)


@pytest.mark.parametrize(
    "body", [b"[" * 100_000, b'{"a":' * 100_000, b"[{" * 5_000, b"[" * 5_000 + b"]" * 5_000]
)
def test_absurd_depth_is_refused_without_parsing(body: bytes) -> None:
    begun = time.process_time()
    assert "nest deeper" in refusal(body).sentence
    # Loose enough for a collection of all garbage; a parser written without care crashes or takes longer.
    assert time.process_time() - begun < 5


def test_a_fault_deep_inside_is_still_only_too_deep() -> None:
    assert "nest deeper" in refusal("[" * 200 + "NaN" + "]" * 200).sentence


def test_ten_thousand_keys_are_too_many() -> None:
    assert refusal(json.dumps({str(n): n for n in range(10_000)})).sentence == (
        "The body has 10000 keys; send at most 5000."
    )
    assert "2 keys" in refusal('[{"a": {"b": 1}}]', max_keys=1).sentence


def test_colons_in_text_are_not_keys() -> None:
    assert loads(b'{"a": ":::::::"}', max_bytes=LIMIT, max_keys=1) == {"a": ":::::::"}


def test_a_megabyte_of_text_passes_where_the_limit_allows_it() -> None:
    assert len(loads(b'"' + b"a" * 1_000_000 + b'"', max_bytes=2_000_000)) == 1_000_000


def test_the_place_is_safe_to_print_and_short() -> None:
    key = "\r\n\x1b[31m\u202e" + "k" * 500
    refused = refusal(json.dumps({"a/b~": {key: [float("nan")]}}))
    assert refused.at.startswith("/a~1b~0/\\u{d}\\u{a}\\u{1b}[31m\\u{202e}kk")
    assert refused.at.isprintable()
    assert refused.at.isascii()
    assert len(refused.at) <= 203
