"""From a happening to the request, packet and events that the product would have stored."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from bench.history.company import LINES
from bench.history.happenings import Happening
from bot.domain.attention import ViewOpened
from bot.domain.events import BY_RULE, Event, EventKind, Fact
from bot.domain.ids import REQUEST, new_id
from bot.domain.outcome import Outcome
from bot.domain.packet import ProposedAction, ReviewPacket, Signals
from bot.domain.request import (
    ApprovalRequest,
    Decision,
    Progress,
    Proposal,
    Reason,
    Ruling,
    Vote,
)
from bot.domain.sample import Sample, SampleState, Verdict
from bot.domain.status import DecisionType, Mode, OutcomeStatus, Status
from bot.domain.terms import Quorum, Step, Target, TargetKind, Terms

WAIT = timedelta(hours=4)
_TEXT = "The customer asks for this because of what happened last week, and the record bears it out. " * 20
_DIGEST = f"sha256:{'0' * 64}"
_STATUS = {
    "approve": Status.APPROVED,
    "edit": Status.APPROVED,
    "reject": Status.REJECTED,
    "expire": Status.EXPIRED,
    "cancel": Status.CANCELLED,
    "wait": Status.PENDING,
}


class Told(NamedTuple):
    """Something that happened, and when."""

    at: datetime
    event: Event


class Made(NamedTuple):
    """One request as it ended, with all that led there."""

    request: ApprovalRequest
    packet: ReviewPacket
    told: tuple[Told, ...]


def terms() -> Mapping[str, Terms]:
    """The terms by action."""
    return {line.action: _terms(line.channel) for line in LINES}


def made(happening: Happening, by_action: Mapping[str, Terms]) -> Made:
    """The request of a happening."""
    line = happening.line
    mode = Mode(line.mode) if happening.automatic else Mode.GATE
    rule = f"small-{line.action}" if happening.automatic else line.gate
    request = ApprovalRequest(
        id=new_id(REQUEST, at=happening.at.timestamp()),
        agent=line.agent,
        created_at=happening.at,
        status=Status.APPROVED if happening.end is None else _STATUS[happening.end],
        version=1,
        revision=2 if happening.end == "edit" else 1,
        terms=by_action[line.action],
        proposal=Proposal(
            action=line.action,
            summary=f"{line.action} for a customer",
            digest=_DIGEST,
            irreversible=False,
            ruling=Ruling(mode=mode, rule=rule, why="It is the rule."),
            policy_version=happening.policy_version,
        ),
        progress=_progress(happening),
    )
    return Made(request, _packet(happening), tuple(_told(happening, rule)))


def _terms(channel: str) -> Terms:
    step = Step(to=(Target(kind=TargetKind.CHANNEL, ref=channel, label=f"#{channel}"),), wait=WAIT)
    quorum = Quorum(voters=("reviewers",))
    return Terms(escalation_policy=channel, quorum=quorum, steps=(step,), action_owner="owner")


def _packet(happening: Happening) -> ReviewPacket:
    return ReviewPacket(
        action=ProposedAction(name=happening.line.action, arguments={"order": "4892"}),
        reasoning=_TEXT[: happening.length],
        signals=Signals(confidence=happening.confidence),
        agent_version=happening.version,
    )


def _progress(happening: Happening) -> Progress:
    at, line = happening.ended_at, happening.line
    decided = happening.end in ("approve", "edit", "reject")
    if happening.end is None:
        return _by_rule(happening)
    asked: dict[str, Any] = {"step": 1, "round": 1, "reached": (line.channel,), "reaching": (line.channel,)}
    if not decided or at is None:
        ends: dict[str, Any] = (
            {"step_ends_at": happening.at + WAIT} if at is None else {"ended_at": at, "ended": "…"}
        )
        return Progress(**asked, **ends)
    kind, reason = DecisionType(happening.end or ""), _reason(happening)
    revision = 2 if happening.end == "edit" else 1
    vote = Vote(
        person=happening.person, decision=kind, at=at, via=line.channel.partition(":")[0], reason=reason
    )
    looked = happening.looked_at
    return Progress(
        **asked,
        votes=(vote,),
        opened=(ViewOpened(person=happening.person, revision=revision, at=looked),) if looked else (),
        edited_by=(happening.person,) if happening.end == "edit" else (),
        decision=Decision(type=kind, by=(happening.person,), decided_at=at, reason=reason),
        ended_at=at,
        outcome=_outcome(happening, at),
    )


def _reason(happening: Happening) -> Reason | None:
    return None if happening.reason is None else Reason(code=happening.reason)


def _by_rule(happening: Happening) -> Progress:
    at = happening.at
    state = SampleState.ANSWERED
    verdict = Verdict.AGREE if happening.agreed else Verdict.DISAGREE
    sampler = happening.sampler
    return Progress(
        decision=Decision(type=DecisionType.APPROVE, by=(), decided_at=at),
        ended_at=at,
        outcome=_outcome(happening, at),
        reverted_at=happening.ended_at if happening.reverter else None,
        reverted_by=happening.reverter,
        sample=Sample(state=state, person=sampler, verdict=verdict, at=happening.ended_at)
        if sampler
        else None,
    )


def _outcome(happening: Happening, at: datetime) -> Outcome | None:
    if happening.outcome is None:
        return None
    return Outcome(status=OutcomeStatus(happening.outcome), detail="", at=at + timedelta(minutes=1))


def _told(happening: Happening, rule: str) -> Iterator[Told]:
    person, at = f"person:{happening.person}", happening.ended_at or happening.at
    yield _event(happening.at, EventKind.REQUEST_SUBMITTED, f"agent:{happening.line.agent}", rule=rule)
    if happening.looked_at is not None:
        yield _event(happening.looked_at, EventKind.VIEW_OPENED, person, revision=1)
    match happening.end:
        case None:
            yield _event(happening.at, EventKind.REQUEST_RULED, BY_RULE, rule=rule)
        case "approve" | "edit" | "reject":
            yield _event(at, EventKind.VOTE_CAST, person, decision=happening.end)
            yield _event(at, EventKind.REQUEST_DECIDED, person, decision=happening.end, by=[happening.person])
        case "expire":
            yield _event(at, EventKind.REQUEST_EXPIRED, "clock")
        case "cancel":
            yield _event(at, EventKind.REQUEST_CANCELLED, f"agent:{happening.line.agent}")
        case _:
            pass
    if happening.sampler is not None:
        yield _event(at, EventKind.SAMPLE_ANSWERED, f"person:{happening.sampler}")
    if happening.reverter is not None:
        yield _event(at, EventKind.REQUEST_REVERTED, f"person:{happening.reverter}")


def _event(at: datetime, kind: EventKind, actor: str, **facts: Fact) -> Told:
    return Told(at, Event(kind=kind, actor=actor, facts=facts))
