"""The approval request: what is asked, how far it came, and what was decided.

Three parts with three lives: `Terms` change only where an edit belongs to another escalation policy, a
`Proposal` holds for one revision, and `Progress` changes with every move. All times are UTC.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal

from bot.domain.attention import Claim, Escalated, Question, ViewOpened
from bot.domain.outcome import Outcome, Redemption
from bot.domain.ratings import Rating
from bot.domain.redirection import Redirection
from bot.domain.sample import Sample
from bot.domain.status import DecisionType, Held, Mode, ReasonCode, Status
from bot.domain.terms import Step, Terms


@dataclass(frozen=True, slots=True, kw_only=True)
class ShadowRuling:
    """What a rule in the shadow would have demanded."""

    rule: str
    mode: Mode


@dataclass(frozen=True, slots=True, kw_only=True)
class Ruling:
    """What the policy says to one revision, and why."""

    mode: Mode
    #: the rule's name, `default` when none matched
    rule: str
    #: the person who answers for the rule
    owner: str | None = None
    #: the reason, in words for the card
    why: str
    #: the values that matched, by path; masked ones say no more than a card does
    matched: Mapping[str, str] = field(default_factory=dict)
    #: for `veto`: how long people may object, in working time
    window: timedelta | None = None
    #: the chance with which it was to be drawn for a look afterwards, 0 to 1
    sample: float = 0.0
    #: it was drawn
    sampled: bool = False
    #: what rules in the shadow would have demanded, in the order in which they were asked
    shadowed: tuple[ShadowRuling, ...] = ()
    #: the values of history that the rules were given, by name
    history: Mapping[str, int | Decimal] = field(default_factory=dict)
    #: what put a gate in the place of what the rule demanded, None where the rule's own mode stands
    held: Held | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """One revision's facts: derived from the arguments where the policy says how, never merely claimed."""

    action: str
    summary: str
    #: `sha256:<hex>` over the RFC 8785 form of name and arguments
    digest: str
    #: whom or what it is about, by the id that the agent gave
    subject: str | None = None
    amount: Decimal | None = None
    currency: str | None = None
    #: the approval then needs the approver's own view of the whole packet
    high_impact: bool = False
    irreversible: bool = True
    urgent: bool = False
    #: what is typed to confirm, where the policy names an argument for it
    confirm_word: str = ""
    ruling: Ruling
    policy_version: str
    #: the route that was taken, None for the default
    route: str | None = None
    #: why routes before it could not be told to take the request, as sentences
    passed_over: tuple[str, ...] = ()
    #: the route that the agent named, None where the policy chose
    chosen_route: str | None = None
    on_behalf_of: str | None = None
    choices: tuple[str, ...] = ("approve", "edit", "reject", "escalate")
    callback_url: str | None = None
    #: hard deadline, which never pauses
    needed_by: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """Why somebody decided as they did."""

    code: ReasonCode
    text: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Vote:
    """One person's say on the current revision."""

    person: str
    decision: DecisionType
    at: datetime
    #: the platform it came through
    via: str
    reason: Reason | None = None
    #: for whom, of those who may decide, the person stood in
    covering: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """What was decided, by whom; `by` is empty when a rule decided."""

    type: DecisionType
    by: tuple[str, ...]
    decided_at: datetime
    reason: Reason | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """Everything that moves."""

    #: 1 for the first; 0 while nobody is asked
    step: int = 0
    round: int = 0
    step_ends_at: datetime | None = None
    remind_at: datetime | None = None
    veto_ends_at: datetime | None = None
    #: a move turned the veto window into a gate
    veto_lifted: bool = False
    #: it ran on once, because nobody watched it when it ended
    veto_extended: bool = False
    #: command ids of objections that wait until it is known who is in a group; the window rests meanwhile
    objecting: tuple[str, ...] = ()
    #: destinations of the current step that have not failed
    reaching: tuple[str, ...] = ()
    #: destinations that were ever given a card
    reached: tuple[str, ...] = ()
    #: destinations that cannot be reached; they are not asked again
    undeliverable: tuple[str, ...] = ()
    #: why steps just before the current one were not waited for, as sentences
    skipped: tuple[str, ...] = ()
    #: groups and people who may decide by the steps reached so far, beside the quorum's
    widened: tuple[str, ...] = ()
    votes: tuple[Vote, ...] = ()
    opened: tuple[ViewOpened, ...] = ()
    #: who made the later revisions, one person for each
    edited_by: tuple[str, ...] = ()
    claim: Claim | None = None
    redirected: Redirection | None = None
    #: oldest first
    questions: tuple[Question, ...] = ()
    #: the last one for which a reason was given
    escalated: Escalated | None = None
    decision: Decision | None = None
    #: why it ended without a decision
    ended: str | None = None
    #: the lead who withdrew it, None for its agent
    withdrawn_by: str | None = None
    ended_at: datetime | None = None
    outcome: Outcome | None = None
    redemption: Redemption | None = None
    #: when a person took back what was approved by rule
    reverted_at: datetime | None = None
    reverted_by: str | None = None
    reverted_reason: Reason | None = None
    #: the quality check of an automatic approval that was drawn
    sample: Sample | None = None
    #: when what it held of people was erased
    erased_at: datetime | None = None
    #: what people said of the decision later on, one for each
    ratings: tuple[Rating, ...] = ()
    #: how many things were said about it
    said: int = 0
    #: how many callbacks were written so far
    callbacks: int = 0
    #: `pending`, `delivered` or `failed` for the latest callback, None while there is none
    callback: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ApprovalRequest:
    """What an agent asks and what became of it."""

    id: str
    agent: str
    created_at: datetime
    status: Status
    #: grows with every change; guards the update
    version: int
    #: grows with every edit of the arguments
    revision: int = 1
    terms: Terms
    proposal: Proposal
    progress: Progress = Progress()

    @property
    def current_step(self) -> Step | None:
        """The step that is being waited for, None before the first."""
        return self.terms.steps[self.progress.step - 1] if self.progress.step else None

    @property
    def is_blind(self) -> bool:
        """Whether a quality check is open, so that nobody may be shown what was ruled and decided."""
        sample = self.progress.sample
        return sample is not None and sample.state.is_open

    @property
    def veto_open(self) -> bool:
        """Whether silence would approve."""
        return self.proposal.ruling.mode is Mode.VETO and not self.progress.veto_lifted

    @property
    def ran_by_rule(self) -> bool:
        """Whether it was approved without anybody's say: by a rule, or because nobody objected."""
        decision = self.progress.decision
        return self.status is Status.APPROVED and decision is not None and not decision.by

    @property
    def voters(self) -> tuple[str, ...]:
        """Names of the groups and people who may decide now."""
        return (*self.terms.quorum.voters, *self.progress.widened)

    @property
    def due_at(self) -> datetime | None:
        """When the next thing happens by itself, None when nothing will."""
        progress = self.progress
        if self.status.is_final:
            return progress.sample.due_at if progress.sample is not None else None
        claim = progress.claim.lapses_at if progress.claim else None
        times = (
            progress.step_ends_at,
            progress.remind_at,
            None if progress.objecting else progress.veto_ends_at,
            claim,
            self.proposal.needed_by,
        )
        return min((at for at in times if at is not None), default=None)
