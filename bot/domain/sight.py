"""Whose numbers a person may see: never more than the requests behind them would tell."""

from __future__ import annotations

from dataclasses import dataclass

from bot.domain.matching import covers, matches


@dataclass(frozen=True, slots=True, kw_only=True)
class Sight:
    """What one person may see numbers of."""

    person: str
    #: patterns over actions; empty for somebody who sees none
    actions: tuple[str, ...] = ()
    #: patterns over actions of which they see what each reviewer did, too; else only what they did themselves
    people: tuple[str, ...] = ()

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing that they may see numbers of."""
        return not self.actions

    def sees(self, action: str) -> bool:
        """Whether numbers of this action are for them."""
        return any(matches(pattern, action) for pattern in self.actions)

    def within(self, match: str | None) -> tuple[str, ...]:
        """The patterns of what they see among what a pattern fits; empty for nothing."""
        return _narrowed(self.actions, match)


def _narrowed(patterns: tuple[str, ...], match: str | None) -> tuple[str, ...]:
    if match is None or any(covers(pattern, match) for pattern in patterns):
        return patterns if match is None else (match,)
    return tuple(pattern for pattern in patterns if covers(match, pattern))
