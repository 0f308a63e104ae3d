"""How much of a card is laid out in the message itself; what is left out is in Details, and the card says so.

A phone shows a dozen lines at a time, so even the roomiest layout is short.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Room:
    """At most so many of each part, each at most so long (characters, as `escape.cost` counts them)."""

    headline: int
    status: int
    facts: int
    fact: int
    warnings: int
    warning: int
    effects: int
    effect: int
    why: int
    quotations: int
    quotation: int
    quotation_lines: int
    sources: int
    source: int
    arguments: int
    argument: int
    votes: int
    footers: int
    #: of one vote or footer
    line: int
    mentions: int


AMPLE = Room(
    headline=600,
    status=300,
    facts=10,
    fact=160,
    warnings=6,
    warning=200,
    effects=4,
    effect=240,
    why=400,
    quotations=5,
    quotation=600,
    quotation_lines=8,
    sources=3,
    source=240,
    arguments=6,
    argument=160,
    votes=6,
    footers=6,
    line=200,
    mentions=8,
)
MODEST = Room(
    headline=400,
    status=200,
    facts=6,
    fact=120,
    warnings=4,
    warning=120,
    effects=2,
    effect=160,
    why=200,
    quotations=3,
    quotation=280,
    quotation_lines=4,
    sources=1,
    source=120,
    arguments=4,
    argument=120,
    votes=4,
    footers=4,
    line=160,
    mentions=8,
)
#: what fits whatever the card holds
LEAST = Room(
    headline=200,
    status=200,
    facts=3,
    fact=80,
    warnings=2,
    warning=80,
    effects=0,
    effect=0,
    why=120,
    quotations=0,
    quotation=0,
    quotation_lines=0,
    sources=0,
    source=0,
    arguments=0,
    argument=0,
    votes=2,
    footers=2,
    line=120,
    mentions=4,
)
ROOMS = (AMPLE, MODEST, LEAST)
