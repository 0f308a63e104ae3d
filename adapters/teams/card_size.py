"""How large a card may be.

Teams refuses messages above 28 KB
(learn.microsoft.com/microsoftteams/platform/task-modules-and-cards/cards/cards-format), the envelope around
the card included.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

#: bytes of one card, its envelope left out
MOST = 24_000
#: bytes of what one page of the whole packet holds, its head and its buttons left out
PAGE = 18_000


def size(element: Mapping[str, Any]) -> int:
    """Bytes of the JSON in its longest spelling: spaced, and every character outside ASCII escaped."""
    return len(json.dumps(element))


def fits(card: Mapping[str, Any]) -> bool:
    """Whether Teams takes the card."""
    return size(card) <= MOST
