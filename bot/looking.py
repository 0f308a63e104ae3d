"""How often a process looks for what others may have stored."""

from __future__ import annotations

from datetime import timedelta

from bot.ports import Store

#: where nobody tells what other processes commit
OFTEN = timedelta(milliseconds=500)
#: where they tell: what a process that died in between could not tell is found by then
SELDOM = timedelta(seconds=5)


def look_every(store: Store) -> timedelta:
    """The longest time between two looks."""
    return SELDOM if store.hears_others else OFTEN
