"""Lays a card out as Slack blocks: what decides comes first, and what was left out is said.

While it waits, the buttons follow as closely as they can; once it is over, a card is a short record.

Words of agents stand in `plain_text` behind bars, so that they cannot mention, link, format or pass for the
card's own.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from adapters.slack import blocks, limits, parts
from adapters.slack.blocks import Block, markup, plain, section
from adapters.slack.escape import cut, escape
from adapters.slack.names import buttons_block, card_block
from bot.chat.names import ACTIONS
from bot.chat.room import Room, rooms_for
from bot.chat.selection import Selection
from bot.chat.words import SIGNS, in_one_line, quoted
from bot.domain.card import Card, Style

_STYLES = {Style.PRIMARY: "primary", Style.DANGER: "danger"}
_MORE_IN_DETAILS = 300


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """What is sent to Slack."""

    #: for notifications and screen readers
    text: str
    blocks: tuple[Block, ...]


def draw(card: Card, mentions: Sequence[str] = ()) -> Message:
    """The roomiest message that Slack should take; `mentions` are Slack user ids."""
    return next(drawings(card, mentions))


def drawings(card: Card, mentions: Sequence[str] = ()) -> Iterator[Message]:
    """Messages to try one after the other, should Slack find one too long after all."""
    text = escape(cut(in_one_line(card.fallback), limits.TEXT))
    rooms = rooms_for(card)
    for room in rooms:
        laid_out = tuple(_lay_out(card, room, mentions))
        if room is rooms[-1] or _fits(laid_out):
            yield Message(text=text, blocks=laid_out)


def size(laid_out: Sequence[Block]) -> int:
    """Characters of the blocks as JSON, an upper bound of what Slack counts."""
    return len(json.dumps(laid_out, ensure_ascii=False, separators=(",", ":")))


def _fits(laid_out: Sequence[Block]) -> bool:
    return len(laid_out) <= limits.MESSAGE_BLOCKS and size(laid_out) <= limits.MESSAGE_CHARACTERS


def _lay_out(card: Card, room: Room, mentions: Sequence[str]) -> list[Block]:
    sheet = _Sheet(of=Selection(card=card, room=room, cut=cut))
    sheet.headline()
    sheet.warnings()
    sheet.facts()
    sheet.effects()
    sheet.why_here()
    sheet.quotations()
    sheet.arguments()
    sheet.said()
    sheet.votes()
    sheet.left_out()
    sheet.mentions(mentions)
    sheet.buttons()
    sheet.footer()
    return sheet.blocks


@dataclass(slots=True, kw_only=True)
class _Sheet:
    """A card being laid out."""

    of: Selection
    blocks: list[Block] = field(default_factory=list)

    def headline(self) -> None:
        card, room = self.of.card, self.of.room
        headline = in_one_line(card.headline)
        self.blocks.append(blocks.header(headline, card_block(card.request_id)))
        if cut(headline, limits.HEADER) != headline:
            self.blocks.append(section(plain(self.of.whole(headline, room.headline, "the whole headline"))))
        self.blocks.append(parts.prominent(card.status, room.status, SIGNS[card.tone]))
        if card.asked_by:
            self.blocks.append(blocks.context([plain(in_one_line(card.asked_by), room.line)]))

    def warnings(self) -> None:
        if warnings := self.of.warnings():
            self.blocks.append(section(plain("\n".join(warnings))))

    def facts(self) -> None:
        if facts := self.of.facts():
            self.blocks.append(blocks.fields([parts.field(fact, self.of.room.fact) for fact in facts]))

    def effects(self) -> None:
        if effects := self.of.effects():
            self.blocks.append(parts.labelled(effects, self.of.room.effect))

    def why_here(self) -> None:
        if why := self.of.why_here():
            self.blocks.append(blocks.context([plain(why)]))

    def quotations(self) -> None:
        for excerpt in self.of.quotations():
            self.blocks.append(parts.heading(excerpt.heading, excerpt.note))
            self.blocks.append(section(plain("\n".join(quoted(excerpt.text)))))

    def arguments(self) -> None:
        if lines := self.of.arguments():
            self.blocks.append(parts.heading("Arguments"))
            self.blocks.append(section(plain("\n".join(lines))))

    def said(self) -> None:
        if lines := self.of.said():
            self.blocks.append(parts.heading("Said about it"))
            self.blocks.append(section(plain("\n".join(lines))))

    def votes(self) -> None:
        self.blocks += parts.small(self.of.votes(), self.of.room.line)

    def left_out(self) -> None:
        if told := self.of.left_out(_MORE_IN_DETAILS):
            self.blocks.append(blocks.context([plain(told)]))

    def mentions(self, people: Sequence[str]) -> None:
        if people:
            listed = " ".join(f"<@{each}>" for each in people[: self.of.room.mentions])
            self.blocks.append(section(markup(listed)))

    def buttons(self) -> None:
        card = self.of.card
        elements = [
            blocks.button(
                each.label,
                action_id=ACTIONS[each.press],
                value=card.reference,
                style=_STYLES.get(each.style),
            )
            for each in card.buttons[: limits.BUTTONS]
        ]
        if elements:
            self.blocks.append(blocks.actions(elements, buttons_block(card.request_id)))

    def footer(self) -> None:
        self.blocks += parts.small(self.of.footer(), self.of.room.line)
