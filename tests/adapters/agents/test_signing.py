"""Signed callbacks: any Standard Webhooks library accepts ours, and we accept nothing forged."""

from __future__ import annotations

import base64
import hashlib
import hmac
from datetime import UTC, datetime, timedelta, timezone

import pytest
import standardwebhooks
from hypothesis import given
from hypothesis import strategies as st

from adapters.agents.signing import BadSignature, Unsignable, sign, verify

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSwMfKQ9r8GKYo="
OTHER = "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oDC2FVsBQIhrs="
NOW = datetime(2026, 3, 1, 12, 0, 0, 700_000, tzinfo=UTC)
BODY = '{"type":"approval.approved","data":{"name":"Jörg"}}'.encode()


def test_the_headers_are_those_of_the_standard() -> None:
    headers = sign([SECRET], "msg_1", NOW, BODY)
    seconds = str(int(NOW.timestamp()))
    key = base64.b64decode(SECRET.removeprefix("whsec_"))
    mac = hmac.new(key, f"msg_1.{seconds}.".encode() + BODY, hashlib.sha256).digest()
    assert headers == {
        "webhook-id": "msg_1",
        "webhook-timestamp": seconds,
        "webhook-signature": "v1," + base64.b64encode(mac).decode(),
    }


def test_the_library_that_agents_use_accepts_every_one_of_the_secrets() -> None:
    headers = sign([SECRET, OTHER], "msg_1", datetime.now(UTC), BODY)
    for secret in (SECRET, OTHER):
        standardwebhooks.Webhook(secret).verify(BODY, headers)


@pytest.mark.parametrize("hours", [-11, 2, 5.5])
def test_a_time_in_another_zone_is_the_same_moment(hours: float) -> None:
    there = NOW.astimezone(timezone(timedelta(hours=hours)))
    assert sign([SECRET], "msg_1", there, BODY) == sign([SECRET], "msg_1", NOW, BODY)


@given(
    st.text(st.characters(exclude_categories=["Cs"])),
    st.sampled_from([[SECRET], [OTHER, SECRET], [SECRET, OTHER]]),
)
def test_property_what_is_signed_verifies(text: str, secrets: list[str]) -> None:
    verify([SECRET], sign(secrets, "msg_1", NOW, text.encode()), text.encode(), now=NOW)


def test_during_a_rotation_either_side_may_be_first_to_change() -> None:
    verify([OTHER, SECRET], sign([SECRET], "msg_1", NOW, BODY), BODY, now=NOW)
    verify([SECRET], sign([OTHER, SECRET], "msg_1", NOW, BODY), BODY, now=NOW)


def test_the_names_of_headers_may_be_written_in_any_case() -> None:
    headers = {name.title(): value for name, value in sign([SECRET], "msg_1", NOW, BODY).items()}
    verify([SECRET], headers, BODY, now=NOW)


@pytest.mark.parametrize("seconds", [-300, 300])
def test_five_minutes_either_way_are_within_tolerance(seconds: int) -> None:
    at = NOW.replace(microsecond=0)
    verify([SECRET], sign([SECRET], "msg_1", at, BODY), BODY, now=at + timedelta(seconds=seconds))


@pytest.mark.parametrize("seconds", [-301, 301])
def test_a_second_more_is_refused(seconds: int) -> None:
    at = NOW.replace(microsecond=0)
    with pytest.raises(BadSignature, match="more than 300 seconds away"):
        verify([SECRET], sign([SECRET], "msg_1", at, BODY), BODY, now=at + timedelta(seconds=seconds))


def test_another_secret_body_id_or_time_is_refused() -> None:
    headers = sign([SECRET], "msg_1", NOW, BODY)
    forged = [
        ([OTHER], headers, BODY),
        ([], headers, BODY),
        ([SECRET], headers, BODY + b" "),
        ([SECRET], {**headers, "webhook-id": "msg_2"}, BODY),
        ([SECRET], {**headers, "webhook-timestamp": str(int(headers["webhook-timestamp"]) + 1)}, BODY),
    ]
    for secrets, changed, body in forged:
        with pytest.raises(BadSignature, match="No signature fits"):
            verify(secrets, changed, body, now=NOW)


GOOD = sign([SECRET], "msg_1", NOW, BODY)


@pytest.mark.parametrize(
    "changed",
    [
        {"webhook-signature": ""},
        {"webhook-signature": "v1"},
        {"webhook-signature": "v1,"},
        {"webhook-signature": "v1,é"},
        {"webhook-signature": "v1,!!!!"},
        {"webhook-signature": ",,, ,"},
        {"webhook-signature": "\ud800"},
        {"webhook-signature": GOOD["webhook-signature"].replace("v1,", "v1a,")},
        {"webhook-signature": "v1,x " * 100 + GOOD["webhook-signature"]},
        {"webhook-timestamp": ""},
        {"webhook-timestamp": "soon"},
        {"webhook-timestamp": "nan"},
        {"webhook-timestamp": "1e9"},
        {"webhook-timestamp": "-1"},
        {"webhook-timestamp": "9" * 11},
        {"webhook-timestamp": "9" * 500},
        {"webhook-timestamp": GOOD["webhook-timestamp"] + ".0"},
        {"webhook-timestamp": GOOD["webhook-timestamp"] + "\n"},
        {"webhook-timestamp": "٣" * 10},
        {"webhook-id": ""},
        {"webhook-id": "a.b"},
        {"webhook-id": "a\r\nx: y"},
    ],
)
def test_malformed_headers_are_a_bad_signature_and_nothing_else(changed: dict[str, str]) -> None:
    with pytest.raises(BadSignature):
        verify([SECRET], {**GOOD, **changed}, BODY, now=NOW)


@pytest.mark.parametrize("missing", sorted(GOOD))
def test_a_missing_header_is_a_bad_signature(missing: str) -> None:
    headers = {name: value for name, value in GOOD.items() if name != missing}
    with pytest.raises(BadSignature):
        verify([SECRET], headers, BODY, now=NOW)


def test_a_body_that_is_not_utf8_is_a_bad_signature() -> None:
    with pytest.raises(BadSignature, match="UTF-8"):
        verify([SECRET], GOOD, b"\xff", now=NOW)


@pytest.mark.parametrize(
    "secret",
    [
        "",
        "whsec_",
        "whsec_abc",
        "whsec_é" + "A" * 40,
        "plain text",
        OTHER.removeprefix("whsec_"),
        SECRET + "\n",
    ],
)
def test_nothing_is_signed_with_a_secret_that_is_none(secret: str) -> None:
    with pytest.raises(Unsignable, match="whsec_"):
        sign([secret], "msg_1", NOW, BODY)


@pytest.mark.parametrize("message_id", ["", "a.b", "a b", "a\n", "a\r\nx-admin: 1", "é", "x" * 129])
def test_nothing_is_signed_under_an_ambiguous_id(message_id: str) -> None:
    with pytest.raises(Unsignable, match="message id"):
        sign([SECRET], message_id, NOW, BODY)


def test_nothing_is_signed_without_a_zone_a_secret_or_readable_text() -> None:
    with pytest.raises(Unsignable, match="time zone"):
        sign([SECRET], "msg_1", NOW.replace(tzinfo=None), BODY)
    with pytest.raises(Unsignable, match="rotate-secret"):
        sign([], "msg_1", NOW, BODY)
    with pytest.raises(Unsignable, match="UTF-8"):
        sign([SECRET], "msg_1", NOW, b"\xff")
