"""The use case: hears what one person said, carries it out once, and answers."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator, Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any, TypeAlias
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from bot.domain.authority import Refused, identify
from bot.domain.directory import Person
from bot.domain.errors import Busy, PlacetError
from bot.domain.mentions import commands, parse, printed
from bot.domain.mentions.commands import Command, NotUnderstood
from bot.domain.moves import Presser
from bot.policy import Policy
from bot.speaking import absences, listing, numbers, pauses, route_list, routing, setting, threads, undoing
from bot.speaking.desk import Desk, Said, id_of, privately
from bot.speaking.helping import help_with, not_understood
from bot.speaking.reading import read
from bot.speaking.spoken import Heard, Place, Spoken
from bot.steering import Preview

#: a preview that nobody confirmed by then has to be said again
OFFERED = timedelta(hours=24)
#: `yes` is about what was previewed just now
_YES = timedelta(minutes=15)
_UTC = "UTC"

_Handler: TypeAlias = Callable[[Desk, Said, Any], Awaitable[Heard]]
#: carries out what a button offered, for a person; raises `PlacetError` with a sentence
Accept: TypeAlias = Callable[[str, Person], Awaitable[Heard]]


class Speaking:
    """What people can say. Everything is done once per event, however often it is delivered."""

    def __init__(self, desk: Desk, offered: Mapping[str, Accept] | None = None) -> None:
        """`offered` takes what stands under lines that nobody asked for, by the kind of the reference."""
        self._desk = desk
        self._offered = offered or {}

    async def hear(self, spoken: Spoken) -> Heard:
        """Carry out what was said, and answer; raises `Busy` when the database does not answer."""
        person = self._known(spoken.presser)
        if isinstance(person, Heard):
            return person
        command = parse(read(spoken, self._desk.directory))
        if isinstance(command, NotUnderstood):
            return not_understood(command, spoken.places.values())
        return await self._carry_out(self._said(spoken, person), command)

    async def accept(self, reference: str, presser: Presser) -> Heard:
        """Carry out what a button under an answer offered; as `hear`."""
        person = self._known(presser)
        if isinstance(person, Heard):
            return person
        kind, _, name = reference.partition(":")
        if kind in self._offered:
            return await _answered(self._offered[kind](name, person))
        if kind == setting.CONFIRM:
            return await self._confirm(await self._desk.steering.offered(name), person, presser, OFFERED)
        last = await self._desk.steering.get(name) if kind == setting.UNDO else None
        if last is None:
            return privately("This is not known here any more; say it again.")
        spoken = Spoken(event_id=reference, presser=presser, text="", channel=f"{setting.UNDO}:@")
        return await _answered(undoing.undo(self._desk, self._said(spoken, person), last))

    async def _carry_out(self, said: Said, command: Command) -> Heard:
        if isinstance(command, commands.Help):
            return help_with(command)
        # Every process knows what was set a moment ago, whichever of them was told.
        await self._desk.steering.current()
        if isinstance(command, commands.Confirm):
            return await self._confirm(await self._meant(said), said.person, said.spoken.presser, _YES)
        said = replace(said, confirmed=getattr(command, "confirmed", False))
        return await _answered(_HANDLERS[type(command)](self._desk, said, command))

    async def _meant(self, said: Said) -> Preview | None:
        """What a `yes` is about: the last preview when it was first heard, whatever was previewed since."""
        steering = self._desk.steering
        heard = await steering.offered(said.id)
        if heard is not None:
            return await steering.offered(heard.command)
        last = await steering.last_offered(said.person.id, said.answers_in)
        if last is not None and isinstance(parse(last.command), commands.Decline):
            return None
        if last is not None:
            # Under no channel, so that it is nobody's last preview.
            note = Preview(id=said.id, person=said.person.id, channel="", command=last.id, made_at=said.now)
            await steering.offer(note)
        return last

    async def _confirm(
        self, preview: Preview | None, person: Person, presser: Presser, at_most: timedelta
    ) -> Heard:
        """Carry out a preview under its own id, so that any number of confirmations are one."""
        now = self._desk.clock()
        if preview is None or now - preview.made_at > at_most:
            return privately("There is nothing to confirm; say again what should change.")
        if preview.person != person.id:
            return privately("Only the person who was shown this can confirm it.")
        command = parse(preview.command)
        if isinstance(command, NotUnderstood):
            return not_understood(command)
        places = {ref: Place(destination=ref, label=label) for ref, label in preview.labels.items()}
        spoken = Spoken(
            event_id=preview.id,
            presser=presser,
            text=preview.command,
            channel=preview.channel,
            places=places,
            zone=preview.zone,
        )
        said = replace(self._said(spoken, person), id=preview.id, confirmed=True)
        await self._desk.steering.current()
        return await _answered(_HANDLERS[type(command)](self._desk, said, command))

    def _said(self, spoken: Spoken, person: Person) -> Said:
        zones = (spoken.zone, *_zones(self._desk.policy(), person.id))
        zone = next((found for name in zones if (found := _zone(name)) is not None), ZoneInfo(_UTC))
        return Said(id=id_of(spoken), spoken=spoken, person=person, now=self._desk.clock(), zone=zone)

    def _known(self, presser: Presser) -> Person | Heard:
        person = identify(self._desk.directory, presser)
        if isinstance(person, Refused):
            return privately(_SENTENCES.get(person.code, person.sentence))
        return person


async def _answered(carried_out: Awaitable[Heard]) -> Heard:
    """The answer; what goes wrong for a reason is told in its own sentence."""
    try:
        return await carried_out
    except Busy:
        raise
    except PlacetError as error:
        return privately(error.sentence)


def _zones(policy: Policy, person: str) -> Iterator[str]:
    """Those of the person's groups, then those of the policy's working hours."""
    escalations = policy.escalations.values()
    for group, hours in (pair for each in escalations for pair in each.group_hours.items()):
        if hours is not None and person in policy.directory.members((group,)):
            yield hours.zone
    yield from (each.hours.zone for each in escalations if each.hours is not None)


def _zone(name: str | None) -> ZoneInfo | None:
    try:
        return ZoneInfo(name) if name else None
    except (ZoneInfoNotFoundError, ValueError, OSError):
        # Platforms send names of their own at times; OSError is a name that is a directory.
        return None


async def _declined(desk: Desk, said: Said, command: object) -> Heard:
    """What was previewed here last is not what a later `yes` means; its button goes on."""
    note = Preview(
        id=said.id,
        person=said.person.id,
        channel=said.spoken.channel,
        command=printed(commands.Decline()),
        made_at=said.now,
    )
    await desk.steering.offer(note)
    return privately("Nothing has changed.")


async def _routes(desk: Desk, said: Said, command: object) -> Heard:
    return route_list.routes(desk, said)


def _alone(handler: Callable[[Desk, Said], Awaitable[Heard]]) -> _Handler:
    """A handler of a command that says nothing beside its verb."""
    return lambda desk, said, command: handler(desk, said)


_HANDLERS: dict[type[Command], _Handler] = {
    commands.Pending: _alone(listing.pending),
    commands.Show: listing.show,
    commands.Stats: numbers.stats,
    commands.Inbox: _alone(listing.inbox),
    commands.Route: routing.route,
    commands.Routes: _routes,
    commands.Unroute: routing.unroute,
    commands.Undo: _alone(undoing.undo_last),
    commands.Decline: _declined,
    commands.Pause: pauses.pause,
    commands.Resume: pauses.resume,
    commands.Away: absences.away,
    commands.Back: _alone(absences.back),
    commands.SendTo: threads.send_to,
    commands.Claim: _alone(threads.claim),
    commands.Escalate: threads.escalate,
    commands.AskAgent: threads.ask,
    commands.Withdraw: threads.withdraw,
}

_SENTENCES = {
    "bot": "I take commands from people only.",
    "outside": "You belong to another organisation, so I take no commands from you.",
    "guest": "I take no commands from guests.",
    "unlinked": "This account is not linked to anybody in the policy, so I take no commands from it. "
    "Ask the owner of the policy to add you under people.",
}
