"""Counting what would have been otherwise, rule by rule."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from bot.backtest.past import UNASKED, Past, Verdict
from bot.domain.errors import Forbidden, Invalid
from bot.domain.measures.rate import Rate
from bot.domain.status import Mode

#: requests named beside the numbers of a rule
EXAMPLES = 10


@dataclass(slots=True, kw_only=True)
class RuleTally:
    """What one rule of the candidate would have done."""

    rule: str
    #: requests it would have ruled on
    requests: int = 0
    #: of these, those with the mode they had
    unchanged: int = 0
    #: people were asked and would not have been
    saved: int = 0
    #: nobody was asked and people would have been
    added: int = 0
    #: refused, and were not
    newly_refused: int = 0
    #: among the saved: people approved them as they were
    saved_approved: int = 0
    #: among the saved: people changed them before they approved
    saved_edited: int = 0
    saved_rejected: int = 0
    #: among the saved: approved as they were, and went wrong all the same
    saved_failed: int = 0
    #: among the saved: nobody decided them
    saved_undecided: int = 0
    #: among the added: they had gone wrong
    added_failed: int = 0
    #: among the newly refused: people approved them
    refused_approved: int = 0
    #: ids of would-have-been mistakes, the first ones
    mistaken: list[str] = field(default_factory=list)

    @property
    def judged(self) -> int:
        """Saved reviews of which it is known what people thought."""
        return self.saved - self.saved_undecided

    @property
    def mistakes(self) -> int:
        """What would have run although people would not have let it run so, or it went wrong."""
        return self.saved_edited + self.saved_rejected + self.saved_failed

    @property
    def mistake_rate(self) -> Rate:
        """The mistakes among the saved reviews that people had judged."""
        return Rate(hits=self.mistakes, of=self.judged)

    def count(self, past: Past, mode: Mode) -> None:
        """Add a request that this rule would have given a mode."""
        self.requests += 1
        self.unchanged += mode is past.mode
        if mode in UNASKED and past.mode not in UNASKED:
            self._saved(past)
        elif mode is Mode.GATE and past.mode in UNASKED:
            self.added += 1
            self.added_failed += past.went_wrong
        elif mode is Mode.REFUSE and past.mode is not Mode.REFUSE:
            self.newly_refused += 1
            if past.verdict in (Verdict.APPROVED, Verdict.EDITED):
                self.refused_approved += 1
                self._remember(past)

    def _saved(self, past: Past) -> None:
        self.saved += 1
        if past.verdict is Verdict.NONE:
            self.saved_undecided += 1
            return
        self.saved_edited += past.verdict is Verdict.EDITED
        self.saved_rejected += past.verdict is Verdict.REJECTED
        if past.verdict is Verdict.APPROVED:
            self.saved_approved += not past.went_wrong
            self.saved_failed += past.went_wrong
        if past.verdict is not Verdict.APPROVED or past.went_wrong:
            self._remember(past)

    def _remember(self, past: Past) -> None:
        if len(self.mistaken) < EXAMPLES:
            self.mistaken.append(past.id)


@dataclass(slots=True, kw_only=True)
class TurnedAway:
    """Requests that would have been answered with an error."""

    #: the first one's
    sentence: str
    requests: int = 0


@dataclass(slots=True, kw_only=True)
class Tally:
    """A whole backtest."""

    #: requests that were looked at
    requests: int = 0
    #: they had the same mode by the same rule
    same: int = 0
    #: the candidate would not have taken them at all, by the field at fault (empty: the agent may not ask)
    turned_away: dict[str, TurnedAway] = field(default_factory=dict)
    #: what they asked was erased, so that nothing can be said
    erased: int = 0
    #: by the name of the candidate's rule
    rules: dict[str, RuleTally] = field(default_factory=dict)

    def count(self, past: Past, rule: str, mode: Mode) -> None:
        """Add a request on which a rule of the candidate would have ruled so."""
        self.requests += 1
        self.same += mode is past.mode and rule == past.rule
        tally = self.rules.get(rule)
        if tally is None:
            tally = self.rules[rule] = RuleTally(rule=rule)
        tally.count(past, mode)

    def turn_away(self, error: Invalid | Forbidden) -> None:
        """Add a request that the candidate would not have taken."""
        self.requests += 1
        field_at_fault = (error.field if isinstance(error, Invalid) else None) or ""
        why = self.turned_away.get(field_at_fault)
        if why is None:
            why = self.turned_away[field_at_fault] = TurnedAway(sentence=error.sentence)
        why.requests += 1

    @property
    def saved(self) -> int:
        """Reviews that nobody would have had to do."""
        return sum(tally.saved for tally in self.rules.values())

    @property
    def added(self) -> int:
        """Reviews that would have come on top."""
        return sum(tally.added for tally in self.rules.values())

    @property
    def mistakes(self) -> int:
        """What would have run although it should not have."""
        return sum(tally.mistakes for tally in self.rules.values())

    def by_requests(self) -> Iterator[RuleTally]:
        """The rules, those with the most requests first."""
        return iter(sorted(self.rules.values(), key=lambda tally: (-tally.requests, tally.rule)))
