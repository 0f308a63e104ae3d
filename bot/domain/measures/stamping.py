"""Rubber stamps: reviewers who seem to approve without looking.

Nobody is told of for one sign alone, but for approving faster than anybody reads: reviewers who only get easy
cases approve in long rows too.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from bot.domain.measures.findings import RubberStamp, Signal
from bot.domain.measures.rate import Rate
from bot.domain.measures.significance import run_by_chance, two_shares

#: decisions, and among them timed ones, proved ones or samples, below which a sign says nothing
FEWEST = 30
#: so great a share of approvals is faster than anybody reads, at the lower bound
MOSTLY = 0.5
#: how improbable by chance a difference from the others has to be, divided by how many are compared
BY_CHANCE = 0.001
#: a difference from the others that matters, as a share
MATTERS = 0.02


@dataclass(frozen=True, slots=True, kw_only=True)
class Votes:
    """What one reviewer did at one action."""

    reviewer: str
    action: str
    approved: int = 0
    rejected: int = 0
    #: approvals faster than anybody reads, among votes of which it is known how long they took
    hasty: int = 0
    timed: int = 0
    #: approvals that went wrong, among those of which that is known
    went_wrong: int = 0
    proved: int = 0
    #: samples judged wrong, among those judged
    disagreed: int = 0
    sampled: int = 0
    #: the longest unbroken row of approvals, 0 for whoever is no suspect
    streak: int = 0

    @property
    def decided(self) -> int:
        """How many votes."""
        return self.approved + self.rejected


def suspects(votes: Sequence[Votes]) -> set[str]:
    """Whose unbroken rows of approvals are worth a look: who is hasty, or approves more than others."""
    everybody, by_chance = _by_action(votes), BY_CHANCE / max(1, len(votes))
    return {own.reviewer for own in votes if _is_hasty(own)} | {
        own.reviewer
        for own in votes
        if _exceeds(_approval(own), _approval(_without(everybody[own.action], own)), by_chance)
    }


def rubber_stamps(votes: Sequence[Votes]) -> tuple[RubberStamp, ...]:
    """Whom to talk to, the most decisions first."""
    by_reviewer: dict[str, list[Votes]] = {}
    for each in votes:
        by_reviewer.setdefault(each.reviewer, []).append(each)
    everybody = _by_action(votes)
    by_chance = BY_CHANCE / max(1, len(votes))
    found = [_looked_at(own, everybody, by_chance) for own in by_reviewer.values()]
    return tuple(sorted((each for each in found if each is not None), key=lambda each: -each.decided))


def _by_action(votes: Sequence[Votes]) -> Mapping[str, Votes]:
    whole: dict[str, Votes] = {}
    for each in votes:
        whole[each.action] = _added(whole.get(each.action), each)
    return whole


def _looked_at(own: Sequence[Votes], everybody: Mapping[str, Votes], by_chance: float) -> RubberStamp | None:
    others = [_without(everybody[each.action], each) for each in own]
    mine, theirs = _whole(own), _whole(others)
    signals = tuple(_signals(mine, theirs, list(zip(own, others, strict=True)), by_chance))
    if Signal.HASTY not in signals and len(signals) < 2:
        return None
    return RubberStamp(
        reviewer=mine.reviewer,
        signals=signals,
        decided=mine.decided,
        hasty=Rate(hits=mine.hasty, of=mine.timed),
        streak=max(each.streak for each in own),
        approval=_approval(mine),
        others=_approval(theirs),
        wrong=Rate(hits=mine.went_wrong, of=mine.proved),
        sentence=_sentence(mine, signals, max(each.streak for each in own)),
    )


def _signals(
    mine: Votes, theirs: Votes, pairs: Sequence[tuple[Votes, Votes]], by_chance: float
) -> Iterator[Signal]:
    if _is_hasty(mine):
        yield Signal.HASTY
    if any(_is_streak(own, others, by_chance) for own, others in pairs):
        yield Signal.STREAK
    wrong, usual = Rate(hits=mine.went_wrong, of=mine.proved), Rate(hits=theirs.went_wrong, of=theirs.proved)
    if _exceeds(wrong, usual, by_chance):
        yield Signal.WRONG
    missed = Rate(hits=mine.disagreed, of=mine.sampled)
    if _exceeds(Rate(hits=theirs.disagreed, of=theirs.sampled), missed, by_chance):
        yield Signal.AGREES


def _is_hasty(mine: Votes) -> bool:
    return mine.timed >= FEWEST and Rate(hits=mine.hasty, of=mine.timed).low >= MOSTLY


def _approval(votes: Votes) -> Rate:
    return Rate(hits=votes.approved, of=votes.decided)


def _is_streak(own: Votes, others: Votes, by_chance: float) -> bool:
    """Whether others, at their most approving, would hardly ever approve so many in a row."""
    if min(own.decided, others.decided) < FEWEST:
        return False
    usual = _approval(others).high
    return run_by_chance(own.streak, own.decided, usual) < by_chance


def _exceeds(one: Rate, other: Rate, by_chance: float) -> bool:
    """Whether one share is greater than another by what matters, and not by chance."""
    if min(one.of, other.of) < FEWEST or one.value is None or other.value is None:
        return False
    return one.value - other.value >= MATTERS and two_shares(one, other) < by_chance


def _added(one: Votes | None, other: Votes) -> Votes:
    return other if one is None else _combined(one, other, 1)


def _without(whole: Votes, part: Votes) -> Votes:
    return _combined(whole, part, -1)


def _whole(parts: Sequence[Votes]) -> Votes:
    whole = parts[0]
    for part in parts[1:]:
        whole = _combined(whole, part, 1)
    return whole


def _combined(one: Votes, other: Votes, sign: int) -> Votes:
    return Votes(
        reviewer=one.reviewer,
        action=one.action,
        approved=one.approved + sign * other.approved,
        rejected=one.rejected + sign * other.rejected,
        hasty=one.hasty + sign * other.hasty,
        timed=one.timed + sign * other.timed,
        went_wrong=one.went_wrong + sign * other.went_wrong,
        proved=one.proved + sign * other.proved,
        disagreed=one.disagreed + sign * other.disagreed,
        sampled=one.sampled + sign * other.sampled,
    )


def _sentence(mine: Votes, signals: Sequence[Signal], streak: int) -> str:
    said = {
        Signal.HASTY: f"{mine.hasty} of {mine.timed} timed decisions were faster than anybody reads",
        Signal.STREAK: f"{streak} approvals without a break, where others reject",
        Signal.WRONG: f"{mine.went_wrong} of {mine.proved} approvals went wrong, more than with others",
        Signal.AGREES: f"{mine.disagreed} of {mine.sampled} samples were found wrong, fewer than by others",
    }
    return f"{mine.reviewer} may approve without looking: {'; '.join(said[signal] for signal in signals)}."
