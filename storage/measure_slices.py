"""Slices by id: what sums are told apart by is text, and a number in the sums' rows."""

from __future__ import annotations

from collections import Counter
from dataclasses import asdict, replace
from typing import Any

from sqlalchemy import Connection, select

from bot.domain.measures.tally import Slice
from storage.measure_tables import MeasureSliceRow

#: one agent's slices; beyond the first number its versions are told apart no more, beyond the second its
#: actions neither: agents make both up, and sums are worth keeping only while they are few
MOST_WITH_VERSIONS = 5_000
MOST_WITH_ACTIONS = 10_000
#: what is not told apart
OTHERS = "(others)"

_slice = MeasureSliceRow.__table__  # type: ignore[attr-defined]  # SQLModel adds it at class creation
_columns = [column for column in _slice.columns if column.name != "id"]


class SliceBook:
    """Knows the slices that are stored, and numbers new ones for whoever is going to store them."""

    def __init__(self) -> None:
        self._ids: dict[Slice, int] = {}
        self._of_agent: Counter[str] = Counter()
        self._last = 0

    def learn(self, connection: Connection) -> None:
        """Read what was stored since."""
        query = select(_slice).where(_slice.c.id > self._last).order_by(_slice.c.id)
        for row in connection.execute(query):
            found = Slice(**{column.name: getattr(row, column.name) for column in _columns})
            self._ids[found] = self._last = row.id
            self._of_agent[found.agent] += 1

    def numbering(self) -> Numbering:
        """Numbers for one transaction."""
        return Numbering(self._ids, self._of_agent, self._last)


class Numbering:
    """The ids of slices, with new ones for those that have none yet."""

    def __init__(self, ids: dict[Slice, int], of_agent: Counter[str], last: int) -> None:
        self._ids, self._of_agent, self._last = ids, of_agent.copy(), last
        self._new: dict[Slice, int] = {}

    def id_of(self, asked: Slice) -> int:
        """The id of a slice, or of the one that holds what is not told apart any more.

        What was once counted under a slice is for ever, however many there are by now.
        """
        exactly = self._known(asked)
        if exactly is not None:
            return exactly
        coarser = self._coarser(asked)
        for each in coarser[1:]:
            found = self._known(each)
            if found is not None:
                return found
        known = self._of_agent[asked.agent]
        return self._numbered(coarser[(known >= MOST_WITH_VERSIONS) + (known >= MOST_WITH_ACTIONS)])

    @property
    def rows(self) -> list[dict[str, Any]]:
        """Rows of the new ones."""
        return [{"id": number, **asdict(new)} for new, number in self._new.items()]

    def _known(self, asked: Slice) -> int | None:
        return self._ids.get(asked) or self._new.get(asked)

    @staticmethod
    def _coarser(asked: Slice) -> tuple[Slice, Slice, Slice]:
        version = asked.agent_version and OTHERS
        return (
            asked,
            replace(asked, agent_version=version),
            replace(asked, agent_version=version, action=OTHERS),
        )

    def _numbered(self, new: Slice) -> int:
        self._last += 1
        self._of_agent[new.agent] += 1
        self._new[new] = self._last
        return self._last
