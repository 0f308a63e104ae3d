"""Keys of counts: hashes, so that the counts of a subject do not name it, and can be found to be erased."""

from __future__ import annotations

import hashlib
from functools import lru_cache

#: hex digits of a hash; enough that no two of a company's customers meet
_LENGTH = 24


@lru_cache(maxsize=4096)
def agent_key(agent: str) -> str:
    """The key of what an agent did by itself, whatever the action."""
    return f"b{_hash(agent)}"


@lru_cache(maxsize=4096)
def agent_action_key(agent: str, action: str) -> str:
    """The key of what an agent asked for one action."""
    # The length keeps two pairs of the same text apart.
    return f"a{_hash(f'{len(agent)} {agent}{action}')}"


@lru_cache(maxsize=4096)
def subject_key(subject: str) -> str:
    """The key of everything about a subject, by action; whoever erases the subject removes these rows."""
    return f"s{_hash(subject)}"


@lru_cache(maxsize=4096)
def action_part(action: str) -> str:
    """What stands for an action below a subject's key."""
    return _hash(action)


def lock_of(key: str) -> int:
    """The number that PostgreSQL locks for a key; two keys of one number wait for each other, no more."""
    return int(key[1:17], 16) - (1 << 63)


def _hash(text: str) -> str:
    # An agent's text may hold half a surrogate pair.
    return hashlib.sha256(text.encode(errors="surrogatepass")).hexdigest()[:_LENGTH]
