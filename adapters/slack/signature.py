"""Slack's signature over a request: whether Slack sent it, within the last five minutes.

docs.slack.dev/authentication/verifying-requests-from-slack
"""

from __future__ import annotations

import hmac
from collections.abc import Iterable
from datetime import datetime, timedelta

TIMESTAMP = "X-Slack-Request-Timestamp"
SIGNATURE = "X-Slack-Signature"
WINDOW = timedelta(minutes=5)

_LONGEST_TIMESTAMP = 12
_LONGEST_SIGNATURE = 200


class Signatures:
    """Checks against every secret that holds; there are several while one is being replaced."""

    def __init__(self, secrets: Iterable[str]) -> None:
        self.replace(secrets)

    def replace(self, secrets: Iterable[str]) -> None:
        """Check against these from now on."""
        self._secrets = tuple(secret.encode() for secret in secrets if secret)

    def are_genuine(self, timestamp: str, signature: str, body: bytes, now: datetime) -> bool:
        """Whether one of the secrets signed this body at this time; never raises, whatever came."""
        if not (timestamp.isascii() and timestamp.isdigit() and len(timestamp) <= _LONGEST_TIMESTAMP):
            return False
        if abs(now.timestamp() - int(timestamp)) > WINDOW.total_seconds():
            return False
        if not signature.isascii() or len(signature) > _LONGEST_SIGNATURE:
            return False
        return any(hmac.compare_digest(sign(secret, timestamp, body), signature) for secret in self._secrets)


def sign(secret: bytes, timestamp: str, body: bytes) -> str:
    """The signature of a body at a time, in whole seconds since 1970."""
    signed = b"v0:%s:%s" % (timestamp.encode(), body)
    return f"v0={hmac.digest(secret, signed, 'sha256').hex()}"
