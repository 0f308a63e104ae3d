"""Lays a batch card out as an Adaptive Card, and a person's own view of one of its requests."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from adapters.teams import blocks, card_size, cards, parts
from adapters.teams.blocks import Block, box, run, words
from adapters.teams.escape import cut, plain_text
from adapters.teams.names import REFERENCE
from adapters.teams.parts import Called
from bot.chat.names import ACTIONS
from bot.chat.words import SIGNS, in_one_line
from bot.domain.batch_card import BatchCard, BatchLine
from bot.domain.card import Button, Card, Press

_HEADLINE = 160
_DETAILS = 160
_LINE = 300
_SUMMARY = 300
#: lists to try one after the other, should Teams find one too large after all
_LENGTHS = (30, 10, 5, 1)
#: what only turns stands above the card, so that it never stands where something decides
_TURNS = (Press.PREVIOUS, Press.NEXT, Press.CLOSE)


def drawings(card: BatchCard, mentions: Sequence[Called] = ()) -> Iterator[Block]:
    """Cards to try one after the other."""
    for length in _LENGTHS:
        drawn = _lay_out(card, card.lines[:length], mentions)
        if length == _LENGTHS[-1] or card_size.fits(drawn):
            yield drawn


def draw_batch(card: BatchCard) -> Block:
    """The roomiest card that Teams takes."""
    return next(drawings(card))


def summary_of(card: BatchCard) -> str:
    """One line of plain text for notifications and lists of conversations."""
    return plain_text(card.fallback, _SUMMARY)


def own_view(card: Card, notice: str = "", style: str = parts.REFUSED) -> Block:
    """One request of a batch for one person, under a sentence about what they did before."""
    turns = [each for each in card.buttons if each.press in _TURNS]
    rest = replace(card, buttons=tuple(each for each in card.buttons if each.press not in _TURNS))
    above = [parts.small_words(cut(card.position, _LINE)), blocks.actions([_button(card, t) for t in turns])]
    drawn: Block = {}
    for drawn in cards.drawings(rest, (), notice, style):
        drawn["body"] = [*above, *drawn["body"]]
        if card_size.fits(drawn):
            break
    return drawn


def _lay_out(card: BatchCard, lines: Sequence[BatchLine], mentions: Sequence[Called]) -> Block:
    body = [cards.headline(card.title, _LINE)]
    if card.so_far:
        body.append(parts.small_words(card.so_far))
    body += [_line(line) for line in lines]
    more = card.more + len(card.lines) - len(lines)
    if more:
        body.append(parts.small_words(f"and {more} more"))
    body += parts.small(card.footer, _LINE)
    if mentions:
        body.append(parts.mentions(mentions))
    opening = blocks.button(
        card.label, verb=ACTIONS[Press.OPEN], data={REFERENCE: card.reference}, style="positive"
    )
    return blocks.card(body, [opening], parts.entities(mentions))


def _line(line: BatchLine) -> Block:
    headline = f"{SIGNS[line.tone]} {cut(in_one_line(line.headline), _HEADLINE)}"
    details = cut(in_one_line(line.details), _DETAILS)
    below = words(run(details, **parts.SMALL), spacing="None")
    return box([words(run(headline)), below], spacing="Medium")


def _button(card: Card, button: Button) -> Block:
    return blocks.button(button.label, verb=ACTIONS[button.press], data={REFERENCE: card.reference})
