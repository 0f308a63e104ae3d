"""What commands are carried out with, and what each of them knows of who said it."""

from __future__ import annotations

import hashlib
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from typing import TypeAlias
from zoneinfo import ZoneInfo

from bot.approvals import Approvals
from bot.domain.directory import Directory, Person
from bot.insights import Insights
from bot.policy import Policy
from bot.ports import Store
from bot.speaking.spoken import Heard, Spoken
from bot.steering import SteeringStore

#: makes a one-time link to the browser inbox for a person, which leads to a request by its id or to a page by
#: its address, if one is named; raises `Busy`
InboxLink: TypeAlias = Callable[[str, str], Awaitable[str]]
#: the platform's own name of a channel, such as `slack:C0123` for `slack:#refunds`; None for an unknown one
FindChannel: TypeAlias = Callable[[str], Awaitable[str | None]]
#: a channel as people read it, such as `#refunds` for `slack:C0123`; empty where the platform does not tell
NameChannel: TypeAlias = Callable[[str], Awaitable[str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """The parts of Placet that commands use."""

    store: Store
    steering: SteeringStore
    approvals: Approvals
    policy: Callable[[], Policy]
    clock: Callable[[], datetime]
    #: None where numbers are not kept
    insights: Insights | None = None
    inbox_link: InboxLink | None = None
    find_channel: FindChannel | None = None
    name_channel: NameChannel | None = None

    @property
    def directory(self) -> Directory:
        """Who is who, with what was set."""
        return self.policy().directory


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """One command, and who said it."""

    #: the same however often the event is delivered; what is changed is changed under it once
    id: str
    spoken: Spoken
    person: Person
    now: datetime
    zone: ZoneInfo
    #: whether it was previewed, or was said with `confirm`
    confirmed: bool = False

    @property
    def answers_in(self) -> str | None:
        """Where the preview was asked for that a `yes` is about; None for anywhere.

        In one's own chat previews are shown of what was said in channels, too.
        """
        return None if self.spoken.is_direct else self.spoken.channel


def id_of(spoken: Spoken) -> str:
    """The id under which an event's command is carried out."""
    who = spoken.presser.identity
    parts = (who.platform, who.tenant or "", who.user, spoken.channel, spoken.event_id)
    return f"said_{hashlib.sha256(chr(0).join(parts).encode()).hexdigest()[:32]}"


def privately(*lines: str) -> Heard:
    """An answer for nobody else."""
    return Heard(lines=lines)
