"""Tallies: what a measure adds to the sums of its week.

A request adds to one sum under everything it is told apart by, and to one for each person who voted on it,
judged it as a sample or took it back.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from bot.domain.measures.histogram import BUCKETS, bucket
from bot.domain.measures.lanes import lanes
from bot.domain.measures.measure import Ending, Measure, VoteMeasure
from bot.domain.measures.period import monday
from bot.domain.status import DecisionType, ReasonCode

#: counts by name, each in its lane; new ones go to the end
COUNTS = (
    "submitted",
    *(ending.value for ending in Ending),
    "edited",
    "overridden",
    "reverted",
    "clean",
    "outcomes",
    "errors",
    "sampled",
    "disagreed",
    "rated",
    "rated_wrong",
    "hasty",
    "timed",
    #: approved by people, of which it is known whether it went wrong, and of these, those that did
    "proved",
    "went_wrong",
    *(f"reason_{code.value}" for code in ReasonCode),
)
#: bins of stated confidence, each a tenth wide
BINS = 10
#: of each bin: how many; right; thousandths stated; ten-thousandths of squared error
OF_BIN = ("n", "right", "stated", "squares")
#: what is measured as durations; their histograms lie beside each other bucket by bucket
TIMES = ("turnaround", "first_look", "deliberation")

LANE = {name: lane for lane, name in enumerate(COUNTS)}
COUNT_LANES = len(COUNTS) + BINS * len(OF_BIN)
TIME_LANES = BUCKETS * len(TIMES)


@dataclass(frozen=True, slots=True, kw_only=True)
class Slice:
    """Everything by which requests are told apart but for the week; of a reviewer's sums, less."""

    action: str
    agent: str
    rule: str
    agent_version: str = ""
    policy_version: str = ""
    mode: str = ""
    channel: str = ""
    #: whose votes are counted; empty for the requests themselves
    reviewer: str = ""


@dataclass(frozen=True, slots=True)
class Tally:
    """Counts and histograms, each packed into one number (`lanes`)."""

    counts: int = 0
    times: int = 0

    def __add__(self, other: Tally) -> Tally:
        """Both together."""
        return Tally(self.counts + other.counts, self.times + other.times)

    def __sub__(self, other: Tally) -> Tally:
        """What is left without the other, which may be less than nothing until more is added."""
        return Tally(self.counts - other.counts, self.times - other.times)


def tallies(measure: Measure) -> Iterator[tuple[date, Slice, Tally]]:
    """What a measure adds to which sums: the week's Monday, the slice, the counts."""
    week = monday(measure.created_at.date())
    yield week, slice_of(measure), _of_request(measure)
    for vote in measure.votes:
        yield week, slice_of_vote(measure, vote.person), _of_vote(measure, vote)
    if measure.sampler is not None and measure.agreed is not None:
        yield week, slice_of_vote(measure, measure.sampler), Tally(lanes(_of_sample(measure)))
    if measure.reverter is not None and measure.ending is Ending.AUTOMATIC:
        yield week, slice_of_vote(measure, measure.reverter), Tally(lanes([(LANE["overridden"], 1)]))


def slice_of(measure: Measure) -> Slice:
    """What the request itself is told apart by."""
    return Slice(
        action=measure.action,
        agent=measure.agent,
        rule=measure.rule,
        agent_version=measure.agent_version,
        policy_version=measure.policy_version,
        mode=measure.mode,
        channel=measure.channel,
    )


def slice_of_vote(measure: Measure, person: str) -> Slice:
    """What a person's say on it is told apart by."""
    return Slice(action=measure.action, agent=measure.agent, rule=measure.rule, reviewer=person)


def _of_request(measure: Measure) -> Tally:
    counts = [*_facts(measure), *_outcome(measure), *_of_sample(measure), *_confidence(measure)]
    vote = measure.deciding_vote
    times = []
    if measure.turnaround is not None:
        times.append(_time("turnaround", measure.turnaround))
    if measure.first_look_at is not None:
        looked = measure.first_look_at - measure.created_at
        times.append(_time("first_look", int(looked.total_seconds() * 1000)))
    if vote is not None and vote.deliberation is not None:
        counts += _deliberation(measure, vote)
        times.append(_time("deliberation", vote.deliberation))
    return Tally(lanes(counts), lanes(times))


def _of_vote(measure: Measure, vote: VoteMeasure) -> Tally:
    rejects = vote.decision is DecisionType.REJECT
    names = ["submitted", "rejected" if rejects else "approved"]
    if vote.decision is DecisionType.EDIT:
        names.append("edited")
    if rejects and vote.reason is not None:
        names.append(f"reason_{vote.reason.value}")
    if not rejects and measure.is_clean:
        names.append("clean")
    counts = [(LANE[name], 1) for name in names]
    if not rejects:
        counts += _outcome(measure)
    times = [_time("turnaround", int((vote.at - measure.created_at).total_seconds() * 1000))]
    if vote.deliberation is not None:
        counts += _deliberation(measure, vote)
        times.append(_time("deliberation", vote.deliberation))
    return Tally(lanes(counts), lanes(times))


def _facts(measure: Measure) -> list[tuple[int, int]]:
    names = ["submitted", measure.ending.value]
    if measure.edited and measure.ending is Ending.APPROVED:
        names.append("edited")
    if measure.reverted:
        names.append("overridden" if measure.ending is Ending.AUTOMATIC else "reverted")
    if measure.is_clean:
        names.append("clean")
    if measure.reason is not None and measure.ending is Ending.REJECTED:
        names.append(f"reason_{measure.reason.value}")
    return [(LANE[name], 1) for name in names]


def _outcome(measure: Measure) -> list[tuple[int, int]]:
    names = []
    if measure.has_outcome:
        names.append("outcomes")
    if measure.is_error:
        names.append("errors")
    if measure.rated_right is not None:
        names.append("rated")
    if measure.rated_right is False:
        names.append("rated_wrong")
    if measure.has_outcome or measure.reverted or measure.rated_right is not None:
        names.append("proved")
    if measure.went_wrong:
        names.append("went_wrong")
    return [(LANE[name], 1) for name in names]


def _of_sample(measure: Measure) -> list[tuple[int, int]]:
    if measure.agreed is None:
        return []
    return [(LANE["sampled"], 1), (LANE["disagreed"], 0 if measure.agreed else 1)]


def _deliberation(measure: Measure, vote: VoteMeasure) -> list[tuple[int, int]]:
    return [(LANE["timed"], 1), (LANE["hasty"], int(vote.is_hasty(measure.length)))]


def _confidence(measure: Measure) -> list[tuple[int, int]]:
    right = measure.proved_right
    if measure.confidence is None or right is None:
        return []
    first = len(COUNTS) + min(measure.confidence * BINS // 1000, BINS - 1) * len(OF_BIN)
    error = (1000 if right else 0) - measure.confidence
    return [
        (first, 1),
        (first + 1, int(right)),
        (first + 2, measure.confidence),
        (first + 3, round(error * error / 100)),
    ]


def _time(name: str, milliseconds: int) -> tuple[int, int]:
    return bucket(milliseconds) * len(TIMES) + TIMES.index(name), 1
