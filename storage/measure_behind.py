"""What each number counts, in words of SQL that both engines know."""

from __future__ import annotations

from typing import Final

from bot.domain.measures.measure import Ending
from bot.domain.measures.query import Behind, Page
from bot.domain.status import DecisionType, OutcomeStatus
from storage.measure_newest import Source
from storage.measure_tables import MARKED

_FAILED: Final = f"('{OutcomeStatus.FAILED.value}', '{OutcomeStatus.REVERTED.value}')"
_LATER = {
    Behind.OUTCOMES: f"measure.outcome <> '{OutcomeStatus.NOT_RUN.value}'",
    Behind.ERRORS: f"measure.outcome IN {_FAILED}",
    Behind.RATED: "measure.rated_right IS NOT NULL",
    Behind.RATED_WRONG: "measure.rated_right IS FALSE",
}
#: what single people did beside voting
OF_OTHERS = {
    Behind.SAMPLED: "measure.agreed IS NOT NULL",
    Behind.DISAGREED: "measure.agreed IS FALSE",
    Behind.OVERRIDDEN: f"measure.ending = '{Ending.AUTOMATIC.value}' AND measure.reverted IS TRUE",
}
#: which of those that ended as `endings` says
_OF_REQUESTS = {
    Behind.EDITED: "measure.edited IS TRUE",
    Behind.HASTY: "measure.hasty IS TRUE",
    **_LATER,
    **OF_OTHERS,
}
_APPROVES = f"measure_vote.decision <> '{DecisionType.REJECT.value}'"
_OF_VOTES = {
    Behind.SUBMITTED: "",
    Behind.APPROVED: _APPROVES,
    Behind.EDITED: f"measure_vote.decision = '{DecisionType.EDIT.value}'",
    Behind.REJECTED: f"measure_vote.decision = '{DecisionType.REJECT.value}'",
    Behind.HASTY: "measure_vote.hasty IS TRUE",
    **{behind: f"{_APPROVES} AND {condition}" for behind, condition in _LATER.items()},
}
_ENDED_AS = {
    **{behind: (Ending(behind.value),) for behind in Behind if behind.value in {*Ending}},
    Behind.EDITED: (Ending.APPROVED,),
    Behind.OVERRIDDEN: (Ending.AUTOMATIC,),
}


def endings(page: Page) -> tuple[Ending, ...]:
    """How the requests behind a number can have ended."""
    return (Ending.REJECTED,) if page.reason is not None else _ENDED_AS.get(page.behind, tuple(Ending))


def of_requests(page: Page) -> Source:
    """The requests behind a number, by slice and ending."""
    where = _OF_REQUESTS.get(page.behind, "")
    if where and page.behind is not Behind.OUTCOMES:
        where = f"({MARKED}) AND {where}"
    return Source(
        tables="measure",
        id="measure.request_id",
        within="measure.week = :week AND measure.slice = list.slice AND measure.ending = list.ending",
        where=where if page.reason is None else f"measure.reason = '{page.reason.value}'",
    )


def of_votes(page: Page) -> Source:
    """The votes behind a number, by slice; more than the vote is looked at only where it has to be."""
    joined = " JOIN measure ON measure.request_id = measure_vote.request_id" if page.behind in _LATER else ""
    where = _OF_VOTES[page.behind]
    return Source(
        tables=f"measure_vote{joined}",
        id="measure_vote.request_id",
        within="measure_vote.week = :week AND measure_vote.slice = list.slice",
        where=where if page.reason is None else f"measure_vote.reason = '{page.reason.value}'",
    )
