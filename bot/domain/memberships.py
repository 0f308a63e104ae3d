"""Who is in the groups that live elsewhere: a user group of Slack, a team of Teams.

What a platform said of such a group is a fact with its age. A decision takes a fact that is younger than
`FRESH`; asking and showing make do with an older one. What cannot be known names nobody.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot.domain.directory import Directory, Identity

#: a decision takes no older fact
FRESH = timedelta(seconds=60)
#: nobody is asked or shown anything by an older one
KNOWN = timedelta(minutes=15)


@dataclass(frozen=True, slots=True, kw_only=True)
class Membership:
    """What a platform said of a group."""

    #: as in `Directory.live`
    group: str
    accounts: tuple[Identity, ...]
    #: when the platform was asked
    fetched_at: datetime
    #: why nobody can be read in it, as a sentence; empty where it was read
    fault: str = ""


def resolved(directory: Directory, memberships: Mapping[str, Membership], now: datetime) -> Directory:
    """The directory with the people of its live groups, as far as they are known at this time."""
    groups, unsure, faults = dict(directory.groups), {}, {}
    for name, sources in directory.live.items():
        told = [memberships[source] for source in sources if source in memberships]
        listed = directory.groups.get(name, ())
        # What seems to be from the future is of unknown age: some clock was set back since.
        fresh = [each for each in told if -FRESH <= now - each.fetched_at <= FRESH]
        known = [each for each in told if -FRESH <= now - each.fetched_at <= KNOWN]
        groups[name] = _with(directory, listed, known)
        if len(fresh) < len(sources):
            unsure[name] = _with(directory, listed, fresh)
        fault = next((each.fault for each in told if each.fault), "")
        if fault:
            faults[name] = fault
    return replace(directory, groups=groups, unsure=unsure, faults=faults)


def changes_at(memberships: Iterable[Membership], now: datetime) -> datetime | None:
    """When `resolved` comes to something else by time alone, None when it never does."""
    ages = (each.fetched_at + age for each in memberships for age in (FRESH, KNOWN))
    return min((at for at in ages if at >= now), default=None)


def _with(directory: Directory, listed: tuple[str, ...], told: Iterable[Membership]) -> tuple[str, ...]:
    """The listed people, and those whose accounts a platform named; others of its accounts are nobody."""
    people = dict.fromkeys(listed)
    for membership in told:
        for account in membership.accounts:
            person = directory.person_with(account)
            if person is not None:
                people[person.id] = None
    return tuple(people)
