"""What a batch has at hand: the time, who is who, the terms, and what it has to announce afterwards."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import Connection

from bot.domain.directory import Directory
from bot.domain.moves import Facts
from bot.domain.request import ApprovalRequest
from bot.ports import Clock
from storage.prepared import Later
from storage.rooms import Rooms
from storage.set_aside import SetAside
from storage.terms_book import TermsBook
from storage.whos_who import WhosWho


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What every batch of one store shares."""

    clock: Clock
    whos_who: WhosWho
    terms: TermsBook
    #: more unposted copies than this for one channel become a batch card
    batch_over: int
    rooms: Rooms = field(default_factory=Rooms)
    aside: SetAside = field(default_factory=SetAside)
    #: which rows of counts are this store's own
    shard: int = 0


@dataclass(slots=True)
class Batch:
    """One transaction's facts and findings."""

    surroundings: Surroundings
    #: what the lifecycle may know
    facts: Facts
    #: the batch's time in microseconds since 1970
    stamp: int
    #: hashes of terms that become known to be stored at COMMIT
    terms_stored: list[str] = field(default_factory=list)
    #: ids of requests that changed
    changed: dict[str, None] = field(default_factory=dict)
    #: requests that came to their end
    ended: list[ApprovalRequest] = field(default_factory=list)
    #: whether anything was written for the worker
    has_effects: bool = False
    #: whether a press waits from now on
    holds: bool = False
    #: stamp of the next timer, once it was looked for what is due
    next_timer: int | None = None
    #: whether something ran that may have changed anything else
    does_more: bool = False

    def look_again(self, connection: Connection) -> None:
        """Read the facts again, once what they decide about is locked.

        Whoever held the lock may have changed them; on SQLite nobody else writes meanwhile.
        """
        self.ask_again(connection)()

    def ask_again(self, connection: Connection) -> Later[None]:
        """As `look_again`, once it is called; asked for now."""
        if connection.dialect.name == "sqlite":
            return lambda: None
        directory = self.surroundings.whos_who.ask(connection, self.now)
        return lambda: self._told(directory())

    @property
    def now(self) -> datetime:
        """The batch's time."""
        return self.facts.now

    def _told(self, directory: Directory) -> None:
        if directory is not self.facts.directory:
            self.facts = Facts(now=self.now, directory=directory)

    def committed(self) -> None:
        """Remember what is true only after COMMIT."""
        self.surroundings.terms.committed(self.terms_stored)
