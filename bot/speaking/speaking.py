"""The use case: hears what one person said, carries it out once, and answers."""

from __future__ import annotations

from collections.abc import Callable

from bot.domain.authority import Refused, identify
from bot.domain.directory import Directory, Person
from bot.domain.mentions import commands, parse
from bot.domain.mentions.commands import NotUnderstood
from bot.domain.moves import Presser
from bot.speaking.helping import help_with, not_understood
from bot.speaking.reading import read
from bot.speaking.spoken import Heard, Spoken


class Speaking:
    """What people can say. Everything is done once per event, however often it is delivered."""

    def __init__(self, *, directory: Callable[[], Directory]) -> None:
        self._directory = directory

    async def hear(self, spoken: Spoken) -> Heard:
        """Carry out what was said, and answer; raises `Busy` when the database does not answer."""
        person = self._known(spoken.presser)
        if isinstance(person, Heard):
            return person
        command = parse(read(spoken, self._directory()))
        if isinstance(command, NotUnderstood):
            return not_understood(command)
        if isinstance(command, commands.Help):
            return help_with(command)
        return Heard(lines=("I understood that, but cannot do it yet.",))

    async def accept(self, reference: str, presser: Presser) -> Heard:
        """Carry out what a button under an answer offered; as `hear`."""
        person = self._known(presser)
        if isinstance(person, Heard):
            return person
        return Heard(lines=("This offer is not known here any more; say it again.",))

    def _known(self, presser: Presser) -> Person | Heard:
        person = identify(self._directory(), presser)
        return (
            Heard(lines=(_SENTENCES.get(person.code, person.sentence),))
            if isinstance(person, Refused)
            else person
        )


_SENTENCES = {
    "bot": "I take commands from people only.",
    "outside": "You belong to another organisation, so I take no commands from you.",
    "guest": "I take no commands from guests.",
    "unlinked": "This account is not linked to anybody in the policy, so I take no commands from it. "
    "Ask the owner of the policy to add you under people.",
}
