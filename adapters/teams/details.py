"""The whole packet, page by page: nothing is cut, every page is small enough for Teams.

What one revision fixes comes first and what still changes last, so that somebody who turns the pages
while others vote misses nothing.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Sequence

from adapters.teams import parts
from adapters.teams.blocks import Block, box, run, words
from adapters.teams.card_size import PAGE, size
from adapters.teams.escape import BAR, cost, in_one_line, pieces, quoted
from bot.domain.card import Card, Quotation

#: bytes of one paragraph of a page, its frame left out
_PARAGRAPH = 4_000


def pages(card: Card) -> list[list[Block]]:
    """At least one page; each holds whole paragraphs."""
    found: list[list[Block]] = [[]]
    room = PAGE
    for together in _kept_together(_everything(card)):
        needed = sum(size(block) + 2 for block in together)
        if found[-1] and needed > room:
            found.append([])
            room = PAGE
        found[-1] += together
        room -= needed
    return found


def is_heading(block: Block) -> bool:
    """Whether the block is a heading, which stands on the page of what it heads."""
    return block.get("spacing") == parts.HEADING_SPACING


def digest(read: Sequence[list[Block]]) -> str:
    """Names the content of pages, to notice when what was read is no longer what stands there."""
    return hashlib.sha256(json.dumps(read).encode()).hexdigest()[:16]


def _kept_together(found: Iterable[Block]) -> Iterator[list[Block]]:
    headings: list[Block] = []
    for block in found:
        headings.append(block)
        if not is_heading(block):
            yield headings
            headings = []


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
    yield from _said_part("Evidence", lines)
    said = [line for each in card.conversation for line in _said(each)]
    yield from _said_part("Conversation", said)
    yield from _part("Why you are asked", [in_one_line(card.why_here)] if card.why_here else [])
    yield from parts.small((*card.votes, *card.footer), 1000)


def _said(quotation: Quotation) -> list[str]:
    return [f"{in_one_line(quotation.heading)}:", *quoted(quotation.text)]


def _quotation(quotation: Quotation) -> Iterator[Block]:
    if quotation.from_agent:
        yield from _said_part(quotation.heading, quotation.text.split("\n"))
    else:
        yield from _part(quotation.heading, quotation.text.split("\n"), boxed=True)


def _said_part(title: str, lines: list[str]) -> Iterator[Block]:
    yield from _part(title, lines, parts.IN_THE_AGENTS_WORDS, boxed=True)


def _part(title: str, lines: list[str], note: str = "", *, boxed: bool = False) -> Iterator[Block]:
    if lines and title:
        yield parts.heading(title, note)
    for paragraph in _flow(lines):
        shown = words(run("\n".join(paragraph)), spacing="Small")
        yield box([shown], style="emphasis", spacing="Small") if boxed else shown


def _flow(lines: Iterable[str]) -> Iterator[list[str]]:
    """Lines set into as few paragraphs as hold them; a line too long for one goes on behind a bar."""
    paragraph: list[str] = []
    spent = 0
    for line in _split(lines):
        needed = cost(line) + 2
        if paragraph and spent + needed > _PARAGRAPH:
            yield paragraph
            paragraph, spent = [], 0
        paragraph.append(line)
        spent += needed
    if paragraph:
        yield paragraph


def _split(lines: Iterable[str]) -> Iterator[str]:
    for line in lines:
        first, *rest = pieces(line, _PARAGRAPH - 20)
        yield first
        for piece in rest:
            yield f"{BAR}{piece}"
