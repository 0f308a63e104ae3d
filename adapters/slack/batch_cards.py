"""Lays a batch card out as Slack blocks, and a person's own view of one of its requests."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from adapters.slack import blocks, cards, limits, parts
from adapters.slack.blocks import Block, markup, plain, section
from adapters.slack.cards import Message
from adapters.slack.escape import cut, escape
from adapters.slack.names import buttons_block, card_block
from bot.chat.names import ACTIONS
from bot.chat.words import SIGNS, in_one_line
from bot.domain.batch_card import BatchCard, BatchLine
from bot.domain.card import Card, Press

_HEADLINE = 160
_DETAILS = 160
_LINE = 300
#: lists to try one after the other, should Slack find one too long after all
_LENGTHS = (30, 10, 5, 1)
#: lines of one block; a headline of an agent's can be all signs that are escaped
_TOGETHER = 5


def drawings(card: BatchCard, mentions: Sequence[str] = ()) -> Iterator[Message]:
    """Messages to try one after the other; `mentions` are Slack user ids."""
    text = escape(cut(in_one_line(card.fallback), limits.TEXT))
    for length in _LENGTHS:
        laid_out = _lay_out(card, card.lines[:length], mentions)
        if length == _LENGTHS[-1] or cards.size(laid_out) <= limits.MESSAGE_CHARACTERS:
            yield Message(text=text, blocks=tuple(laid_out))


def own_view(card: Card, notice: str = "") -> Message:
    """One request of a batch for one person, under a sentence about what they did before."""
    drawn = cards.draw(card)
    above = [section(plain(notice, _LINE))] if notice else []
    above.append(blocks.context([plain(card.position, _LINE)]))
    return Message(text=drawn.text, blocks=(*above, *drawn.blocks[: limits.MESSAGE_BLOCKS - len(above)]))


def _lay_out(card: BatchCard, lines: Sequence[BatchLine], mentions: Sequence[str]) -> list[Block]:
    found = [blocks.header(card.title, card_block(card.batch_id))]
    if card.so_far:
        found.append(blocks.context([plain(card.so_far, _LINE)]))
    shown = [_line(line) for line in lines]
    found += [section(plain("\n".join(shown[at : at + _TOGETHER]))) for at in range(0, len(shown), _TOGETHER)]
    more = card.more + len(card.lines) - len(lines)
    if more:
        found.append(blocks.context([plain(f"and {more} more")]))
    if mentions:
        found.append(section(markup(" ".join(f"<@{each}>" for each in mentions))))
    button = blocks.button(card.label, action_id=ACTIONS[Press.OPEN], value=card.reference, style="primary")
    return [*found, blocks.actions([button], buttons_block(card.batch_id)), *parts.small(card.footer, _LINE)]


def _line(line: BatchLine) -> str:
    headline = cut(in_one_line(line.headline), _HEADLINE)
    return f"{SIGNS[line.tone]} {headline}\n      {cut(in_one_line(line.details), _DETAILS)}"
