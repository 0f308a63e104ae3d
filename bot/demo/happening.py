"""What the sample agent tells of itself."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    """What a happening is."""

    ASKED = "asked"  # the agent posted a request
    VERIFIED = "verified"  # a callback arrived and its signature fits
    FORGED = "forged"  # a callback arrived and its signature does not fit
    ACTED = "acted"  # the agent redeemed an approval and acted
    LEFT = "left"  # the agent left it
    FAILED = "failed"  # something went wrong


@dataclass(frozen=True, slots=True, kw_only=True)
class Happening:
    """One thing that the agent did or was told."""

    kind: Kind
    #: such as `approval.approved`, or what was done
    title: str
    request_id: str = ""
    #: the request's summary
    about: str = ""
    details: tuple[str, ...] = ()
