"""Covers: who is asked instead of people who are away, and for whom somebody decides.

An absence moves pings, direct messages and mentions; it never gives authority.
"""

from __future__ import annotations

from collections.abc import Iterable

from bot.domain.authority import eligible
from bot.domain.directory import Directory
from bot.domain.events import Fact
from bot.domain.request import ApprovalRequest
from bot.domain.sentences import names


def instead_of(directory: Directory, people: Iterable[str]) -> tuple[str, ...]:
    """Who is told when these people are to be told, each once."""
    return tuple(dict.fromkeys(directory.steering.stand_in(person) for person in people))


def covers(directory: Directory, people: Iterable[str]) -> tuple[tuple[str, str], ...]:
    """Who of these people is away, each with whoever stands in."""
    if not directory.steering.absences:
        return ()
    found = ((person, directory.steering.stand_in(person)) for person in people)
    return tuple((absent, cover) for absent, cover in found if absent != cover)


def covers_told(directory: Directory, people: Iterable[str]) -> dict[str, Fact]:
    """The same for the record, both names in it; nothing where nobody is away."""
    away = dict(covers(directory, people))
    return {"covers": away} if away else {}


def covering(directory: Directory, request: ApprovalRequest, person: str) -> tuple[str, ...]:
    """For whom, of those who may decide a request, a person stands in."""
    away = directory.steering.covered_by(person) if directory.steering.absences else ()
    return tuple(absent for absent in away if absent in eligible(directory, request))


def who(directory: Directory, request: ApprovalRequest, person: str) -> str:
    """`Ben`, or `Ben, covering for Ann` where that was so at the vote."""
    vote = next((v for v in request.progress.votes if v.person == person), None)
    name = names(directory, (person,))
    if vote is None or not vote.covering:
        return name
    return f"{name}, covering for {names(directory, vote.covering)}"
