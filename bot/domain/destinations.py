"""Destinations: names of the queues that effects wait in, and how many may be under way from one at a time.

Cards and pings go to `<platform>:<channel>` or `<platform>:@<account>`, private answers wait together under
`<platform>:tell`, callbacks under `callback:<host and port>`. One queue each, so that a slow or dead
destination delays only itself.
"""

from __future__ import annotations

from urllib.parse import urlsplit

CALLBACK = "callback"

_TELL = "tell"
#: a chat platform takes one message after another in a channel; the browser's inbox is this process
_SLOTS = {CALLBACK: 8, "web": 64}
_TELL_SLOTS = 8


def of_callback(url: str) -> str:
    """The queue of callbacks to one server, whatever the path."""
    return f"{CALLBACK}:{urlsplit(url).netloc.casefold()}"


def of_answer(address: str) -> str:
    """The queue of private answers that one platform carries."""
    return f"{platform(address)}:{_TELL}"


def platform(destination: str) -> str:
    """The part before the first colon: `slack`, `teams`, `web` or `callback`."""
    return destination.partition(":")[0]


def is_answers(destination: str) -> bool:
    """Whether private answers wait there; each goes somewhere else."""
    return destination.endswith(f":{_TELL}")


def slots(destination: str) -> int:
    """How many jobs may be under way from a queue at a time."""
    return _TELL_SLOTS if is_answers(destination) else _SLOTS.get(platform(destination), 1)
