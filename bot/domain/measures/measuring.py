"""Measuring: from a request as it stands, and who looked at it when, to its measure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from bot.domain.destinations import is_person, platform
from bot.domain.measures.measure import Ending, Measure, VoteMeasure
from bot.domain.ratings import Grade, Rating
from bot.domain.request import ApprovalRequest, Vote
from bot.domain.sample import Sample, Verdict
from bot.domain.status import Mode, Status

#: who was busy with other things longer than this was not deliberating; nothing is known then
LONGEST_DELIBERATION = timedelta(minutes=30)
#: the channel of what nobody was asked about
NOWHERE = "none"
#: characters of what an agent calls its version
LONGEST_VERSION = 64

#: modes in which people are at most told, or asked later for a sample
_ASKS_NOBODY = (Mode.AUTO, Mode.NOTIFY, Mode.REFUSE)
_MILLISECOND = timedelta(milliseconds=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class PacketFacts:
    """What is measured of a packet; kept with the measure, for when the packet itself is gone."""

    agent_version: str = ""
    #: thousandths
    confidence: int | None = None
    #: characters
    length: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """What people did around a request."""

    #: when each person first opened, claimed, questioned or voted on it
    looks: Mapping[str, datetime] = field(default_factory=dict)
    #: when each person who votes now had voted on anything else before
    before: Mapping[str, datetime] = field(default_factory=dict)
    #: each person's vote as it was measured before
    measured: Mapping[str, VoteMeasure] = field(default_factory=dict)


def measured(request: ApprovalRequest, packet: PacketFacts, seen: Seen) -> Measure:
    """The measure of a request."""
    ending, progress, ruling = ending_of(request), request.progress, request.proposal.ruling
    decision = progress.decision
    by_people = decision is not None and bool(decision.by)
    return Measure(
        request_id=request.id,
        created_at=request.created_at,
        agent=request.agent,
        agent_version=packet.agent_version,
        action=request.proposal.action,
        rule=ruling.rule,
        policy_version=request.proposal.policy_version,
        mode=ruling.mode.value,
        channel=channel_of(request),
        ending=ending,
        edited=bool(progress.edited_by),
        reverted=progress.reverted_at is not None,
        reason=decision.reason.code if decision is not None and decision.reason is not None else None,
        turnaround=_between(request.created_at, decision.decided_at) if decision and by_people else None,
        first_look_at=min(seen.looks.values(), default=None),
        confidence=packet.confidence,
        length=packet.length,
        revision=request.revision,
        reverter=progress.reverted_by,
        sampler=_sampler(progress.sample),
        agreed=_agreed(progress.sample),
        rated_right=_rated_right(progress.ratings),
        outcome=progress.outcome.status if progress.outcome is not None else None,
        votes=tuple(_voted(request, vote, seen) for vote in sorted(progress.votes, key=lambda v: v.at)),
    )


def _sampler(sample: Sample | None) -> str | None:
    return sample.person if sample is not None and sample.verdict is not None else None


def _agreed(sample: Sample | None) -> bool | None:
    if sample is None or sample.verdict is None or sample.person is None:
        return None
    return sample.verdict is Verdict.AGREE


def _rated_right(ratings: Sequence[Rating]) -> bool | None:
    last = max(ratings, key=lambda rating: rating.at, default=None)
    return None if last is None else last.verdict is Grade.RIGHT


def ending_of(request: ApprovalRequest) -> Ending:
    """How far a request came, and through whom."""
    decision = request.progress.decision
    by_people = decision is not None and bool(decision.by)
    match request.status:
        case Status.APPROVED:
            return Ending.APPROVED if by_people else Ending.AUTOMATIC
        case Status.REJECTED:
            return Ending.REJECTED if by_people else Ending.REFUSED
        case other:
            return Ending(other.value)


def channel_of(request: ApprovalRequest) -> str:
    """Where the deciding vote came from, else where it was asked first; a person's own place is told by its
    platform alone.
    """
    progress = request.progress
    if request.proposal.ruling.mode in _ASKS_NOBODY:
        return NOWHERE
    if progress.votes:
        via = max(progress.votes, key=lambda vote: vote.at).via
        there = [place for place in progress.reached if platform(place) == via and not is_person(place)]
        return there[0] if len(there) == 1 else via
    asked = next(iter(progress.reached), None)
    if asked is None:
        return NOWHERE
    return platform(asked) if is_person(asked) else asked


def _voted(request: ApprovalRequest, vote: Vote, seen: Seen) -> VoteMeasure:
    known = seen.measured.get(vote.person)
    if known is not None and known.at == vote.at:
        return known
    return VoteMeasure(
        person=vote.person,
        at=vote.at,
        decision=vote.decision,
        reason=vote.reason.code if vote.reason is not None else None,
        deliberation=deliberation(request, vote, seen),
    )


def deliberation(request: ApprovalRequest, vote: Vote, seen: Seen) -> int | None:
    """Milliseconds that a person spent on a vote at most, None where they may have been busy otherwise.

    They cannot have begun before the request came, before they first looked at it where that is known, nor
    before they had voted on another.
    """
    begun = [request.created_at]
    begun += [look for look in (seen.looks.get(vote.person),) if look is not None and look < vote.at]
    begun += [earlier for earlier in (seen.before.get(vote.person),) if earlier is not None]
    spent = vote.at - max(begun)
    return None if spent > LONGEST_DELIBERATION else spent // _MILLISECOND


def _between(first: datetime, then: datetime) -> int:
    return max(0, (then - first) // _MILLISECOND)
