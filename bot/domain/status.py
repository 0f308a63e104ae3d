"""The few words a request's state is told in; progress is numbers, not more words."""

from __future__ import annotations

from enum import StrEnum


class Status(StrEnum):
    """Where an approval request stands."""

    PENDING = "pending"  # somebody is being asked
    APPROVED = "approved"  # by people, or by a rule
    REJECTED = "rejected"  # by people, or by a rule
    EXPIRED = "expired"  # nobody answered; never a refusal
    CANCELLED = "cancelled"  # the agent withdrew or superseded it

    @property
    def is_final(self) -> bool:
        """Whether nothing can change the status any more."""
        return self is not Status.PENDING


class Mode(StrEnum):
    """The oversight a ruling demands."""

    AUTO = "auto"  # runs at once
    NOTIFY = "notify"  # runs at once, people are told
    VETO = "veto"  # runs unless somebody objects within the window
    GATE = "gate"  # waits for people
    REFUSE = "refuse"  # never runs


class Held(StrEnum):
    """What kept a request from running as its rule would have let it."""

    IRREVERSIBLE = "irreversible"
    OUT_OF_SCOPE = "out_of_scope"
    BUDGET = "budget"  # its agent has used up what it may do alone
    PAUSED = "paused"
    EDITED = "edited"  # a reviewer changed the arguments, so people approve them


class DecisionType(StrEnum):
    """What a person can decide."""

    APPROVE = "approve"
    EDIT = "edit"  # approve with changed arguments
    REJECT = "reject"


class ReasonCode(StrEnum):
    """Why a person said no: the taxonomy that measures are taken from."""

    POLICY = "policy"
    WRONG_FACTS = "wrong_facts"
    WRONG_ACTION = "wrong_action"
    WRONG_AMOUNT = "wrong_amount"
    MISSING_INFORMATION = "missing_information"
    TONE = "tone"
    TOO_RISKY = "too_risky"
    DUPLICATE = "duplicate"
    TAKEN_OVER = "taken_over"  # a person handles it from here
    OTHER = "other"


class OutcomeStatus(StrEnum):
    """What the agent reports after acting."""

    SUCCEEDED = "succeeded"
    FAILED = "failed"
    NOT_RUN = "not_run"
    REVERTED = "reverted"


class ImpactLevel(StrEnum):
    """How much is at stake."""

    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"
