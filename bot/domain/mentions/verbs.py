"""Verbs and the other ways in which people say the same."""

from __future__ import annotations

from collections.abc import Sequence

from bot.domain.mentions.tokens import Word, starts_with

#: what begins a sentence and means nothing here; the longer ones first
_COURTESIES = (
    *("i would like to", "i'd like to", "i want to", "i want you to", "i need to", "we need to"),
    *(
        "can you",
        "could you",
        "would you",
        "will you",
        "can i",
        "could i",
        "can we",
        "let us",
        "let's",
        "lets",
    ),
    *("good morning", "please", "pls", "hey", "hi", "hello", "hallo", "ok", "okay", "so", "well", "now"),
    *("just", "kindly", "then", "also", "and", "-", ":", ",", "/placet"),
)

#: phrases by verb; longer ones win over shorter ones wherever they stand in this table
_PHRASES: dict[str, tuple[str, ...]] = {
    "help": (
        "help",
        "help me",
        "?",
        "commands",
        "usage",
        "what can you do",
        "what can i say",
        "how do you work",
    ),
    "pending": (
        *("pending", "waiting", "what is pending", "what's pending", "what is waiting", "what's waiting"),
        *("what is waiting for me", "what's waiting for me", "what waits", "what waits for me"),
        *("show me what waits", "pending for me", "waiting for me", "show me what is waiting"),
        *("show pending", "list pending", "my pending", "my requests", "list", "todo", "show me pending"),
        *(
            "what is open",
            "what's open",
            "queue",
            "show me my requests",
            "list my requests",
            "my list",
            "status",
        ),
    ),
    "show": ("show", "show me", "open", "details", "details of", "show details of", "look at"),
    "routes": (
        *("routes", "show routes", "list routes", "show me routes", "the routes", "show the routes"),
        *(
            "show all routes",
            "list all routes",
            "show me the routes",
            "list the routes",
            "what are the routes",
        ),
    ),
    "route": ("route", "reroute", "redirect", "forward"),
    "unroute": (
        *("unroute", "stop routing", "remove route", "delete route", "end route", "drop route"),
        *("remove the route", "delete the route", "end the route", "drop the route"),
    ),
    "undo": ("undo", "undo it", "undo that", "take it back", "take that back", "revert", "revert that"),
    "yes": (
        "yes",
        "y",
        "yep",
        "confirm",
        "confirm it",
        "go ahead",
        "do it",
        "yes do it",
        "yes please",
        "apply",
    ),
    "no": ("no", "n", "nope", "never mind", "nevermind", "forget it", "don't", "leave it", "no thanks"),
    "to": (
        *("add", "add in", "loop in", "bring in"),
        *("to", "send to", "send it to", "send this to", "move to", "move it to", "move this to", "hand to"),
        *(
            "hand it to",
            "hand this to",
            "hand over to",
            "hand it over to",
            "give to",
            "give it to",
            "give this to",
        ),
        *("assign to", "assign it to", "assign this to", "delegate to", "delegate it to", "delegate this to"),
        *("pass to", "pass it to", "pass this to", "over to"),
    ),
    "claim": (
        *("claim", "claim it", "claim this", "i claim", "i take it", "i'll take it", "i take this", "mine"),
        *("i'll take this", "i look into it", "i'm on it", "take it", "take this", "on it"),
    ),
    "escalate": ("escalate", "escalate it", "escalate this", "escalate now"),
    "ask": ("ask", "ask the agent", "ask agent", "ask it", "question"),
    "cancel": ("cancel", "cancel it", "cancel this", "withdraw", "withdraw it", "withdraw this"),
    "away": (
        *("away", "i'm away", "im away", "i am away", "i'll be away", "i will be away", "set me away"),
        *(
            "ooo",
            "i'm ooo",
            "out of office",
            "i'm out of office",
            "i'm out",
            "i am out",
            "i am out of office",
        ),
        *("on vacation", "on holiday", "on leave", "i'm on vacation", "i'm on holiday", "i'm on leave"),
        *("i am on vacation", "i am on holiday", "i am on leave", "mark me away", "mark me as away"),
    ),
    "back": ("back", "i'm back", "im back", "i am back", "back again", "i'm back again"),
    "pause": ("pause", "freeze", "halt", "suspend", "stop"),
    "resume": ("resume", "unpause", "unfreeze", "continue", "restart"),
    "stats": (
        *("stats", "statistics", "numbers", "show stats", "show me stats", "the stats", "how are we doing"),
        *("show statistics", "show the stats", "show me the stats"),
    ),
    "inbox": (
        *(
            "inbox",
            "sign in",
            "sign me in",
            "log in",
            "log me in",
            "login",
            "signin",
            "open inbox",
            "browser",
        ),
        *("my inbox", "open my inbox", "open the inbox", "link", "inbox link", "the inbox"),
    ),
}
_VERBS = sorted(
    ((phrase, verb) for verb, phrases in _PHRASES.items() for phrase in phrases),
    key=lambda pair: -len(pair[0].split()),
)


def without_courtesies(said: Sequence[Word]) -> Sequence[Word]:
    """The words after everything that only is polite."""
    while found := next((c for c in _COURTESIES if starts_with(said, c)), None):
        said = said[len(found.split()) :]
    return said


def verb_of(said: Sequence[Word]) -> tuple[str, Sequence[Word]] | None:
    """The verb that words begin with, and the words after it."""
    for phrase, verb in _VERBS:
        if starts_with(said, phrase):
            return verb, said[len(phrase.split()) :]
    return None
