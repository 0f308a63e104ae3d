"""How much of a card is laid out in the message itself; what is left out is in Details, and the card says so.

A phone shows a dozen lines at a time, so even the roomiest layout is short: what decides and the buttons,
with the agent's reasons cut to their beginning. Evidence and conversation are read in Details alone.
"""

from __future__ import annotations

from dataclasses import dataclass

from bot.domain.card import Card, Tone


@dataclass(frozen=True, slots=True, kw_only=True)
class Room:
    """At most so many of each part, each at most so long (characters, as the platform counts them)."""

    headline: int
    status: int
    #: of a sentence for one presser, above everything
    notice: int
    facts: int
    fact: int
    warnings: int
    warning: int
    effects: int
    effect: int
    why: int
    #: of what was said about the request: a reviewer's reason, what came of it
    recorded: int
    #: of the agent's reasons
    quotations: int
    #: of one quotation, recorded or not
    quotation: int
    quotation_lines: int
    #: of what was said in the thread
    remarks: int
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
    notice=500,
    facts=6,
    fact=160,
    warnings=6,
    warning=200,
    effects=4,
    effect=240,
    why=400,
    recorded=3,
    quotations=2,
    quotation=240,
    quotation_lines=4,
    remarks=3,
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
    notice=400,
    facts=6,
    fact=120,
    warnings=4,
    warning=120,
    effects=2,
    effect=160,
    why=200,
    recorded=2,
    quotations=1,
    quotation=160,
    quotation_lines=2,
    remarks=2,
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
    status=160,
    notice=300,
    facts=3,
    fact=80,
    warnings=2,
    warning=80,
    effects=0,
    effect=0,
    why=100,
    recorded=0,
    quotations=0,
    quotation=0,
    quotation_lines=0,
    remarks=0,
    arguments=0,
    argument=0,
    votes=2,
    footers=2,
    line=100,
    mentions=4,
)
#: what is over: who decided, when and why, over what, and what came of it
RECORD = Room(
    headline=600,
    status=300,
    notice=500,
    facts=4,
    fact=160,
    warnings=0,
    warning=0,
    effects=0,
    effect=0,
    why=0,
    recorded=3,
    quotations=0,
    quotation=400,
    quotation_lines=6,
    remarks=3,
    arguments=0,
    argument=0,
    votes=6,
    footers=6,
    line=200,
    mentions=8,
)
_ROOMS = (AMPLE, MODEST, LEAST)
_ONCE_OVER = (RECORD, LEAST)


def rooms_for(card: Card) -> tuple[Room, ...]:
    """The rooms to try one after the other, the roomiest first; once it is over a card is a short record.

    What people are only told of is as roomy as what they are asked: they may take it back.
    """
    return _ROOMS if card.tone is Tone.WAITING or card.is_news else _ONCE_OVER
