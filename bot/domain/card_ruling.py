"""What a card says of the ruling: why, by which rule, whose it is, and what it saw."""

from __future__ import annotations

import re
from collections.abc import Iterator

from bot.domain.directory import Directory
from bot.domain.request import Ruling
from bot.domain.sentences import names
from bot.domain.text import one_line, quoted

#: more values than this are told through the API only
MOST = 6
#: characters of a value
LONGEST = 40
#: values that nobody can mistake for words of the card
_BARE = re.compile(r"[-+]?[0-9]{1,20}(?:\.[0-9]{1,20})?|true|false|none|[A-Z]{3}", re.ASCII)
#: what every card says anyway
_SAID = frozenset({"agent", "action.name"})


def ruling_said(ruling: Ruling, directory: Directory) -> Iterator[str]:
    """The ruling in sentences."""
    yield sentence(ruling.why)
    if ruling.rule:
        owner = f", owned by {names(directory, (ruling.owner,))}" if ruling.owner else ""
        yield f"Rule: {ruling.rule}{owner}."
    saw = [
        f"{one_line(name)} = {_told(value)}" for name, value in ruling.matched.items() if name not in _SAID
    ]
    if saw:
        more = f" and {len(saw) - MOST} more" if len(saw) > MOST else ""
        yield f"It saw {', '.join(saw[:MOST])}{more}."


def sentence(text: str) -> str:
    """Words on one line, with a full stop where they end without one."""
    words = one_line(text)
    return words if not words or words[-1] in ".!?…" else f"{words}."


def _told(value: str) -> str:
    return value if _BARE.fullmatch(value) else quoted(value, LONGEST)
