"""The JSON in a request's body."""

import json
from urllib.parse import quote_plus, urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.slack.form import MOST_BYTES, read_body
from adapters.slack.payload import Malformed
from bot.strict_json import BadJson, TooLarge

FORM = "application/x-www-form-urlencoded"

objects = st.dictionaries(
    st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=10),
    st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=50),
    max_size=5,
)


@given(given_object=objects, ascii_only=st.booleans())
def test_a_form_holds_what_slack_put_in(given_object: dict[str, str], *, ascii_only: bool) -> None:
    text = json.dumps(given_object, ensure_ascii=ascii_only)
    assert read_body(urlencode({"payload": text}).encode(), FORM) == given_object
    assert read_body(b"payload=" + quote_plus(text).encode(), FORM) == given_object


def test_a_payload_is_found_among_other_fields() -> None:
    body = urlencode({"token": "x", "payload": '{"type": "a=b&c"}'}).encode()
    assert read_body(body, FORM) == {"type": "a=b&c"}


def test_signs_that_slack_never_sends_unescaped_are_read_as_forms_are_read() -> None:
    assert read_body(b'payload={"a":"b=c"}', FORM) == {"a": "b=c"}


def test_a_form_without_a_payload_is_no_interaction() -> None:
    assert read_body(b"command=%2Fplacet&text=help", FORM) is None


def test_an_event_is_the_body_itself() -> None:
    assert read_body(b'{"type": "event_callback"}', "application/json") == {"type": "event_callback"}


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        (b"payload=nonsense", FORM),
        (b"payload=", FORM),
        (b"payload=%FF%FE", FORM),
        (b"\xff\xfe", "application/json"),
        (b'{"a": 1, "a": 2}', "application/json"),
        (b'{"a": NaN}', "application/json"),
        (b"[" * 100_000 + b"]" * 100_000, "application/json"),
    ],
)
def test_what_is_not_json_is_refused(body: bytes, content_type: str) -> None:
    with pytest.raises(BadJson):
        read_body(body, content_type)


@pytest.mark.parametrize("body", [b"[]", b"null", b'"text"', b"1"])
def test_what_is_no_object_is_refused(body: bytes) -> None:
    with pytest.raises(Malformed):
        read_body(body, "application/json")


@pytest.mark.parametrize("body", [b"\x80payload={}", b"%FFx=1&payload=\x80", b"%ad=payload&payload={}"])
def test_what_is_not_percent_encoded_is_refused(body: bytes) -> None:
    with pytest.raises((Malformed, BadJson)):
        read_body(body, FORM)


def test_two_payloads_are_refused() -> None:
    with pytest.raises(Malformed):
        read_body(b"payload={}&payload={}", FORM)


def test_a_body_over_the_limit_is_refused() -> None:
    with pytest.raises(TooLarge):
        read_body(b" " * (MOST_BYTES + 1), "application/json")
