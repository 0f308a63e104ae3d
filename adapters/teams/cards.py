"""Lays a card out as an Adaptive Card: what decides comes first, and what was left out is said.

While it waits, the buttons follow as closely as they can; once it is over, a card is a short record.

Words of agents stand in runs, which know no Markdown, and their longer texts in boxes of their own, so that
they cannot mention, link, format or pass for the card's own.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from adapters.teams import blocks, card_size, parts
from adapters.teams.blocks import Block, box, run, words
from adapters.teams.escape import cut, plain_text
from adapters.teams.names import REFERENCE
from adapters.teams.parts import Called
from bot.chat.names import ACTIONS
from bot.chat.room import Room, rooms_for
from bot.chat.selection import Selection
from bot.chat.words import SIGNS, in_one_line
from bot.domain.card import Card, Style, Tone

#: the colour of the status, by the names of Adaptive Cards
COLOURS = {
    Tone.WAITING: "Accent",
    Tone.APPROVED: "Good",
    Tone.REJECTED: "Attention",
    Tone.EXPIRED: "Warning",
    Tone.CANCELLED: "Default",
    Tone.FAILED: "Attention",
}
_STYLES = {Style.PRIMARY: "positive", Style.DANGER: "destructive"}
#: a headline longer than this would fill a phone in large type
_LARGE = 70
_SUMMARY = 300
_MORE_IN_DETAILS = 240


def draw_card(
    card: Card, mentions: Sequence[Called] = (), notice: str = "", style: str = parts.REFUSED
) -> Block:
    """The roomiest card that Teams takes; the notice is a sentence for one presser, above everything."""
    return next(drawings(card, mentions, notice, style))


def drawings(
    card: Card, mentions: Sequence[Called] = (), notice: str = "", style: str = parts.REFUSED
) -> Iterator[Block]:
    """Cards to try one after the other, should Teams find one too large after all."""
    rooms = rooms_for(card)
    for room in rooms:
        drawn = _lay_out(card, room, mentions, _Notice(sentence=notice, style=style))
        if room is rooms[-1] or card_size.fits(drawn):
            yield drawn


def summary_of(card: Card) -> str:
    """One line of plain text for notifications and lists of conversations."""
    return plain_text(card.fallback, _SUMMARY)


def status(card: Card, limit: int) -> Block:
    """What became of it, in its colour behind its sign."""
    return parts.line(
        card.status, limit, SIGNS[card.tone], weight="Bolder", color=COLOURS[card.tone], spacing="Small"
    )


def headline(shown: str, limit: int) -> Block:
    """What will happen, in large type where it is short."""
    kept = cut(in_one_line(shown), limit)
    size = "Large" if len(kept) <= _LARGE else "Medium"
    return words(run(kept, size=size, weight="Bolder"))


def _lay_out(card: Card, room: Room, mentions: Sequence[Called], notice: _Notice) -> Block:
    called = mentions[: room.mentions]
    sheet = _Sheet(of=Selection(card=card, room=room, cut=cut))
    sheet.notice(notice)
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
    sheet.footer()
    sheet.mentions(called)
    return blocks.card(sheet.body, _buttons(card), parts.entities(called))


def _buttons(card: Card) -> list[Block]:
    return [
        blocks.button(
            each.label,
            verb=ACTIONS[each.press],
            data={REFERENCE: card.reference},
            style=_STYLES.get(each.style),
        )
        for each in card.buttons
    ]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Notice:
    """What one presser is told above the card."""

    sentence: str
    style: str


@dataclass(slots=True, kw_only=True)
class _Sheet:
    """A card being laid out."""

    of: Selection
    body: list[Block] = field(default_factory=list)

    def notice(self, notice: _Notice) -> None:
        if notice.sentence:
            self.body.append(parts.notice(cut(notice.sentence, self.of.room.notice), notice.style))

    def headline(self) -> None:
        card, room = self.of.card, self.of.room
        whole = in_one_line(card.headline)
        self.of.whole(whole, room.headline, "the whole headline")
        self.body.append(headline(whole, room.headline))
        self.body.append(status(card, room.status))
        if card.asked_by:
            self.body.append(parts.small_words(cut(in_one_line(card.asked_by), room.line)))

    def warnings(self) -> None:
        if warnings := self.of.warnings():
            self.body.append(box(_lines(warnings, "Default"), style="warning"))

    def facts(self) -> None:
        if facts := self.of.facts():
            self.body.append(box([parts.fact(fact, self.of.room.fact) for fact in facts]))

    def effects(self) -> None:
        if effects := self.of.effects():
            self.body.append(box([parts.labelled(each, self.of.room.effect) for each in effects]))

    def why_here(self) -> None:
        if why := self.of.why_here():
            self.body.append(parts.small_words(why))

    def quotations(self) -> None:
        for excerpt in self.of.quotations():
            self.body.append(parts.heading(excerpt.heading, excerpt.note))
            self.body.append(box([words(run(excerpt.text))], style="emphasis", spacing="Small"))

    def arguments(self) -> None:
        if lines := self.of.arguments():
            self.body.append(parts.heading("Arguments"))
            self.body += _lines(lines, "Small")

    def said(self) -> None:
        if lines := self.of.said():
            self.body.append(parts.heading("Said about it"))
            self.body += _lines(lines, "Small")

    def votes(self) -> None:
        self.body += parts.small(self.of.votes(), self.of.room.line)

    def left_out(self) -> None:
        if told := self.of.left_out(_MORE_IN_DETAILS):
            self.body.append(parts.small_words(told))

    def footer(self) -> None:
        self.body += parts.small(self.of.footer(), self.of.room.line)

    def mentions(self, people: Sequence[Called]) -> None:
        if people:
            self.body.append(parts.mentions(people))


def _lines(shown: Sequence[str], spacing: str) -> list[Block]:
    """Inert lines close together, the first at a distance from what stands above."""
    return [words(run(line), spacing="None" if at else spacing) for at, line in enumerate(shown)]
