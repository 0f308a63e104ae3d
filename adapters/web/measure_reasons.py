"""Why people rejected: bars that need no script, the most frequent reason first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from adapters.web.filters import Filters
from bot.domain.measures.query import Behind
from bot.domain.measures.rate import Rate
from bot.domain.measures.report import Row
from bot.domain.measures.words import number, percent
from bot.domain.sentences import REASONS


@dataclass(frozen=True, slots=True, kw_only=True)
class ReasonBar:
    """One reason."""

    name: str
    count: str
    #: of all rejections
    share: str
    #: in hundredths of the longest bar
    width: float
    link: str


def reasons(total: Row, filters: Filters) -> Sequence[ReasonBar]:
    """A bar for every reason that was given."""
    given = sorted(total.reasons.items(), key=lambda pair: (-pair[1], pair[0]))
    whole, most = sum(total.reasons.values()), max(total.reasons.values(), default=1)
    return [
        ReasonBar(
            name=REASONS[code],
            count=number(count),
            share=percent(Rate(hits=count, of=whole)),
            width=round(100 * count / most, 2),
            link=filters.list_of(Behind.REJECTED, reason=code.value),
        )
        for code, count in given
        if count
    ]
