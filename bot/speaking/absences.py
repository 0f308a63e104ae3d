"""`away`, `back`: what would come to somebody goes to somebody else, who gains no authority by it."""

from __future__ import annotations

from bot.domain.authority import Refused, allowed, eligible
from bot.domain.choice import Choice
from bot.domain.directory import Directory
from bot.domain.errors import Invalid
from bot.domain.mentions import commands
from bot.domain.steering import Absence, Steering
from bot.speaking import setting
from bot.speaking.desk import Desk, Said, privately
from bot.speaking.places import person_named
from bot.speaking.spoken import Heard
from bot.speaking.telling import name, one_request, until
from bot.steering import Change, Kind

_LISTED = 5


async def away(desk: Desk, said: Said, command: commands.Away) -> Heard:
    """Somebody is away from now on; says what their cover may not decide."""
    directory, person = desk.directory, said.person.id
    cover = person_named(directory, command.cover) if command.cover is not None else None
    if cover == person:
        raise Invalid("You cannot cover for yourself; name somebody else, or nobody.")
    ends_at = setting.end_of(command.until, said)
    absence = Absence(person=person, cover=cover, made_at=said.now, until=ends_at)
    stand_in = _stand_in(directory, absence)
    change = Change(id=said.id, kind=Kind.ABSENCE, name=person, person=person, after=absence)
    lines = [f"{said.person.name} is away{until(ends_at, said.zone)}.", _who(directory, absence, stand_in)]
    if stand_in != person:
        lines += await _beyond(desk, said, stand_in)
    heard = await setting.made(desk, change, *lines)
    return Heard(lines=heard.lines, private=True, offers=heard.offers)


async def back(desk: Desk, said: Said) -> Heard:
    """An absence ends."""
    if desk.directory.steering.absence_of(said.person.id) is None:
        return privately("You are not away.")
    change = Change(id=said.id, kind=Kind.ABSENCE, name=said.person.id, person=said.person.id, after=None)
    heard = await setting.made(
        desk, change, f"Welcome back, {said.person.name}: what is for you comes to you."
    )
    return Heard(lines=heard.lines, private=True, offers=heard.offers)


def _stand_in(directory: Directory, absence: Absence) -> str:
    """Who is asked in the end; raises `Invalid` when covers lead back to the person."""
    others = tuple(a for a in directory.steering.absences if a.person != absence.person)
    found = Steering(absences=(absence, *others)).stand_in(absence.person)
    if found == absence.person and absence.cover is not None:
        covers = name(directory, absence.cover)
        raise Invalid(f"{covers} is away too, and nobody is left in the end; name somebody who is here.")
    return found


def _who(directory: Directory, absence: Absence, stand_in: str) -> str:
    if absence.cover is None:
        return "Nobody covers, so what is for you still comes to you."
    if stand_in != absence.cover:
        cover = name(directory, absence.cover)
        return (
            f"{cover} is away too, so {name(directory, stand_in)} is asked instead; that gives no authority."
        )
    return f"{name(directory, stand_in)} is asked instead; that gives no authority."


async def _beyond(desk: Desk, said: Said, stand_in: str) -> list[str]:
    """Pending requests that the person may decide and their cover may not."""
    directory = desk.directory
    cover = directory.people[stand_in]
    found = []
    for stored in await desk.store.pending_for(said.person.id, limit=200):
        request = stored.request
        if said.person.id not in eligible(directory, request):
            continue
        if isinstance(allowed(directory, request, cover, Choice.APPROVE), Refused):
            found.append(request)
    if not found:
        return []
    lines = [f"{cover.name} may not approve {len(found)} of what waits for you:"]
    lines += [f"• {one_request(request, said.now)}" for request in found[:_LISTED]]
    return lines if len(found) <= _LISTED else [*lines, f"• and {len(found) - _LISTED} more"]
