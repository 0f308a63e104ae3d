"""Signed callbacks after Standard Webhooks (standardwebhooks.com), behind a door of our own.

The library `standardwebhooks` computes each signature. What it leaves open is closed here: it signs any
datetime as if it were UTC, knows one secret at a time, takes its own clock, and lets ValueError,
binascii.Error and UnicodeDecodeError out of `verify`.
"""

from __future__ import annotations

import hmac
import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta

import standardwebhooks

from bot.domain.errors import PlacetError

#: how far a receiver lets the clocks differ
TOLERANCE = timedelta(minutes=5)

#: the standard asks for 24 bytes or more, 32 letters of base64
_SECRET = re.compile(r"whsec_(?:[A-Za-z0-9+/]{4}){8,}(?:[A-Za-z0-9+/]{2}(?:==)?|[A-Za-z0-9+/]{3}=?)?")
_MESSAGE_ID = re.compile(r"[A-Za-z0-9_-]{1,128}")
_SECONDS = re.compile(r"[1-9][0-9]{0,10}")
_MOST_SIGNATURES = 16


class Unsignable(PlacetError):
    """The callback cannot be signed."""

    code = "unsignable"


class BadSignature(PlacetError):
    """The callback was not signed with a secret known here."""

    code = "bad_signature"


def sign(secrets: Sequence[str], message_id: str, at: datetime, body: bytes) -> dict[str, str]:
    """The three headers of one attempt, signed with every secret, newest first.

    `message_id` stays the same over all attempts, `at` is the time of this one. Raises Unsignable for an
    id that would make the signed text ambiguous, a time without a zone, a body that is not UTF-8, and no
    or unreadable secrets.
    """
    if not _MESSAGE_ID.fullmatch(message_id):
        raise Unsignable("The message id may only have letters, digits, '-' and '_', 128 at most.")
    if at.tzinfo is None:
        raise Unsignable("The time of the attempt needs a time zone; pass it in UTC.")
    if not secrets:
        raise Unsignable("The agent has no callback secret; make one with `placet keys rotate-secret`.")
    at = at.astimezone(UTC)
    return {
        "webhook-id": message_id,
        "webhook-timestamp": str(int(at.timestamp())),
        "webhook-signature": " ".join(_signature(secret, message_id, at, body) for secret in secrets),
    }


def verify(
    secrets: Sequence[str],
    headers: Mapping[str, str],
    body: bytes,
    *,
    now: datetime,
    tolerance: timedelta = TOLERANCE,
) -> None:
    """Return if one of the secrets signed exactly this, within `tolerance` of `now`; raises BadSignature."""
    given = {name.lower(): value for name, value in headers.items()}
    message_id = given.get("webhook-id", "")
    at = _time(given.get("webhook-timestamp", ""))
    if not _MESSAGE_ID.fullmatch(message_id):
        raise BadSignature("The header webhook-id is missing or malformed.")
    if abs(now - at) > tolerance:
        seconds = round(tolerance.total_seconds())
        raise BadSignature(f"The callback's time is more than {seconds} seconds away; check both clocks.")
    shown = [
        signature.encode(errors="replace")
        for signature in given.get("webhook-signature", "").split(" ")[:_MOST_SIGNATURES]
    ]
    try:
        known = [_signature(secret, message_id, at, body).encode() for secret in secrets]
    except Unsignable as error:
        raise BadSignature(error.sentence) from None
    # Everything is compared, so that the time taken tells nothing about which one fits.
    fits = [hmac.compare_digest(ours, theirs) for ours in known for theirs in shown]
    if not any(fits):
        raise BadSignature("No signature fits; check the callback secret, and sign the body's bytes as sent.")


def _time(header: str) -> datetime:
    if not _SECONDS.fullmatch(header):
        raise BadSignature("The header webhook-timestamp is missing or not in whole seconds since 1970.")
    return datetime.fromtimestamp(int(header), UTC)


def _signature(secret: str, message_id: str, at: datetime, body: bytes) -> str:
    if not _SECRET.fullmatch(secret):
        raise Unsignable("A callback secret is not `whsec_` and base64; make a new one.")
    try:
        return standardwebhooks.Webhook(secret).sign(message_id, at, body.decode())
    except UnicodeDecodeError:
        raise Unsignable("The body is not UTF-8; callbacks are JSON in UTF-8.") from None
