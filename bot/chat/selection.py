"""What of a card is shown in the message itself; what does not fit is in Details, and the card says so."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from bot.chat import words
from bot.chat.room import Room
from bot.chat.words import BAR, MORE, Cut, in_one_line
from bot.domain.card import Card, LabelledValue, Line, Quotation, Tone
from bot.domain.card_facts import ERASED

_HEADING = 80
_NAMED = 40


@dataclass(frozen=True, slots=True, kw_only=True)
class Excerpt:
    """The beginning of what somebody said."""

    heading: str
    #: whose words these are, empty where the heading says it
    note: str
    text: str


@dataclass(slots=True, kw_only=True)
class Selection:
    """A card being laid out in some room: gives each part as far as it fits, and notes the rest."""

    card: Card
    room: Room
    cut: Cut
    #: what the reader finds in Details only
    missing: list[str] = field(default_factory=list)

    def warnings(self) -> list[str]:
        """A line each."""
        told = [in_one_line(warning) for warning in self.card.warnings[: self.room.warnings]]
        self.count("warning", len(told), len(self.card.warnings))
        return [f"⚠️ {self.whole(warning, self.room.warning, 'whole warnings')}" for warning in told]

    def facts(self) -> Sequence[LabelledValue]:
        """To be cut to the room of a fact."""
        return self._values("fact", self.card.facts, self.room.facts, self.room.fact)

    def effects(self) -> Sequence[LabelledValue]:
        """To be cut to the room of an effect."""
        return self._values("effect", self.card.effects, self.room.effects, self.room.effect)

    def why_here(self) -> str:
        """Why these people are asked, empty where there is nothing to say."""
        if not (self.card.why_here and self.room.why):
            return ""
        return self.whole(in_one_line(self.card.why_here), self.room.why, "why you are asked")

    def quotations(self) -> list[Excerpt]:
        """What was said about the request first, then the agent's reasons."""
        recorded = [each for each in self.card.quotations if each.on_record]
        said = [each for each in self.card.quotations if not each.on_record]
        shown = (*recorded[: self.room.recorded], *said[: self.room.quotations])
        excerpts = [self._excerpt(quotation) for quotation in shown]
        left = (*recorded[self.room.recorded :], *said[self.room.quotations :])
        self.missing += [quotation.mention for quotation in left]
        return excerpts

    def arguments(self) -> list[str]:
        """A line each."""
        shown = [words.argument_in_one_line(each) for each in self.card.arguments[: self.room.arguments]]
        lines = [self.whole(line, self.room.argument, "whole arguments") for line in shown]
        self.count("argument", len(lines), len(self.card.arguments))
        return lines

    def said(self) -> list[str]:
        """The newest of what was said in the thread, a line each behind a bar."""
        shown = self.card.said[len(self.card.said) - min(self.room.remarks, len(self.card.said)) :]
        self.count("remark", len(shown), len(self.card.said))
        return [self._remark(each) for each in shown]

    def votes(self) -> Sequence[Line]:
        """To be cut to the room of a line."""
        shown = self.card.votes[: self.room.votes]
        self.count("vote", len(shown), len(self.card.votes))
        return shown

    def footer(self) -> Sequence[Line]:
        """To be cut to the room of a line."""
        lines, most = self.card.footer, self.room.footers
        # The last says which request and which arguments this is.
        return lines if len(lines) <= most else (*lines[: most - 1], lines[-1])

    def left_out(self, limit: int) -> str:
        """The sentence that says what Details holds, empty where it holds no more than the card."""
        self._note_what_details_alone_show()
        if self.card.is_erased:
            return ERASED
        if self.card.tone is not Tone.WAITING and not self.card.is_news:
            return "The whole request is in Details."
        told = ", ".join(dict.fromkeys(self.missing))
        return self.cut(f"More in Details: {told}", limit) if told else ""

    def whole(self, text: str, limit: int, what: str) -> str:
        """The text, cut if it must be; then `what` is among what Details holds."""
        kept = self.cut(text, limit)
        if kept != text:
            self.missing.append(what)
        return kept

    def count(self, what: str, shown: int, all_of_them: int) -> None:
        """Note that of so many only some are shown."""
        if shown < all_of_them:
            counted = words.counted(all_of_them, what)
            self.missing.append(f"all {counted}" if shown else counted)

    def _values(
        self, what: str, values: Sequence[LabelledValue], most: int, longest: int
    ) -> Sequence[LabelledValue]:
        shown = values[:most]
        for each in shown:
            self.whole(each.value, longest, each.label)
        self.count(what, len(shown), len(values))
        return shown

    def _remark(self, said: Quotation) -> str:
        whose = f" ({words.IN_THE_AGENTS_WORDS})" if said.from_agent else ""
        text = self.whole(in_one_line(said.text), self.room.quotation, "whole remarks")
        return f"{BAR}{self.cut(in_one_line(said.heading), _HEADING)}{whose}: {text}"

    def _excerpt(self, quotation: Quotation) -> Excerpt:
        lines = quotation.text.split("\n")
        kept = self.cut("\n".join(lines[: self.room.quotation_lines]), self.room.quotation)
        if kept != quotation.text:
            self.missing.append(f"the whole of “{self.cut(quotation.heading, _NAMED)}”")
            kept = kept if kept.endswith(MORE) else f"{kept} {MORE}"
        note = words.IN_THE_AGENTS_WORDS if quotation.from_agent else ""
        return Excerpt(heading=self.cut(quotation.heading, _HEADING), note=note, text=kept)

    def _note_what_details_alone_show(self) -> None:
        self.count("source", 0, len(self.card.evidence))
        self.count("line of conversation", 0, len(self.card.conversation))
        self.count("note", len(self.footer()), len(self.card.footer))
