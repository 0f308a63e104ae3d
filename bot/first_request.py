"""The smallest request there is, as a line for a terminal."""

from __future__ import annotations

import json

_BODY = {
    "action": {"name": "parcel.send", "summary": "Send the parcel again"},
    "reasoning": "The first one got lost.",
}


def first_request(site: str, key: str) -> str:
    """A `curl` that posts it to the installation at this address."""
    return (
        f"curl {site}/v1/approvals -H 'Authorization: Bearer {key}' -H 'Content-Type: application/json'"
        f" -d '{json.dumps(_BODY)}'"
    )
