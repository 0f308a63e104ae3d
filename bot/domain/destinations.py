"""Destinations: names of the places that effects go to, and how many may be under way to one at a time.

Cards and pings go to `<platform>:<channel>` or `<platform>:@<account>`, private answers to an address that
begins with `<platform>:`, callbacks to `callback:<host>:<port>`. What is in another Slack workspace than the
home has the workspace in front: `slack:T0123/C0123`, `slack:T0123/@U0123`. Work is queued per destination,
so that a slow or dead one delays only itself.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from urllib.parse import urlsplit

CALLBACK = "callback"

_PORTS = {"http": 80, "https": 443}
#: chat platforms take one message after another in a channel; the browser inbox is this process
_CHATS = ("slack", "teams")
#: a receiver whose answers take 50 ms is told 160 times a second over eight connections
_SLOTS = {CALLBACK: 8, "web": 16}
#: platforms whose account ids may be somebody else's in another tenant
_IDS_BY_TENANT = frozenset({"slack"})


@lru_cache(maxsize=1024)
def of_callback(url: str) -> str:
    """The destination of a callback: its server, whatever the path."""
    parts = urlsplit(url)
    return f"{CALLBACK}:{parts.hostname}:{parts.port or _PORTS.get(parts.scheme, 0)}"


def of_account(platform: str, user: str, tenant: str | None, home: Sequence[str]) -> str:
    """The destination that is a person's direct messages; `home` are the platform's home tenants.

    A Slack member id means something in its workspace alone, an Entra object id is nobody else's anywhere.
    """
    is_away = platform in _IDS_BY_TENANT and tenant is not None and tenant not in home
    return f"{platform}:{tenant}/@{user}" if is_away else f"{platform}:@{user}"


def is_person(destination: str) -> bool:
    """Whether it is one person's own place rather than a channel."""
    name, _, place = destination.partition(":")
    return (place.rpartition("/")[2] if name in _IDS_BY_TENANT else place).startswith("@")


def workspace(destination: str) -> str:
    """The Slack workspace that a destination is in, such as `slack:T0123`; `slack:` is the home."""
    name, _, place = destination.partition(":")
    return f"{name}:{place.rpartition('/')[0]}"


def platform(destination: str) -> str:
    """The part before the first colon: `slack`, `teams`, `web` or `callback`."""
    return destination.partition(":")[0]


def slots(destination: str) -> int:
    """How many jobs may be under way to a destination at a time."""
    return _SLOTS.get(platform(destination), 1)


def is_chat(destination: str) -> bool:
    """Whether what stands there comes to people; in the browser they have to look."""
    return platform(destination) in _CHATS


def takes_batches(destination: str) -> bool:
    """Whether a burst there becomes one card: in chats; in the browser every card is a line of a list."""
    return is_chat(destination)
