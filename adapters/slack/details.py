"""The whole packet, page by page: nothing is cut, everything stays within Slack's limits.

What one revision fixes comes first and what still changes last, so that somebody who turns the pages
while others vote misses nothing.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Sequence

from adapters.slack import limits, parts
from adapters.slack.blocks import Block, plain, section
from adapters.slack.cards import size
from adapters.slack.escape import BAR, cost, in_one_line, pieces, quoted
from bot.domain.card import Card, Quotation

#: one paragraph of a page; a little below Slack's limit, so that what is split never ends up one over
_PARAGRAPH = limits.TEXT - 100


def pages(card: Card) -> list[list[Block]]:
    """At least one page; each holds whole paragraphs."""
    found: list[list[Block]] = [[]]
    room = limits.PAGE_CHARACTERS
    for block in _everything(card):
        needed = size([block])
        if found[-1] and (needed > room or len(found[-1]) >= limits.PAGE_BLOCKS):
            found.append([])
            room = limits.PAGE_CHARACTERS
        found[-1].append(block)
        room -= needed
    return found


def digest(read: Sequence[list[Block]]) -> str:
    """Names the content of pages, to notice when what was read is no longer what stands there."""
    return hashlib.sha256(json.dumps(read, ensure_ascii=False).encode()).hexdigest()[:16]


def _everything(card: Card) -> Iterator[Block]:
    yield from _part("What will happen", [in_one_line(card.headline)])
    yield from _part("", [f"⚠️ {in_one_line(warning)}" for warning in card.warnings])
    arguments = [line for argument in card.arguments for line in parts.argument(argument)]
    yield from _part("Arguments", arguments)
    yield from _part("Facts", [parts.fact_in_one_line(fact) for fact in card.facts])
    yield from _part("Effects", [parts.fact_in_one_line(effect) for effect in card.effects])
    for quotation in sorted(card.quotations, key=lambda each: not each.from_agent):
        yield from _quotation(quotation)
    lines = [line for item in card.evidence for line in parts.source(item)]
    yield from _part("Evidence", lines, parts.IN_THE_AGENTS_WORDS)
    said = [line for each in card.conversation for line in _said(each)]
    yield from _part("Conversation", said, parts.IN_THE_AGENTS_WORDS)
    yield from _part("Why you are asked", [in_one_line(card.why_here)] if card.why_here else [])
    yield from parts.small((*card.votes, *card.footer), 1000)


def _said(quotation: Quotation) -> list[str]:
    return [f"{in_one_line(quotation.heading)}:", *quoted(quotation.text)]


def _quotation(quotation: Quotation) -> Iterator[Block]:
    note = parts.IN_THE_AGENTS_WORDS if quotation.from_agent else ""
    yield from _part(quotation.heading, quoted(quotation.text), note)


def _part(title: str, lines: list[str], note: str = "") -> Iterator[Block]:
    if lines and title:
        yield parts.heading(title, note)
    yield from _flow(lines)


def _flow(lines: Iterable[str]) -> Iterator[Block]:
    """Lines set into as few paragraphs as hold them; a line too long for one goes on behind a bar."""
    paragraph: list[str] = []
    spent = 0
    for line in _split(lines):
        needed = cost(line) + 1
        if paragraph and spent + needed > _PARAGRAPH:
            yield _paragraph(paragraph)
            paragraph, spent = [], 0
        paragraph.append(line)
        spent += needed
    if paragraph:
        yield _paragraph(paragraph)


def _split(lines: Iterable[str]) -> Iterator[str]:
    for line in lines:
        first, *rest = pieces(line, _PARAGRAPH - 10)
        yield first
        for piece in rest:
            yield f"{BAR}{piece}"


def _paragraph(lines: list[str]) -> Block:
    # Without `expand` a client may fold long text behind “see more”.
    return section(plain("\n".join(lines))) | {"expand": True}
