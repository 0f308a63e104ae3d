"""The whole packet, page by page: nothing is cut, every page is small enough for Teams."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from adapters.teams import parts
from adapters.teams.blocks import Block, box, run, words
from adapters.teams.card_size import PAGE, size
from adapters.teams.escape import cost, pieces
from bot.chat import words as words_of
from bot.chat.passages import Passage, Setting, paragraphs, passages
from bot.domain.card import ArgumentLine, Card
from bot.reveals import REST_IN_BROWSER

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


def values(arguments: Sequence[ArgumentLine]) -> list[Block]:
    """Arguments alone, as many as one card holds; where some are left, it says so."""
    lines = [line for argument in arguments for line in words_of.argument(argument)]
    found = list(_set(Passage(title="Arguments", lines=lines)))
    room = PAGE
    for place, block in enumerate(found):
        room -= size(block) + 2
        if room < 0:
            return [*found[:place], words(run(REST_IN_BROWSER))]
    return found


def is_heading(block: Block) -> bool:
    """Whether the block is a heading, which stands on the page of what it heads."""
    return block.get("spacing") == parts.HEADING_SPACING


def _kept_together(found: Iterable[Block]) -> Iterator[list[Block]]:
    headings: list[Block] = []
    for block in found:
        headings.append(block)
        if not is_heading(block):
            yield headings
            headings = []


def _everything(card: Card) -> Iterator[Block]:
    for passage in passages(card):
        yield from _set(passage)
    yield from parts.small((*card.votes, *card.footer), 1000)


def _set(passage: Passage) -> Iterator[Block]:
    if passage.lines and passage.title:
        yield parts.heading(passage.title, passage.note)
    for paragraph in paragraphs(passage.lines, _PARAGRAPH, _cost, _pieces):
        shown = words(run("\n".join(paragraph)), spacing="Small")
        ours = passage.setting is Setting.OURS
        yield shown if ours else box([shown], style="emphasis", spacing="Small")


def _cost(line: str) -> int:
    return cost(line) + 2


def _pieces(line: str) -> list[str]:
    return pieces(line, _PARAGRAPH - 20)
