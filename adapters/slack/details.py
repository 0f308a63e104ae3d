"""The whole packet, page by page: nothing is cut, everything stays within Slack's limits."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from adapters.slack import limits, parts
from adapters.slack.blocks import Block, plain, section
from adapters.slack.cards import size
from adapters.slack.escape import cost, pieces
from bot.chat import words
from bot.chat.passages import Passage, Setting, paragraphs, passages
from bot.chat.words import BAR
from bot.domain.card import ArgumentLine, Card
from bot.reveals import REST_IN_BROWSER

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


def values(arguments: Sequence[ArgumentLine]) -> list[Block]:
    """Arguments alone, as many as one view holds; where some are left, it says so."""
    lines = [line for argument in arguments for line in words.argument(argument)]
    found = list(_set(Passage(title="Arguments", lines=lines)))
    room = limits.PAGE_CHARACTERS
    for place, block in enumerate(found):
        room -= size([block])
        if room < 0 or place >= limits.PAGE_BLOCKS:
            return [*found[:place], section(plain(REST_IN_BROWSER))]
    return found


def _everything(card: Card) -> Iterator[Block]:
    for passage in passages(card):
        yield from _set(passage)
    yield from parts.small((*card.votes, *card.footer), 1000)


def _set(passage: Passage) -> Iterator[Block]:
    if passage.lines and passage.title:
        yield parts.heading(passage.title, passage.note)
    barred = passage.setting is Setting.QUOTED
    lines = [f"{BAR}{line}" for line in passage.lines] if barred else passage.lines
    for paragraph in paragraphs(lines, _PARAGRAPH, _cost, _pieces):
        # Without `expand` a client may fold long text behind “see more”.
        yield section(plain("\n".join(paragraph))) | {"expand": True}


def _cost(line: str) -> int:
    return cost(line) + 1


def _pieces(line: str) -> list[str]:
    return pieces(line, _PARAGRAPH - 10)
