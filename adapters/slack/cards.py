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
from adapters.slack.escape import MORE, cut, escape, in_one_line, quoted
from adapters.slack.names import ACTIONS, buttons_block, card_block
from adapters.slack.room import ROOMS, ROOMS_ONCE_OVER, Room
from bot.domain.card import Card, Quotation, Style, Tone

SIGNS = {
    Tone.WAITING: "⏳",
    Tone.APPROVED: "✅",
    Tone.REJECTED: "⛔",
    Tone.EXPIRED: "⌛",
    Tone.CANCELLED: "⚪",
    Tone.FAILED: "⚠️",
}
_STYLES = {Style.PRIMARY: "primary", Style.DANGER: "danger"}


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
    rooms = ROOMS if card.tone is Tone.WAITING else ROOMS_ONCE_OVER
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
    sheet = _Sheet(card=card, room=room)
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
    sheet.mentions(mentions)
    sheet.buttons()
    sheet.footer()
    return sheet.blocks


@dataclass(slots=True, kw_only=True)
class _Sheet:
    """A card being laid out."""

    card: Card
    room: Room
    blocks: list[Block] = field(default_factory=list)
    #: what the reader finds in Details only
    missing: list[str] = field(default_factory=list)

    def headline(self) -> None:
        card, room = self.card, self.room
        headline = in_one_line(card.headline)
        self.blocks.append(blocks.header(headline, card_block(card.request_id)))
        if cut(headline, limits.HEADER) != headline:
            self.blocks.append(section(plain(self._whole(headline, room.headline, "the whole headline"))))
        self.blocks.append(parts.prominent(card.status, room.status, SIGNS[card.tone]))
        if card.asked_by:
            self.blocks.append(blocks.context([plain(in_one_line(card.asked_by), room.line)]))

    def facts(self) -> None:
        card, room = self.card, self.room
        shown = card.facts[: room.facts]
        if shown:
            texts = [parts.field(fact, self._noting(fact.value, room.fact, fact.label)) for fact in shown]
            self.blocks.append(blocks.fields(texts))
        self._count("fact", len(shown), len(card.facts))

    def warnings(self) -> None:
        card, room = self.card, self.room
        told = [in_one_line(warning) for warning in card.warnings[: room.warnings]]
        warnings = [f"⚠️ {self._whole(warning, room.warning, 'whole warnings')}" for warning in told]
        if warnings:
            self.blocks.append(section(plain("\n".join(warnings))))
        self._count("warning", len(warnings), len(card.warnings))

    def effects(self) -> None:
        card, room = self.card, self.room
        shown = card.effects[: room.effects]
        if shown:
            for effect in shown:
                self._noting(effect.value, room.effect, effect.label)
            self.blocks.append(parts.labelled(shown, room.effect))
        self._count("effect", len(shown), len(card.effects))

    def why_here(self) -> None:
        card, room = self.card, self.room
        if card.why_here and room.why:
            why = self._whole(in_one_line(card.why_here), room.why, "why you are asked")
            self.blocks.append(blocks.context([plain(why)]))

    def quotations(self) -> None:
        recorded = [each for each in self.card.quotations if each.on_record]
        said = [each for each in self.card.quotations if not each.on_record]
        for quotation in (*recorded[: self.room.recorded], *said[: self.room.quotations]):
            note = parts.IN_THE_AGENTS_WORDS if quotation.from_agent else ""
            self.blocks.append(parts.heading(cut(quotation.heading, 80), note))
            self.blocks.append(section(plain("\n".join(self._quote(quotation)))))
        left = (*recorded[self.room.recorded :], *said[self.room.quotations :])
        self.missing += [quotation.heading for quotation in left]

    def arguments(self) -> None:
        card, room = self.card, self.room
        shown = card.arguments[: room.arguments]
        lines = [
            self._whole(parts.argument_in_one_line(line), room.argument, "whole arguments") for line in shown
        ]
        if lines:
            self.blocks.append(parts.heading("Arguments"))
            self.blocks.append(section(plain("\n".join(lines))))
        self._count("argument", len(shown), len(card.arguments))

    def in_details_alone(self) -> None:
        self._count("source", 0, len(self.card.evidence))
        self._count("line of conversation", 0, len(self.card.conversation))
        self._count("note", min(self.room.footers, len(self.card.footer)), len(self.card.footer))

    def votes(self) -> None:
        lines, most = self.card.votes, self.room.votes
        self.blocks += parts.small(lines[:most], self.room.line)
        self._count("vote", min(most, len(lines)), len(lines))

    def footer(self) -> None:
        self.blocks += parts.small(self.card.footer[: self.room.footers], self.room.line)

    def left_out(self) -> None:
        if self.card.tone is not Tone.WAITING:
            self.blocks.append(blocks.context([plain("The whole request is in Details.")]))
        elif self.missing:
            told = ", ".join(dict.fromkeys(self.missing))
            self.blocks.append(blocks.context([plain(cut(f"More in Details: {told}", 300))]))

    def mentions(self, people: Sequence[str]) -> None:
        if people:
            listed = " ".join(f"<@{each}>" for each in people[: self.room.mentions])
            self.blocks.append(section(markup(listed)))

    def buttons(self) -> None:
        card = self.card
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

    def _quote(self, quotation: Quotation) -> list[str]:
        lines = quotation.text.split("\n")
        kept = cut("\n".join(lines[: self.room.quotation_lines]), self.room.quotation)
        if kept != quotation.text:
            self.missing.append(f"the whole of “{cut(quotation.heading, 40)}”")
            kept = kept if kept.endswith(MORE) else f"{kept} {MORE}"
        return quoted(kept)

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
