"""What this person can do with this request, said before they press; the press itself is ruled on anew."""

from __future__ import annotations

from dataclasses import dataclass

from adapters.web.visitor import Visitor
from bot.domain.authority import Refused, could_approve, may
from bot.domain.choice import Choice
from bot.domain.directory import Directory
from bot.domain.overriding import may_override
from bot.domain.rating import may_rate, why_not_ratable
from bot.domain.request import ApprovalRequest

_MOST_NAMES = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """Whether a person can decide a request, and who can if not."""

    may_decide: bool
    may_approve: bool
    #: whether they could take back what a rule approved
    may_override: bool = False
    #: whether they could say that the decision was right or wrong
    may_rate: bool = False
    #: why not, None when they can do everything
    hint: str | None = None


def standing(directory: Directory, request: ApprovalRequest, visitor: Visitor) -> Standing:
    """How a visitor stands to a request now."""
    if request.is_blind:
        return _judging(directory, request, visitor)
    if request.status.is_final:
        overrides = may_override(request, directory, visitor.person)
        rates = why_not_ratable(request) is None and may_rate(directory, request, visitor.person)
        return Standing(may_decide=False, may_approve=False, may_override=overrides, may_rate=rates)
    if isinstance(may(directory, request, visitor.presser, Choice.REJECT), Refused):
        return Standing(may_decide=False, may_approve=False, hint=_others(directory, request))
    refused = may(directory, request, visitor.presser, Choice.APPROVE)
    if isinstance(refused, Refused):
        return Standing(may_decide=True, may_approve=False, hint=refused.sentence)
    return Standing(may_decide=True, may_approve=True)


def _judging(directory: Directory, request: ApprovalRequest, visitor: Visitor) -> Standing:
    """A verdict takes what an approval takes."""
    refused = may(directory, request, visitor.presser, Choice.APPROVE)
    if isinstance(refused, Refused):
        return Standing(may_decide=False, may_approve=False, hint=refused.sentence)
    return Standing(may_decide=True, may_approve=True)


def has_seen(request: ApprovalRequest, visitor: Visitor) -> bool:
    """Whether the visitor's own view of this revision was opened."""
    opened = {(view.person, view.revision) for view in request.progress.opened}
    return (visitor.person.id, request.revision) in opened


def _others(directory: Directory, request: ApprovalRequest) -> str:
    names = [person.name for person in could_approve(directory, request)]
    if not names:
        return "Nobody who is asked can approve this."
    if len(names) > _MOST_NAMES:
        names = [*names[:_MOST_NAMES], f"{len(names) - _MOST_NAMES} more"]
    listed = names[0] if len(names) == 1 else f"{', '.join(names[:-1])} or {names[-1]}"
    return f"You can look; {listed} can decide."
