"""Text on its way into Teams: kept apart, measured and cut.

A `TextBlock` is Markdown; a `TextRun` is not, so words of others only ever stand in runs. Even there clients
may look for `{{DATE(…)}}` (adaptivecards.io/explorer/TextBlock.html), for `<at>` and for addresses to link,
each within one run: such signs are torn apart into two runs, which changes nothing that one sees.
"""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime

from bot.chat import words
from bot.chat.words import MORE, in_one_line

#: bytes that one character outside the rarest may take up in JSON
WIDEST = 6

#: bytes of the frame around one more run, at most
_RUN = 130
#: characters that a seam looks ahead, and one
_AHEAD = 2
_SEAM = re.compile(r"(?<=[{$])(?=\{)|(?<=<)(?=[/!A-Za-z])|(?<=:/)(?=/)|(?<=[Ww]{3})(?=\.)")
#: nothing that formats, quotes, lists, links, mentions or computes
_TAME = re.compile(r"(?!\s*(?:[-+#]|\d+[.)](?:\s|\Z)))(?!.*://)(?!.*[Ww]{3}\.)[^*_~`|<>&{}$\[\]\\\n]*\Z")
_ANGLES = str.maketrans("<>", "‹›")


def runs_of(text: str) -> list[str]:
    """The text in pieces that no client reads anything into."""
    return _SEAM.split(text)


def cost(text: str) -> int:
    """Bytes that the text takes up in a card, at most."""
    return len(json.dumps(text)) - 2 + _RUN * (len(runs_of(text)) - 1)


def cut(text: str, limit: int) -> str:
    """The text in at most so many characters, fewer where they are costly; what was cut leaves `…`."""
    if len(text) <= limit and cost(text) <= limit * WIDEST:
        return text
    kept = text[: max(limit - len(MORE), 0)]
    return kept[: _reach(kept, 0, (limit - len(MORE)) * WIDEST)].rstrip() + MORE


def pieces(text: str, limit: int) -> list[str]:
    """The whole text in pieces of no more than this cost, nothing lost between them."""
    if cost(text) <= limit:
        return [text]
    return words.pieces(text, limit, _reach)


def is_tame(text: str) -> bool:
    """Whether Markdown shows the words as they are."""
    return _TAME.match(text) is not None


def plain_text(text: str, limit: int) -> str:
    """The text on one line for where Teams takes plain text, without what it could take for a mention."""
    return cut(in_one_line(text).translate(_ANGLES), limit)


def moment(at: datetime) -> str:
    """A moment that every client shows in its viewer's own time zone and language."""
    stamp = f"{at.astimezone(UTC):%Y-%m-%dT%H:%M:%S}Z"
    return f"{{{{DATE({stamp},SHORT)}}}} {{{{TIME({stamp})}}}}"


def _reach(text: str, start: int, limit: int) -> int:
    """Where a piece from `start` has to end; at least one character further."""
    spent = 0
    # No character is free, so a piece has no more of them than its limit; what lies behind is not looked at.
    seams = (found.start() for found in _SEAM.finditer(text, start, start + limit + _AHEAD))
    seam = next(seams, None)
    for at in range(start, len(text)):
        spent += _cost_of(text[at])
        if at == seam:
            spent += _RUN
            seam = next(seams, None)
        if spent > limit:
            return max(at, start + 1)
    return len(text)


def _cost_of(character: str) -> int:
    if " " <= character <= "~":
        return 2 if character in '"\\' else 1
    return WIDEST if character <= "\uffff" else 2 * WIDEST
