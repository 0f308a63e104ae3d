"""Audit events: past tense, never changed.

An event's `facts` are hashed into the chain as they are; its `private` values (names, free text)
enter the hash only as salted commitments, so that they can be erased and the chain still holds.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TypeAlias

#: the actor of what no person and no agent did
BY_RULE = "rule"
BY_CLOCK = "clock"
#: the actor of a press by an account that belongs to no person; the account itself is a private value
STRANGER = "stranger"

Fact: TypeAlias = str | int | bool | list[str] | dict[str, str] | None


class EventKind(StrEnum):
    """What can have happened."""

    REQUEST_SUBMITTED = "request.submitted"
    REQUEST_RULED = "request.ruled"  # a rule decided, nobody was asked
    PEOPLE_TOLD = "people.told"  # of what a rule approved
    STEP_STARTED = "step.started"
    STEP_SKIPPED = "step.skipped"
    REMINDER_DUE = "reminder.due"
    REQUEST_ESCALATED = "request.escalated"
    CARD_POSTED = "card.posted"
    CARD_UNDELIVERABLE = "card.undeliverable"
    VIEW_OPENED = "view.opened"
    VALUES_REVEALED = "values.revealed"  # to one person; the values themselves are in no event
    VOTE_CAST = "vote.cast"
    VOTE_WITHDRAWN = "vote.withdrawn"
    REQUEST_EDITED = "request.edited"
    REQUEST_REDIRECTED = "request.redirected"  # asked elsewhere, by hand
    REQUEST_COVERED = "request.covered"  # somebody stands in for a person who is away
    REQUEST_PAUSED = "request.paused"
    REQUEST_RESUMED = "request.resumed"
    REQUEST_CLAIMED = "request.claimed"
    CLAIM_LAPSED = "claim.lapsed"
    CLAIM_RELEASED = "claim.released"
    REQUEST_HANDED_OVER = "request.handed_over"
    QUESTION_ASKED = "question.asked"
    VETO_STARTED = "veto.started"
    VETO_STAYED = "veto.stayed"  # an objection waits for a look-up, and the window with it
    VETO_EXTENDED = "veto.extended"
    VETO_LIFTED = "veto.lifted"  # a move turned the window into a gate
    REQUEST_DECIDED = "request.decided"
    SAMPLE_ASKED = "sample.asked"  # a quality check of an automatic approval
    SAMPLE_ANSWERED = "sample.answered"
    SAMPLE_LAPSED = "sample.lapsed"
    REQUEST_RATED = "request.rated"  # by a person, afterwards
    REQUEST_EXPIRED = "request.expired"
    REQUEST_CANCELLED = "request.cancelled"
    PRESS_REFUSED = "press.refused"
    APPROVAL_REDEEMED = "approval.redeemed"
    REDEEM_REFUSED = "redeem.refused"
    OUTCOME_REPORTED = "outcome.reported"
    REQUEST_REVERTED = "request.reverted"
    REQUEST_ERASED = "request.erased"  # what it held of people; what was decided stays
    WORDS_ERASED = "words.erased"  # what one reviewer wrote about a request
    DATA_ERASED = "data.erased"  # by hand, of a subject or a person
    AGENT_SAID = "agent.said"
    PERSON_SAID = "person.said"  # in the thread of a card
    CALLBACK_TAKEN = "callback.taken"
    CALLBACK_GIVEN_UP = "callback.given_up"
    CALLBACK_REPLAYED = "callback.replayed"
    KEY_CREATED = "key.created"
    KEY_REVOKED = "key.revoked"
    SECRET_ROTATED = "secret.rotated"  # noqa: S105 - the name of an event  # nosec B105
    SIGNING_KEY_CREATED = "signing_key.created"
    POLICY_LOADED = "policy.loaded"
    POLICY_REFUSED = "policy.refused"  # the changed file cannot be used
    ROUTE_MADE = "route.made"
    ROUTE_ENDED = "route.ended"
    PAUSE_BEGUN = "pause.begun"
    PAUSE_ENDED = "pause.ended"
    PERSON_AWAY = "person.away"
    PERSON_BACK = "person.back"
    RULE_MOVED = "rule.moved"  # on its ladder, by its owner or by itself
    RULE_REVIEWED = "rule.reviewed"  # its owner was shown the numbers, or answered
    INSTALLATION_ADDED = "installation.added"  # a Slack workspace installed the app
    INSTALLATION_REVOKED = "installation.revoked"
    DATABASE_RESTORED = "database.restored"  # a backup took its place


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """One thing that happened to one subject."""

    kind: EventKind
    #: `person:ann`, `agent:support-bot`, `rule`, `clock` or `stranger`
    actor: str
    #: hashed as they are; no personal data
    facts: Mapping[str, Fact] = field(default_factory=dict)
    #: hashed as salted commitments, erasable
    private: Mapping[str, str] = field(default_factory=dict)
