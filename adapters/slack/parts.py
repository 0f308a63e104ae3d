"""Parts that cards and views are laid out from: lines with moments, labelled values, quotations, sources."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from adapters.slack import limits
from adapters.slack.blocks import Block, context, markup, plain, section
from adapters.slack.escape import cut, escape, in_one_line, is_tame, moment, quoted
from bot.domain.card import ArgumentLine, LabelledValue, Line, Source

IN_THE_AGENTS_WORDS = "in the agent’s words"
_CLAIMED = "claimed"
_HIDDEN = "hidden"
_HEADING = 300
_LABEL = 60


def prominent(line: Line, limit: int, sign: str) -> Block:
    """A line of words and moments in normal type, behind a sign."""
    words: Line = (f"{sign} ", *_within(line, limit))
    if _is_markup(words):
        return section(markup(_marked(words)))
    return _in_parts(words)


def small(lines: Sequence[Line], limit: int) -> list[Block]:
    """Lines of words and moments in small type, in as few blocks as can hold them."""
    found: list[Block] = []
    together = ""
    for line in lines:
        words = _within(line, limit)
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
    label, words = _label(value), cut(value.value, limit)
    if is_tame(label) and is_tame(words) and words:
        return markup(f"*{escape(label)}*\n{escape(words)}")
    return plain(f"{label}\n{words}", limits.FIELD)


def labelled(values: Sequence[LabelledValue], limit: int) -> Block:
    """Labels each before its value, a line each."""
    pairs = [(_label(value), in_one_line(cut(value.value, limit)), value.claimed) for value in values]
    if all(is_tame(f"{label}{words}", ours=not claimed) for label, words, claimed in pairs):
        return section(markup("\n".join(f"*{escape(label)}:* {escape(words)}" for label, words, _ in pairs)))
    return section(plain("\n".join(f"{label}: {words}" for label, words, _ in pairs)))


def counted(count: int, what: str) -> str:
    """`1 argument`, `3 arguments`; `line of evidence` is counted by its first word."""
    first, _, rest = what.partition(" ")
    several = f"{first}{'' if count == 1 else 's'}"
    return f"{count} {several} {rest}".rstrip()


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


def _path(line: ArgumentLine) -> str:
    return f"{line.path} ({_HIDDEN})" if line.masked else line.path


def _label(value: LabelledValue) -> str:
    return _marked_claim(value, cut(in_one_line(value.label), _LABEL))


def _marked_claim(value: LabelledValue, label: str) -> str:
    return f"{label} ({_CLAIMED})" if value.claimed else label


def _within(line: Line, limit: int) -> Line:
    """The line with its words cut; nothing is cut in the middle of a moment."""
    left, kept = limit, list[str | datetime]()
    for part in line:
        if isinstance(part, datetime):
            kept.append(part)
        elif left > 0 and part:
            words = in_one_line(cut(part, left))
            left -= len(words)
            kept.append(words)
    return tuple(kept)


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
