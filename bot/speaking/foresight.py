"""Looking back to see ahead: which requests of the last days a route or a pause would have caught."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from bot.domain.matching import matches
from bot.domain.request import ApprovalRequest
from bot.domain.rules import UnmetError
from bot.domain.text import one_line
from bot.domain.visibility import may_see
from bot.jobs import Stored
from bot.policy.bodies import body_of
from bot.policy.conditions import compiled
from bot.policy.derive import Facts
from bot.speaking.desk import Desk, Said
from bot.speaking.telling import lately

WEEK = timedelta(days=7)
#: the latest requests that are looked at
_FURTHEST = 1_000
_EXAMPLES = 3
_SUMMARY = 100


@dataclass(slots=True)
class Caught:
    """What would have been caught."""

    requests: list[ApprovalRequest]
    #: of how many requests it could not be told
    untold: int = 0
    #: whether older ones of the week were left out
    is_cut: bool = False


async def caught(desk: Desk, said: Said, match: str, when: str | None = None) -> Caught:
    """Requests of the last week that the person may see and that a pattern and a condition fit."""
    latest = await desk.steering.since(said.now - WEEK, _FURTHEST)
    found = Caught(requests=[], is_cut=len(latest) == _FURTHEST)
    directory = desk.directory
    for stored in latest:
        request = stored.request
        if matches(match, request.proposal.action) and may_see(directory, request, said.person.id):
            _look(found, stored, when)
    return found


def told(found: Caught, said: Said, what: str) -> Sequence[str]:
    """The count and a few examples, a line each."""
    count = len(found.requests)
    some = "at least " if found.is_cut else ""
    lines = [f"In the last 7 days it would have {what} {some}{_requests(count)}{':' if count else '.'}"]
    lines += [_example(request, said) for request in found.requests[:_EXAMPLES]]
    if count > _EXAMPLES:
        lines.append(f"• and {count - _EXAMPLES} more")
    if found.untold:
        lines.append(
            f"Of {_requests(found.untold)} the condition could not be told, because something that it reads"
            " is absent there; these are passed over. Ask with `has(…)` first."
        )
    return lines


def _example(request: ApprovalRequest, said: Said) -> str:
    return f"• {one_line(request.proposal.summary, _SUMMARY)} · {lately(request.created_at, said.zone)}"


def _requests(count: int) -> str:
    return f"{count} request{'' if count == 1 else 's'}" if count else "no request"


def _look(found: Caught, stored: Stored, when: str | None) -> None:
    if when is None:
        found.requests.append(stored.request)
        return
    proposal, condition = stored.request.proposal, compiled(when)
    facts = Facts(amount=proposal.amount, currency=proposal.currency, summary=proposal.summary)
    try:
        if condition.holds(body_of(stored.request.agent, stored.packet, facts, condition.roots)):
            found.requests.append(stored.request)
    except UnmetError:
        found.untold += 1
