"""The whole packet as passages in the order in which it is read; nothing of it is left out.

What one revision fixes comes first and what still changes last, so that somebody who turns the pages
while others vote misses nothing.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Any

from bot.chat import words
from bot.chat.words import BAR, IN_THE_AGENTS_WORDS, in_one_line, quoted
from bot.domain.card import Card, Quotation


class Setting(Enum):
    """How a passage is set, so that nobody's words can pass for the card's own."""

    #: lines of ours, each with its value
    OURS = "ours"
    #: lines about what others said, who are behind bars in them already
    LISTED = "listed"
    #: one text of somebody's, line by line
    QUOTED = "quoted"


@dataclass(frozen=True, slots=True, kw_only=True)
class Passage:
    """A heading and what stands under it."""

    #: empty where the lines speak for themselves
    title: str = ""
    lines: Sequence[str]
    #: in small letters behind the heading
    note: str = ""
    setting: Setting = Setting.OURS


def passages(card: Card) -> Iterator[Passage]:
    """All of it, but for the votes and the footer, which carry moments; a passage may be empty."""
    yield Passage(title="What will happen", lines=[in_one_line(card.headline)])
    yield Passage(lines=[f"⚠️ {in_one_line(warning)}" for warning in card.warnings])
    arguments = [line for argument in card.arguments for line in words.argument(argument)]
    yield Passage(title="Arguments", lines=arguments)
    yield Passage(title="Facts", lines=[words.fact_in_one_line(fact) for fact in card.facts])
    yield Passage(title="Effects", lines=[words.fact_in_one_line(effect) for effect in card.effects])
    for quotation in sorted(card.quotations, key=lambda each: not each.from_agent):
        yield _quotation(quotation)
    yield _listed("Evidence", [line for item in card.evidence for line in words.source(item)])
    yield _listed("Conversation", [line for each in card.conversation for line in _said(each)])
    yield Passage(title="Why you are asked", lines=[in_one_line(card.why_here)] if card.why_here else [])
    remarks = [line for each in card.said for line in _said(each)]
    yield Passage(title="Said about it", lines=remarks, setting=Setting.LISTED)


def paragraphs(
    lines: Iterable[str], most: int, cost: Callable[[str], int], pieces: Callable[[str], list[str]]
) -> Iterator[list[str]]:
    """Lines set into as few paragraphs as hold them, `most` as `cost` counts.

    A line that `pieces` takes apart, being too long for one, goes on behind a bar.
    """
    paragraph: list[str] = []
    spent = 0
    for line in _split(lines, pieces):
        needed = cost(line)
        if paragraph and spent + needed > most:
            yield paragraph
            paragraph, spent = [], 0
        paragraph.append(line)
        spent += needed
    if paragraph:
        yield paragraph


def digest(read: Sequence[list[dict[str, Any]]]) -> str:
    """Names the content of pages, to notice when what was read is no longer what stands there."""
    return hashlib.sha256(json.dumps(read).encode()).hexdigest()[:16]


def _quotation(quotation: Quotation) -> Passage:
    note = IN_THE_AGENTS_WORDS if quotation.from_agent else ""
    lines = quotation.text.split("\n")
    return Passage(title=quotation.heading, lines=lines, note=note, setting=Setting.QUOTED)


def _listed(title: str, lines: list[str]) -> Passage:
    return Passage(title=title, lines=lines, note=IN_THE_AGENTS_WORDS, setting=Setting.LISTED)


def _said(quotation: Quotation) -> list[str]:
    whose = f" ({IN_THE_AGENTS_WORDS})" if quotation.on_record and quotation.from_agent else ""
    return [f"{in_one_line(quotation.heading)}{whose}:", *quoted(quotation.text)]


def _split(lines: Iterable[str], pieces: Callable[[str], list[str]]) -> Iterator[str]:
    for line in lines:
        first, *rest = pieces(line)
        yield first
        for piece in rest:
            yield f"{BAR}{piece}"
