"""The keys that sign receipts and seals, as they are kept: one signs at a time, all of them verify.

A key is replaced with overlap. The new one is published at once and signs a little later, when everybody who
keeps a copy of the key set has had time to see it; the old one is published for ever, because what it signed
is evidence for as long as somebody holds it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Protocol

#: how long readers may keep the published key set
KEPT_BY_READERS = timedelta(minutes=5)
#: how long a new key is published before it signs: readers' copies, and processes that have yet to see it
LEAD = timedelta(minutes=10)

_ENDORSEMENT = "placet-key/1"


@dataclass(frozen=True, kw_only=True, slots=True)
class KeptKey:
    """A signing key as it is kept."""

    kid: str
    #: PEM of the private half
    private: str = field(repr=False)
    created_at: datetime
    #: from when on it signs nothing more, None for the newest
    retires_at: datetime | None = None

    def signs(self, now: datetime) -> bool:
        """Whether it has not been replaced yet."""
        return self.retires_at is None or now < self.retires_at


@dataclass(frozen=True, kw_only=True, slots=True)
class NextKey:
    """A key that is to follow the ones there are."""

    kid: str
    private: str = field(repr=False)
    #: the key set with the public half, as JSON
    public: str
    #: the key that vouches for it
    after: str
    #: that key's signature over `endorsed`, base64url
    endorsement: str


class KeyShelf(Protocol):
    """Where signing keys are kept; the private halves are encrypted there."""

    async def kept(self) -> Sequence[KeptKey]:
        """Every key there ever was, in the order in which they sign; raises `Undecipherable`."""

    async def add_first(self, kid: str, private: str, public: str) -> None:
        """Keep a key unless there is one already."""

    async def add_next(self, key: NextKey, lead: timedelta) -> None:
        """Keep a key that signs when the lead has passed, in place of all others."""


def signing(keys: Sequence[KeptKey], now: datetime) -> KeptKey:
    """The key that signs now: of those that are not replaced, the first. There has to be a key."""
    return next((key for key in keys if key.signs(now)), keys[-1])


def endorsed(after: str, kid: str) -> bytes:
    """What an old key signs for a new one, so that who trusts the old one can follow."""
    return f"{_ENDORSEMENT}\n{after}\n{kid}".encode()
