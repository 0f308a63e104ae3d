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
from adapters.teams.escape import MORE, cut, in_one_line, plain_text
from adapters.teams.names import ACTIONS, REFERENCE
from adapters.teams.parts import Called
from adapters.teams.room import ROOMS, ROOMS_ONCE_OVER, Room
from bot.domain.card import Card, Quotation, Style, Tone

SIGNS = {
    Tone.WAITING: "⏳",
    Tone.APPROVED: "✅",
    Tone.REJECTED: "⛔",
    Tone.EXPIRED: "⌛",
    Tone.CANCELLED: "⚪",
    Tone.FAILED: "⚠️",
}
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


def draw_card(card: Card, mentions: Sequence[Called] = (), notice: str = "") -> Block:
    """The roomiest card that Teams takes; the notice is a sentence for one presser, above everything."""
    return next(drawings(card, mentions, notice))


def drawings(card: Card, mentions: Sequence[Called] = (), notice: str = "") -> Iterator[Block]:
    """Cards to try one after the other, should Teams find one too large after all."""
    rooms = ROOMS if card.tone is Tone.WAITING else ROOMS_ONCE_OVER
    for room in rooms:
        drawn = _lay_out(card, room, mentions, notice)
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


def _lay_out(card: Card, room: Room, mentions: Sequence[Called], notice: str) -> Block:
    called = mentions[: room.mentions]
    sheet = _Sheet(card=card, room=room)
    sheet.notice(notice)
    sheet.headline()
    sheet.warnings()
    sheet.facts()
    sheet.effects()
    sheet.why_here()
    sheet.quotations()
    sheet.arguments()
    sheet.votes()
    sheet.in_details_alone()
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


@dataclass(slots=True, kw_only=True)
class _Sheet:
    """A card being laid out."""

    card: Card
    room: Room
    body: list[Block] = field(default_factory=list)
    #: what the reader finds in Details only
    missing: list[str] = field(default_factory=list)

    def notice(self, sentence: str) -> None:
        if sentence:
            self.body.append(parts.notice(cut(sentence, self.room.notice)))

    def headline(self) -> None:
        card, room = self.card, self.room
        whole = in_one_line(card.headline)
        self.body.append(headline(whole, self._noting(whole, room.headline, "the whole headline")))
        self.body.append(status(card, room.status))
        if card.asked_by:
            self.body.append(parts.small_words(cut(in_one_line(card.asked_by), room.line)))

    def warnings(self) -> None:
        card, room = self.card, self.room
        told = [in_one_line(warning) for warning in card.warnings[: room.warnings]]
        lines = [f"⚠️ {self._whole(warning, room.warning, 'whole warnings')}" for warning in told]
        if lines:
            shown = [words(run(line), spacing="None" if at else "Default") for at, line in enumerate(lines)]
            self.body.append(box(shown, style="warning"))
        self._count("warning", len(lines), len(card.warnings))

    def facts(self) -> None:
        card, room = self.card, self.room
        shown = card.facts[: room.facts]
        if shown:
            rows = [parts.fact(fact, self._noting(fact.value, room.fact, fact.label)) for fact in shown]
            self.body.append(box(rows))
        self._count("fact", len(shown), len(card.facts))

    def effects(self) -> None:
        card, room = self.card, self.room
        shown = card.effects[: room.effects]
        if shown:
            lines = [
                parts.labelled(each, self._noting(each.value, room.effect, each.label)) for each in shown
            ]
            self.body.append(box(lines))
        self._count("effect", len(shown), len(card.effects))

    def why_here(self) -> None:
        card, room = self.card, self.room
        if card.why_here and room.why:
            why = self._whole(in_one_line(card.why_here), room.why, "why you are asked")
            self.body.append(parts.small_words(why))

    def quotations(self) -> None:
        recorded = [each for each in self.card.quotations if each.on_record]
        said = [each for each in self.card.quotations if not each.on_record]
        for quotation in (*recorded[: self.room.recorded], *said[: self.room.quotations]):
            note = parts.IN_THE_AGENTS_WORDS if quotation.from_agent else ""
            self.body.append(parts.heading(cut(quotation.heading, 80), note))
            self.body.append(box([words(run(self._beginning(quotation)))], style="emphasis", spacing="Small"))
        left = (*recorded[self.room.recorded :], *said[self.room.quotations :])
        self.missing += [quotation.heading for quotation in left]

    def arguments(self) -> None:
        card, room = self.card, self.room
        shown = card.arguments[: room.arguments]
        lines = [
            self._whole(parts.argument_in_one_line(line), room.argument, "whole arguments") for line in shown
        ]
        if lines:
            self.body.append(parts.heading("Arguments"))
            self.body += [
                words(run(line), spacing="None" if at else "Small") for at, line in enumerate(lines)
            ]
        self._count("argument", len(shown), len(card.arguments))

    def votes(self) -> None:
        lines, most = self.card.votes, self.room.votes
        self.body += parts.small(lines[:most], self.room.line)
        self._count("vote", min(most, len(lines)), len(lines))

    def in_details_alone(self) -> None:
        self._count("source", 0, len(self.card.evidence))
        self._count("line of conversation", 0, len(self.card.conversation))
        self._count("note", min(self.room.footers, len(self.card.footer)), len(self.card.footer))

    def left_out(self) -> None:
        if self.card.tone is not Tone.WAITING:
            self.body.append(parts.small_words("The whole request is in Details."))
        elif self.missing:
            told = ", ".join(dict.fromkeys(self.missing))
            self.body.append(parts.small_words(cut(f"More in Details: {told}", _MORE_IN_DETAILS)))

    def footer(self) -> None:
        self.body += parts.small(self.card.footer[: self.room.footers], self.room.line)

    def mentions(self, people: Sequence[Called]) -> None:
        if people:
            self.body.append(parts.mentions(people))

    def _beginning(self, quotation: Quotation) -> str:
        lines = quotation.text.split("\n")
        kept = cut("\n".join(lines[: self.room.quotation_lines]), self.room.quotation)
        if kept != quotation.text:
            self.missing.append(f"the whole of “{cut(quotation.heading, 40)}”")
            kept = kept if kept.endswith(MORE) else f"{kept} {MORE}"
        return kept

    def _whole(self, text: str, limit: int, what: str) -> str:
        """The text, cut if it must be; then `what` is among what Details holds."""
        return cut(text, self._noting(text, limit, what))

    def _noting(self, text: str, limit: int, what: str) -> int:
        if cut(text, limit) != text:
            self.missing.append(what)
        return limit

    def _count(self, what: str, shown: int, all_of_them: int) -> None:
        if shown < all_of_them:
            counted = parts.counted(all_of_them, what)
            self.missing.append(f"all {counted}" if shown else counted)
