"""The digest of what a copy showed: it binds an audit event to the words that people had before them."""

from __future__ import annotations

import dataclasses
import hashlib
import json
from datetime import datetime
from typing import Any

from bot.domain.batch_card import BatchCard
from bot.domain.card import Card


def card_digest(card: Card | BatchCard) -> str:
    """`sha256:<hex>` over the card's neutral content, the opaque references of its buttons left out."""
    shown = dataclasses.asdict(card)
    for part in (shown, *shown.get("lines", ())):
        del part["reference"]
    text = json.dumps(shown, sort_keys=True, separators=(",", ":"), ensure_ascii=False, default=_moment)
    return f"sha256:{hashlib.sha256(text.encode(errors='surrogatepass')).hexdigest()}"


def _moment(value: Any) -> str:
    if isinstance(value, datetime):
        return value.isoformat()
    raise TypeError(f"A card holds words and moments, not {type(value).__name__}.")
