"""What people say to the bot, and what they say in the thread of a card: carried out, kept, answered.

What is said to the bot in a thread and is no command is kept with the request as well.
"""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Protocol

from bot.domain.directory import Directory, Identity
from bot.domain.mentions import parse
from bot.domain.mentions.commands import Help, NotUnderstood
from bot.domain.moves import Presser
from bot.speaking import Heard, Place, Spoken
from bot.speaking.reading import read
from bot.threads import Threads

KEPT = "I keep that with the request. It is no command that I know."


@dataclass(frozen=True, slots=True, kw_only=True)
class Speaker:
    """Who said it."""

    presser: Presser
    #: IANA time zone, where the platform tells it
    zone: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """What a person wrote, as its platform's adapter understood it."""

    platform: str
    #: the platform's own, with the place; the same for every delivery
    id: str
    #: in the person's own words: without the mention of the bot, quotations and the platform's escapes
    text: str
    #: where it was said, as a destination
    channel: str
    #: the message that began the thread it was said in
    thread: str | None = None
    #: whether it was said to the bot
    for_bot: bool
    #: looks up who said it, which may ask the platform
    speaker: Callable[[], Awaitable[Speaker]]
    #: pieces of the text that mention people and channels
    mentioned: Mapping[str, Identity] = field(default_factory=dict)
    places: Mapping[str, Place] = field(default_factory=dict)


class Hears(Protocol):
    """`bot.speaking.Speaking`, as far as chats use it."""

    async def hear(self, spoken: Spoken) -> Heard:
        """Carry out what was said, and answer; raises `Busy`."""

    async def accept(self, reference: str, presser: Presser) -> Heard:
        """Carry out what a button under an answer offered; raises `Busy`."""


class Listening:
    """Hears messages; each is understood, kept and carried out once, however often it is delivered."""

    def __init__(
        self,
        *,
        hears: Hears,
        threads: Threads,
        directory: Callable[[], Directory],
        notes: Sequence[str] = (),
    ) -> None:
        """`notes` are what `help` adds about the platform."""
        self._hears = hears
        self._threads = threads
        self._directory = directory
        self._notes = tuple(notes)

    async def hear(self, message: Message) -> Heard | None:
        """The answer, None to what was not said to the bot; raises `Busy`, after which it may come again."""
        request_id = None
        if message.thread is not None:
            request_id = await self._threads.request_at(message.platform, message.thread)
        if not message.for_bot:
            if request_id is not None:
                await self._keep(message, request_id, await message.speaker())
            return None
        return await self._answer(message, request_id)

    async def accept(self, reference: str, presser: Presser) -> Heard:
        """What a button under an answer came to; raises `Busy`."""
        return await self._hears.accept(reference, presser)

    async def _answer(self, message: Message, request_id: str | None) -> Heard:
        speaker = await message.speaker()
        spoken = Spoken(
            event_id=message.id,
            presser=speaker.presser,
            text=message.text,
            channel=message.channel,
            request_id=request_id,
            mentioned=message.mentioned,
            places=message.places,
            zone=speaker.zone,
        )
        command = parse(read(spoken, self._directory()))
        heard = await self._hears.hear(spoken)
        if isinstance(command, Help):
            return replace(heard, lines=(*heard.lines, *self._notes))
        is_remark = request_id is not None and isinstance(command, NotUnderstood)
        if is_remark and request_id and await self._keep(message, request_id, speaker):
            return replace(heard, lines=(KEPT, *heard.lines))
        return heard

    async def _keep(self, message: Message, request_id: str, speaker: Speaker) -> bool:
        text = _readable(message, self._directory())
        return await self._threads.keep(request_id, message_id=message.id, presser=speaker.presser, text=text)


def _readable(message: Message, directory: Directory) -> str:
    """The text with names instead of the platform's mentions."""
    names = {token: f"@{_name(who, directory)}" for token, who in message.mentioned.items() if token}
    names |= {token: place.label or place.destination for token, place in message.places.items() if token}
    if not names:
        return message.text
    # The longest first, because a name may begin like another one.
    either = "|".join(re.escape(token) for token in sorted(names, key=len, reverse=True))
    return re.sub(either, lambda found: names[found[0]], message.text)


def _name(who: Identity, directory: Directory) -> str:
    person = directory.person_with(who)
    return person.name if person is not None else who.user
