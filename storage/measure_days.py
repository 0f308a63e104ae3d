"""The votes of the days that a batch of votes falls on: what came before each, and how the days add up.

Whoever votes usually does so after everything they said before, and their day goes on from where it stood:
one look tells that, however much they said. Only a day that loses a vote, or gets one out of turn, is read as
a whole and added up anew.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from bot.domain.measures.days import Day, day_of
from storage.measure_days_stored import Key, Said, Standing, standing, voted


class Days:
    """Everybody's votes on some days: those that are stored, and those of a batch in their places."""

    def __init__(self, connection: Connection, gone: Iterable[Said], now: Iterable[Said]) -> None:
        gone, now = set(gone), set(now)
        #: what is otherwise than it was
        self._touched = {(*said.key, said.action) for said in gone ^ now}
        keys = {said.key for said in gone ^ now}
        self._days = _going_on(connection, _by_key(now - gone), keys - {said.key for said in gone - now})
        anew = keys - self._days.keys()
        stays = set(voted(connection, anew)) - gone
        whole = _by_key({*stays, *(said for said in now if said.key in anew)})
        self._days |= {key: _Day(Standing(), whole.get(key, [])) for key in anew}

    def before(self, vote: Said) -> datetime | None:
        """When the person had voted last on another request that day, None for the day's first.

        Of votes that are stored already it is not told.
        """
        day = self._days.get(vote.key)
        return None if day is None else day.before(vote.at)

    def rows(self) -> list[dict[str, Any]]:
        """The rows of the days that are otherwise now."""
        return [self._row(*touched) for touched in sorted(self._touched)]

    def _row(self, person: str, day: str, action: str) -> dict[str, Any]:
        whole = self._days[person, day].of(action)
        return {"person": person, "day": day, "action": action, **asdict(whole)}


@dataclass(frozen=True, slots=True)
class _Day:
    """What was said on a day after it had come so far, in its order."""

    stood: Standing
    votes: Sequence[Said]

    def before(self, at: datetime) -> datetime | None:
        first = bisect_left(self.votes, at, key=lambda said: said.at)
        return self.votes[first - 1].at if first else self.stood.last_at

    def of(self, action: str) -> Day:
        said = day_of(each.decision for each in self.votes if each.action == action)
        return self.stood.by_action.get(action, Day()).then(said)


def _going_on(
    connection: Connection, added: dict[Key, list[Said]], losing_none: Iterable[Key]
) -> dict[Key, _Day]:
    """The days on which everything new came after everything that is stored."""
    stands = standing(connection, losing_none)
    return {key: _Day(stood, added[key]) for key, stood in stands.items() if stood.is_before(added[key][0])}


def _by_key(votes: Iterable[Said]) -> dict[Key, list[Said]]:
    by_key: defaultdict[Key, list[Said]] = defaultdict(list)
    for said in sorted(votes):
        by_key[said.key].append(said)
    return by_key
