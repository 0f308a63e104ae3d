"""Parts that cards and views are laid out from: lines with moments, labelled values."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from adapters.slack import limits
from adapters.slack.blocks import Block, context, markup, plain, section
from adapters.slack.escape import cut, escape, is_tame, moment
from bot.chat.words import in_one_line, label_of, within
from bot.domain.card import LabelledValue, Line

_HEADING = 300


def prominent(line: Line, limit: int, sign: str) -> Block:
    """A line of words and moments in normal type, behind a sign."""
    words: Line = (f"{sign} ", *within(line, limit, cut))
    if _is_markup(words):
        return section(markup(_marked(words)))
    return _in_parts(words)


def small(lines: Sequence[Line], limit: int) -> list[Block]:
    """Lines of words and moments in small type, in as few blocks as can hold them."""
    found: list[Block] = []
    together = ""
    for line in lines:
        words = within(line, limit, cut)
        text = _marked(words) if _is_markup(words) else ""
        if together and (not text or len(together) + len(text) >= limits.TEXT):
            found.append(context([markup(together)]))
            together = ""
        if not text:
            found.append(_in_parts(words))
        together = f"{together}\n{text}" if together else text
    return [*found, context([markup(together)])] if together else found


def heading(text: str, note: str = "") -> Block:
    """A bold line; the note behind it is in italics."""
    text = cut(in_one_line(text), _HEADING)
    if not is_tame(text):
        return section(plain(f"{text} ({note})" if note else text))
    words = f"*{escape(text)}*"
    return section(markup(f"{words} · _{note}_" if note else words))


def field(value: LabelledValue, limit: int) -> Block:
    """A label above its value."""
    label, words = label_of(value, cut), cut(value.value, limit)
    if is_tame(label) and is_tame(words) and words:
        return markup(f"*{escape(label)}*\n{escape(words)}")
    return plain(f"{label}\n{words}", limits.FIELD)


def labelled(values: Sequence[LabelledValue], limit: int) -> Block:
    """Labels each before its value, a line each."""
    pairs = [(label_of(value, cut), in_one_line(cut(value.value, limit)), value.claimed) for value in values]
    if all(is_tame(f"{label}{words}", ours=not claimed) for label, words, claimed in pairs):
        return section(markup("\n".join(f"*{escape(label)}:* {escape(words)}" for label, words, _ in pairs)))
    return section(plain("\n".join(f"{label}: {words}" for label, words, _ in pairs)))


def _is_markup(line: Line) -> bool:
    """Whether the words of a line of ours can stand beside markup."""
    return all(is_tame(part, ours=True) for part in line if isinstance(part, str))


def _marked(line: Line) -> str:
    return "".join(moment(part) if isinstance(part, datetime) else escape(part) for part in line)


def _in_parts(line: Line) -> Block:
    """Words as inert text beside moments as markup; Slack sets them in one line."""
    elements = [
        markup(moment(part)) if isinstance(part, datetime) else plain(part)
        for part in line
        if isinstance(part, datetime) or part.strip()
    ]
    return context(elements or [plain("")])
