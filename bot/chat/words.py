"""Words of cards and views that every platform sets alike: signs, labels, arguments, sources, quotations."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import TypeAlias

from bot.domain.card import ArgumentLine, LabelledValue, Line, Source, Tone

#: cuts a text to a limit, as the platform counts
Cut: TypeAlias = Callable[[str, int], str]

#: stands for what was cut
MORE = "…"
#: stands before every line that is quoted among others, so that it cannot pass for one of them
BAR = "│ "
#: the sign for a line break where a value is squeezed into one line
BREAK = " ⏎ "
IN_THE_AGENTS_WORDS = "in the agent’s words"
SIGNS = {
    Tone.WAITING: "⏳",
    Tone.APPROVED: "✅",
    Tone.REJECTED: "⛔",
    Tone.EXPIRED: "⌛",
    Tone.CANCELLED: "⚪",
    Tone.FAILED: "⚠️",
}
_CLAIMED = "claimed"
_HIDDEN = "hidden"
_LABEL = 60


def in_one_line(text: str) -> str:
    """The text with its line breaks shown as signs."""
    return text.replace("\n", BREAK) if "\n" in text else text


def quoted(text: str) -> list[str]:
    """The lines of the text, each behind a bar."""
    return [f"{BAR}{line}" for line in text.split("\n")]


def pieces(text: str, limit: int, reach: Callable[[str, int, int], int]) -> list[str]:
    """The whole text in pieces; `reach(text, start, limit)` says where one from `start` has to end."""
    found, start = [], 0
    while start < len(text):
        end = reach(text, start, limit)
        found.append(text[start:end])
        start = end
    return found


def counted(count: int, what: str) -> str:
    """`1 argument`, `3 arguments`; `line of evidence` is counted by its first word."""
    first, _, rest = what.partition(" ")
    several = f"{first}{'' if count == 1 else 's'}"
    return f"{count} {several} {rest}".rstrip()


def label_of(value: LabelledValue, cut: Cut) -> str:
    """A short label on one line, which says when only the agent claims the value."""
    return _marked_claim(value, cut(in_one_line(value.label), _LABEL))


def fact_in_one_line(value: LabelledValue) -> str:
    """A label and its whole value on one line."""
    return f"{_marked_claim(value, in_one_line(value.label))}: {in_one_line(value.value)}"


def argument(line: ArgumentLine) -> list[str]:
    """An argument as lines of text: its path, and its whole value."""
    if "\n" in line.value:
        return [f"{_path(line)}:", *quoted(line.value)]
    return [f"{_path(line)}: {line.value}"]


def argument_in_one_line(line: ArgumentLine) -> str:
    """An argument on one line, its line breaks shown as signs."""
    return f"{_path(line)}: {in_one_line(line.value)}"


def source(item: Source) -> list[str]:
    """A piece of evidence as lines of text; its address is no link."""
    lines = [f"• {in_one_line(item.title)}"]
    if item.url:
        lines.append(f"  {in_one_line(item.url)}")
    return [*lines, *quoted(item.quote)] if item.quote else lines


def within(line: Line, limit: int, cut: Cut) -> Line:
    """The line with its words cut; nothing is cut in the middle of a moment."""
    left, kept = limit, list[str | datetime]()
    for part in line:
        if isinstance(part, datetime):
            kept.append(part)
        elif left > 0 and part:
            shown = in_one_line(cut(part, left))
            left -= len(shown)
            kept.append(shown)
    return tuple(kept)


def _path(line: ArgumentLine) -> str:
    return f"{line.path} ({_HIDDEN})" if line.masked else line.path


def _marked_claim(value: LabelledValue, shown: str) -> str:
    return f"{shown} ({_CLAIMED})" if value.claimed else shown
