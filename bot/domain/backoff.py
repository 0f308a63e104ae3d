"""When to try again: retry policies as values.

The n-th wait is drawn evenly from zero to its entry in the table ("full jitter", so that what failed
together does not come back together), the last entry repeating. `Retry-After` counts, up to a cap.

==========  =================================================  ==========================
policy      waits                                              given up
==========  =================================================  ==========================
CALLBACKS   5 s, 30 s, 2 m, 10 m, 30 m, 2 h, 5 h, 10 h, …      after three days
CARDS       1 s, 5 s, 15 s, 1 m, 5 m, …                        never: a card is as durable as the callback
LINES       1 s, 5 s, 15 s, 1 m, 5 m, …                        after 300 tries, about half a day
ANSWERS     1 s, 2 s, 5 s, 15 s, 1 m, …                        after 30 tries: the presser has left
==========  =================================================  ==========================

A callback that is replayed after its three days goes through its table once more.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

_SECOND, _MINUTE, _HOUR = timedelta(seconds=1), timedelta(minutes=1), timedelta(hours=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class RetryPolicy:
    """How patient a kind of work is."""

    #: the longest wait after the first, second … failure; the last one repeats
    waits: tuple[timedelta, ...]
    #: no wait is shorter, whatever was drawn
    shortest: timedelta = timedelta(milliseconds=200)
    #: whether Retry-After replaces the drawn wait (a chat platform knows its own limits), or is only its
    #: lower bound (a receiver that always says "one second" would be hammered for days)
    trusts_after: bool = True
    #: a longer Retry-After is taken as this
    longest_after: timedelta = _HOUR
    #: the age at which it is tried for the last time, None for no limit
    last_try_at_age: timedelta | None = None
    #: how often it is tried, None for no limit
    most_tries: int | None = None


CALLBACKS = RetryPolicy(
    waits=(
        5 * _SECOND,
        30 * _SECOND,
        2 * _MINUTE,
        10 * _MINUTE,
        30 * _MINUTE,
        2 * _HOUR,
        5 * _HOUR,
        10 * _HOUR,
    ),
    shortest=_SECOND,
    trusts_after=False,
    last_try_at_age=timedelta(days=3),
)
CARDS = RetryPolicy(waits=(_SECOND, 5 * _SECOND, 15 * _SECOND, _MINUTE, 5 * _MINUTE))
LINES = RetryPolicy(waits=CARDS.waits, most_tries=300)
ANSWERS = RetryPolicy(waits=(_SECOND, 2 * _SECOND, 5 * _SECOND, 15 * _SECOND, _MINUTE), most_tries=30)


def next_attempt(
    policy: RetryPolicy,
    *,
    tried: int,
    after: timedelta | None,
    now: datetime,
    draw: float,
    made_at: datetime | None = None,
) -> datetime | None:
    """When to try again, None when it is time to give up.

    `tried` counts every try so far, the failed one included; `after` is what the other side asked for;
    `draw` is random in [0, 1]; `made_at` is needed where the policy has a last age.
    """
    if policy.most_tries is not None and tried >= policy.most_tries:
        return None
    at = now + _wait(policy, tried, after, draw)
    if policy.last_try_at_age is None or made_at is None:
        return at
    return _within_age(policy, tried, now, at, made_at + policy.last_try_at_age)


def _wait(policy: RetryPolicy, tried: int, after: timedelta | None, draw: float) -> timedelta:
    longest = policy.waits[min(max(tried, 1), len(policy.waits)) - 1]
    drawn = max(policy.shortest, longest * draw)
    if after is None:
        return drawn
    asked = min(after, policy.longest_after)
    return max(policy.shortest, asked) if policy.trusts_after else max(drawn, asked)


def _within_age(
    policy: RetryPolicy, tried: int, now: datetime, at: datetime, last_at: datetime
) -> datetime | None:
    """The last try comes exactly at the last age; a replayed, older one has as many tries as the table."""
    if now < last_at:
        return min(at, last_at)
    return at if tried < len(policy.waits) else None
