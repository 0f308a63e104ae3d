"""`pause`, `resume`: letting nothing be approved for a while."""

from __future__ import annotations

from dataclasses import replace

from bot.domain.errors import Invalid
from bot.domain.matching import matches
from bot.domain.mentions import commands
from bot.domain.steering import Pause
from bot.speaking import foresight, setting
from bot.speaking.desk import Desk, Said, privately
from bot.speaking.leading import must_lead
from bot.speaking.spoken import Heard
from bot.speaking.telling import listed, name, until
from bot.steering import Change, Kind

_MEANING = (
    "Nothing that matches is approved then, by a rule or by a person, and no approval is taken. Rejecting and"
    " escalating go on."
)


async def pause(desk: Desk, said: Said, command: commands.Pause) -> Heard:
    """Preview a pause, or begin it when that was confirmed."""
    directory = desk.directory
    must_lead(directory, said, command.match, "pause")
    ends_at = setting.end_of(command.until, said)
    if not said.confirmed:
        found = await foresight.caught(desk, said, command.match)
        waiting = await desk.store.pending_for(said.person.id, limit=500)
        count = sum(matches(command.match, stored.request.proposal.action) for stored in waiting)
        lines = (
            f"{command.match} would be paused{until(ends_at, said.zone)}. {_MEANING}",
            f"{count} waiting now would be held.",
            *foresight.told(found, said, "held"),
        )
        wanted = replace(command, until=setting.fixed(ends_at, said), confirmed=False)
        return await setting.previewed(desk, said, wanted, *lines)
    after = Pause(match=command.match, by=said.person.id, made_at=said.now, until=ends_at)
    change = Change(
        id=said.id,
        kind=Kind.PAUSE,
        name=command.match,
        person=said.person.id,
        after=after,
        matches=(command.match,),
    )
    told = f"{said.person.name} paused {command.match}{until(ends_at, said.zone)}."
    return await setting.made(desk, change, told, f"`resume {command.match}` ends that.")


async def resume(desk: Desk, said: Said, command: commands.Resume) -> Heard:
    """Preview the end of a pause, or end it when that was confirmed."""
    directory = desk.directory
    pauses = directory.steering.pauses
    if not pauses:
        return privately("Nothing is paused.")
    match = command.match or (pauses[0].match if len(pauses) == 1 else None)
    found = next((pause for pause in pauses if pause.match == match), None)
    if found is None:
        raise Invalid(f"Paused are {listed([pause.match for pause in pauses])}; say which one to resume.")
    must_lead(directory, said, found.match, "resume")
    if not said.confirmed:
        line = f"The pause of {found.match} by {name(directory, found.by)} would end."
        return await setting.previewed(desk, said, commands.Resume(match=found.match), line)
    change = Change(
        id=said.id,
        kind=Kind.PAUSE,
        name=found.match,
        person=said.person.id,
        after=None,
        matches=(found.match,),
    )
    return await setting.made(desk, change, f"{said.person.name} resumed {found.match}.")
