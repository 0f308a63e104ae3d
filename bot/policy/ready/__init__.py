"""Policies that an installation can begin with, one for each kind of work; each is complete and commented."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from importlib.resources import files

from bot.domain.errors import NotFound
from bot.spelling import did_you_mean, listed

#: by name, what each is for
READY: Mapping[str, str] = {
    "support-refunds": "refunds and credits by amount, confidence, mood and history",
    "outbound-messages": "replies and follow-ups, posts and campaigns",
    "account-changes": "unlocking, addresses, plans; closing and erasing accounts",
    "infrastructure": "restarts, scaling, releases and rollbacks; databases and secrets",
}
#: how long its owners have until they look whether a rule still fits
REVIEW_AFTER = timedelta(days=180)

_REVIEW_BY = "REVIEW_BY"


def ready_policy(name: str, today: date) -> str:
    """The text of a ready-made policy, its review dates counted from a day; raises `NotFound`."""
    if name not in READY:
        known = did_you_mean(name, READY) or f" There are {listed(list(READY))}."
        raise NotFound(f'There is no ready-made policy "{name}".{known}')
    text = files("bot.policy.ready").joinpath(f"{name}.yml").read_text("utf-8")
    return text.replace(_REVIEW_BY, (today + REVIEW_AFTER).isoformat())
