"""Tells what becomes of the policy's file: the record, and its owner in private when it cannot be used."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from bot.policy import Policy
from bot.policy.comparing import changes_between
from bot.policy.problems import PolicyError
from bot.policy_record import Loaded, News, PolicyRecord, Refused

#: more sentences than this tell nobody more
MOST_CHANGES = 50
MOST_PROBLEMS = 5


class PolicyNews:
    """Puts every turn of the policy on record."""

    def __init__(self, record: PolicyRecord) -> None:
        self._record = record

    async def keep(self, policy: Policy) -> None:
        """A version is about to hold."""
        newest = await self._record.newest()
        before, text = newest or (None, "")
        changes = () if newest is None else await asyncio.to_thread(_changes, text, policy.text)
        sentence = f"{policy.name} can be used again; version {policy.version} holds."
        await self._record.keep(
            Loaded(
                version=policy.version,
                text=policy.text,
                owner=policy.owner,
                before=before,
                changes=changes,
                news=News(to=policy.directory.asked_at(policy.owner), sentence=sentence),
            )
        )

    async def refuse(self, held: Policy, error: PolicyError) -> None:
        """The changed file cannot be used; the owner of the version that holds is told."""
        problems = tuple(problem.told(held.name) for problem in error.problems)
        to = held.directory.asked_at(held.owner)
        news = News(to=to, sentence=_broken(held, problems))
        await self._record.refuse(Refused(version=held.version, problems=problems, news=news))


def _changes(before: str, after: str) -> tuple[str, ...]:
    if before == after:
        return ()
    try:
        found = changes_between(before, after)
    except PolicyError:
        # A version of long ago whose YAML is not read any more.
        return ()
    told = [change.sentence for change in found[:MOST_CHANGES]]
    if len(found) > MOST_CHANGES:
        told.append(f"And {len(found) - MOST_CHANGES} more changes.")
    return tuple(told)


def _broken(held: Policy, problems: Sequence[str]) -> str:
    lines = [
        f"{held.name} was changed and cannot be used, so version {held.version} goes on holding.",
        *problems[:MOST_PROBLEMS],
    ]
    if len(problems) > MOST_PROBLEMS:
        lines.append(f"And {len(problems) - MOST_PROBLEMS} more.")
    lines.append("`placet policy check` tells everything that is wrong.")
    return "\n".join(lines)
