"""What was said to the bot, and what it answers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from bot.domain.directory import Identity
from bot.domain.moves import Presser
from bot.offers import Offer

__all__ = ["Heard", "Offer", "Place", "Spoken"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A channel that was mentioned, by the platform's id."""

    #: `slack:C0123`, `teams:<group id>/19:…@thread.tacv2`
    destination: str
    #: as people read it: `#refunds`; empty where the platform does not tell
    label: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Spoken:
    """What one person said, in their own words: nothing quoted, forwarded or written by a program."""

    #: the platform's id of the event, or of the message; the same for every delivery of it
    event_id: str
    presser: Presser
    #: without the mention of the bot itself, and without the platform's escapes
    text: str
    #: where it was said: `slack:C0123`; `slack:@U01ANN` in a direct message
    channel: str
    #: the request in whose card's thread it was said
    request_id: str | None = None
    #: pieces of the text that mention people, as they stand there, such as `<@U01BEN>`
    mentioned: Mapping[str, Identity] = field(default_factory=dict)
    #: pieces of the text that mention channels, such as `<#C0123|refunds>`
    places: Mapping[str, Place] = field(default_factory=dict)
    #: the person's IANA time zone, where the platform tells it
    zone: str | None = None

    @property
    def is_direct(self) -> bool:
        """Whether nobody else read it."""
        return ":@" in self.channel


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """The answer: plain text, a line each, which every platform escapes in its own way."""

    lines: tuple[str, ...]
    #: whether only the one who spoke may read it
    private: bool = True
    offers: tuple[Offer, ...] = ()
    #: an address of ours that only the one who spoke may have; empty without one
    link: str = ""
    #: whether this is what was offered as it stands now, and so may take its place
    in_place: bool = False
