"""Whether a receipt is signed by us, and says what the events of its request tell."""

from __future__ import annotations

import base64
from typing import Any

import msgspec

from storage.standing import Standing
from storage.story import Story
from storage.verifying_seals import IsSigned


def receipt_fault(standing: Standing, story: Story, is_signed: IsSigned) -> str | None:
    """What is wrong with the receipt that is kept, a compact JWS (RFC 7515); None where it fits."""
    if standing.receipt is None:
        return None
    signed, _, signature = standing.receipt.rpartition(".")
    header, _, payload = signed.partition(".")
    kid = _part(header).get("kid")
    if not isinstance(kid, str) or not is_signed(kid, signed.encode(), _padded(signature)):
        return "is not signed by a key of this installation"
    claims = _part(payload)
    wrong = [name for name, value in _expected(standing.id, story).items() if claims.get(name) != value]
    return f"says otherwise than its events tell: {', '.join(wrong)}" if wrong else None


def _expected(request_id: str, story: Story) -> dict[str, Any]:
    """Every claim that events tell of."""
    return {
        "jti": request_id,
        "sub": story.agent,
        "action": story.action,
        "revision": story.revision,
        "digest": story.digest,
        "status": story.status,
        "decision": story.decision,
        "deciders": list(story.deciders),
        "event_hash": story.decided_in,
        **story.claims,
    }


def _part(text: str) -> dict[str, Any]:
    try:
        return msgspec.json.decode(base64.urlsafe_b64decode(_padded(text)), type=dict[str, Any])
    except ValueError:
        return {}


def _padded(text: str) -> str:
    return text + "=" * (-len(text) % 4)
