"""Words of answers: moments in the speaker's zone, requests on a line, what is set on a line."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from bot.domain.card import Line
from bot.domain.directory import Directory
from bot.domain.mentions import commands, printed
from bot.domain.mentions.moments import OnDate
from bot.domain.precedence import RISKS, risk
from bot.domain.request import ApprovalRequest
from bot.domain.sentences import lasting
from bot.domain.steering import Absence, MadeRoute, Pause, Spoken
from bot.domain.terms import Target, TargetKind
from bot.domain.text import one_line

#: characters of a summary in a list
_SUMMARY = 120


def at(moment: datetime, zone: ZoneInfo) -> str:
    """`Friday 27 November 2026, 09:00 (Europe/Berlin)`."""
    here = moment.astimezone(zone)
    return f"{here:%A} {here.day} {here:%B %Y}, {here:%H:%M} ({zone.key})"


def lately(moment: datetime, zone: ZoneInfo) -> str:
    """`Friday 27 November, 09:00`: of the last days, in a list whose reader knows their own time zone."""
    here = moment.astimezone(zone)
    return f"{here:%A} {here.day} {here:%B}, {here:%H:%M}"


def until(moment: datetime | None, zone: ZoneInfo) -> str:
    """` until Friday …`, or nothing."""
    return f" until {at(moment, zone)}" if moment is not None else ""


def name(directory: Directory, person: str) -> str:
    """As people say it."""
    return directory.people[person].name if person in directory.people else person


def one_request(request: ApprovalRequest, now: datetime) -> str:
    """A request on one line."""
    summary = one_line(request.proposal.summary, _SUMMARY)
    age = now - request.created_at
    waits = f"waits {lasting(age)}" if age >= timedelta(seconds=1) else "just came"
    return f"{summary} · {RISKS[risk(request.proposal)]} · {waits} · {request.id}"


def line(parts: Line, zone: ZoneInfo) -> str:
    """A line of a card, its moments written out."""
    return "".join(part if isinstance(part, str) else at(part, zone) for part in parts).rstrip(" ·")


def command_of(entry: Spoken, zone: ZoneInfo) -> str:
    """The command that sets an entry again as it stands."""
    end = _end(entry.until, zone)
    match entry:
        case MadeRoute():
            to = tuple(_spoken(target) for target in entry.to)
            return printed(commands.Route(match=entry.match, to=to, when=entry.when, until=end))
        case Pause():
            return printed(commands.Pause(match=entry.match, until=end))
        case Absence():
            cover = f"@{entry.cover}" if entry.cover is not None else None
            return printed(commands.Away(until=end, cover=cover))


def _spoken(target: Target) -> str:
    """As it can be said: a channel of a team is `#Support/Leads`."""
    is_in_a_team = target.kind is TargetKind.CHANNEL and "/" in target.label and ":" not in target.label
    return f"#{target.label}" if is_in_a_team else target.label


def listed(names: Sequence[str], last: str = "and") -> str:
    """`Ann`, `Ann and Ben`."""
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} {last} {names[-1]}"


def _end(moment: datetime | None, zone: ZoneInfo) -> OnDate | None:
    if moment is None:
        return None
    here = moment.astimezone(zone)
    clock = here.time().replace(second=0, microsecond=0)
    return OnDate(year=here.year, month=here.month, day=here.day, at=clock)
