"""The guide: every command with an example and what it does, as `help` tells it."""

from __future__ import annotations

from dataclasses import dataclass
from difflib import get_close_matches


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One command."""

    verb: str
    #: understood as it stands
    example: str
    does: str
    #: only in the thread of a card
    in_thread: bool = False
    #: only for those who lead the action
    for_leads: bool = False


GUIDE = (
    Entry(verb="pending", example="pending", does="what waits for you, the riskiest first"),
    Entry(
        verb="show",
        example="show apr_01k0000000000000000000000a",
        does="one request, as far as you may see it",
    ),
    Entry(verb="routes", example="routes", does="where requests go, and which route wins"),
    Entry(
        verb="route",
        example="route refund.* to #finance when impact.amount > 500.0 until friday",
        does="sends matching requests somewhere else first; also here, to @group or to @person",
        for_leads=True,
    ),
    Entry(verb="unroute", example="unroute refund-1", does="ends a route made here", for_leads=True),
    Entry(
        verb="pause",
        example="pause refund.* until tomorrow 9:00",
        does="lets nothing matching be approved",
        for_leads=True,
    ),
    Entry(verb="resume", example="resume refund.*", does="ends a pause", for_leads=True),
    Entry(verb="undo", example="undo", does="takes back the last change you made here"),
    Entry(
        verb="away",
        example="away until monday, @ben covers",
        does="what would come to you goes to somebody else",
    ),
    Entry(verb="back", example="back", does="ends your absence"),
    Entry(
        verb="stats",
        example="stats by rule for refund.* last 4 weeks",
        does="how requests were decided, how long that took and what stands out; also `stats` alone",
    ),
    Entry(verb="inbox", example="inbox", does="a link that signs you in to the browser inbox, once"),
    Entry(
        verb="to",
        example="to @ben",
        does="asks others about this request: @person, @group or #channel; `add @ben` asks them as well",
        in_thread=True,
    ),
    Entry(verb="claim", example="claim", does="says that you look into it; reminders rest", in_thread=True),
    Entry(
        verb="escalate",
        example="escalate the amount is unusual",
        does="asks the next step now",
        in_thread=True,
    ),
    Entry(
        verb="ask",
        example="ask which order is this about?",
        does="puts a question to the agent",
        in_thread=True,
    ),
    Entry(
        verb="cancel",
        example="cancel the customer called",
        does="withdraws the request",
        in_thread=True,
        for_leads=True,
    ),
)

BY_VERB = {entry.verb: entry for entry in GUIDE}


def nearest(word: str) -> Entry | None:
    """The command whose verb resembles a word, None when none does."""
    found = get_close_matches(word.lower(), BY_VERB, n=1, cutoff=0.6)
    return BY_VERB[found[0]] if found else None
