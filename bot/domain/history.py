"""What came before a request, as numbers that rules may read: `history.same_subject_30d < 3`.

A number never counts the request itself. *Today* is the day in UTC; *30 days* are today and the 29 days
before it. *Automatic* is what a rule let run without waiting for a person (`auto`, `notify`, and `veto`
when its window opened), whatever became of it afterwards. What people decided counts on the day they did.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from decimal import Decimal

from bot.domain.request import Proposal


@dataclass(frozen=True, slots=True, kw_only=True)
class HistoryScope:
    """Which history belongs to a request."""

    agent: str
    action: str
    #: whom or what it is about, by the id that the agent gave; None where it names nobody
    subject: str | None = None
    #: of its amount, None where it has none
    currency: str | None = None


def scope_of(agent: str, proposal: Proposal) -> HistoryScope:
    """Which history belongs to what an agent proposes."""
    return HistoryScope(
        agent=agent, action=proposal.action, subject=proposal.subject, currency=proposal.currency
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class History:
    """The values by the names that rules read.

    None where a value was not asked for, and where there is none: of the subject for a request that names no
    subject, of amounts for one that has no currency.
    """

    #: requests of this agent for this action
    agent_action_count: int | None = None
    #: the same, in 30 days
    agent_action_30d: int | None = None
    #: the same, today
    agent_action_today: int | None = None
    #: of these, automatic ones today
    agent_action_automatic_today: int | None = None
    #: of these, how many people approved in 30 days, edited or not
    agent_action_approved_30d: int | None = None
    #: of these, how many people rejected or reverted in 30 days
    agent_action_rejected_30d: int | None = None
    #: automatic requests of this agent today, whatever the action; not those that only read and no rule took
    automatic_today: int | None = None
    #: what these come to, of those in the currency of this request
    automatic_amount_today: Decimal | None = None
    #: requests about the same subject in 30 days, of any agent and action
    same_subject_30d: int | None = None
    #: requests about the same subject for the same action, of any agent
    subject_action_count: int | None = None
    #: the same, in 30 days
    subject_action_30d: int | None = None
    #: automatic requests about the same subject in 30 days, of any agent and action
    subject_automatic_30d: int | None = None
    #: what these come to, of those in the currency of this request
    subject_automatic_amount_30d: Decimal | None = None
    #: requests about the same subject that people approved, edited or not, of any agent and action
    approved_before: int | None = None
    #: requests about the same subject that people rejected or reverted, of any agent and action
    rejected_before: int | None = None

    def values(self, names: Iterable[str] | None = None) -> Mapping[str, int | Decimal]:
        """What is known, by name; of these names only where some are given."""
        wanted = NAMES if names is None else NAMES & frozenset(names)
        found = {name: getattr(self, name) for name in sorted(wanted)}
        return {name: value for name, value in found.items() if value is not None}


#: every name that a rule may read after `history.`
NAMES: frozenset[str] = frozenset(field.name for field in fields(History))
#: amounts of money; the others are whole numbers
AMOUNTS = frozenset({"automatic_amount_today", "subject_automatic_amount_30d"})
#: there only for a request that names a subject
OF_SUBJECT = frozenset(
    {
        "same_subject_30d",
        "subject_action_count",
        "subject_action_30d",
        "subject_automatic_30d",
        "subject_automatic_amount_30d",
        "approved_before",
        "rejected_before",
    }
)


def lacking(scope: HistoryScope, names: Iterable[str]) -> frozenset[str]:
    """Of these names, those that have no value for such a request."""
    absent = OF_SUBJECT if scope.subject is None else frozenset()
    if scope.currency is None:
        absent |= AMOUNTS
    return absent & frozenset(names)
