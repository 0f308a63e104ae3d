"""The policy that holds now: read again when its file changes, kept when the new one is broken."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TypeAlias

from bot.domain.errors import PlacetError
from bot.policy.load import load_policy
from bot.policy.policy import Policy
from bot.policy.problems import PolicyError

#: how often the file's date is looked at
EVERY = timedelta(seconds=2)

#: pins channels and connects platforms; raises PlacetError when that fails for now
Prepare: TypeAlias = Callable[[Policy], Awaitable[Policy]]
#: tells that the file cannot be used, while this policy goes on holding
Refuse: TypeAlias = Callable[[Policy, PolicyError], Awaitable[None]]
_Stamp: TypeAlias = tuple[int, int, int] | None

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Trouble:
    """The file is not what holds."""

    #: why it cannot be used
    sentence: str
    since_at: datetime


async def _nobody_told(held: Policy, error: PolicyError) -> None:
    pass


class PolicyBook:
    """Holds the current policy and turns the page when its file changes."""

    def __init__(
        self,
        path: Path,
        policy: Policy,
        prepare: Prepare,
        *,
        refuse: Refuse = _nobody_told,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        """Begin with a policy; `prepare` makes it and the next ones ready to be used."""
        self._path = path
        self._policy = policy
        self._prepare = prepare
        self._refuse = refuse
        self._clock = clock
        self._seen: _Stamp | object = object()
        #: why the file does not hold, None while it does
        self.trouble: Trouble | None = None

    def current(self) -> Policy:
        """The policy that holds now."""
        return self._policy

    async def prepare(self) -> None:
        """Make the policy that it began with ready; raises what preparing raises."""
        self._policy = await self._prepare(self._policy)
        self._warn()

    async def refresh(self) -> bool:
        """Look at the file; whether another policy holds now. A broken one is told of and changes nothing."""
        stamp = await asyncio.to_thread(_stamp, self._path)
        if stamp == self._seen:
            return False
        try:
            policy = await asyncio.to_thread(load_policy, self._path)
        except PolicyError as error:
            self._keep(error)
            await self._refuse(self._policy, error)
            self._seen = stamp
            return False
        if policy.version == self._policy.version and self.trouble is None:
            self._seen = stamp
            return False
        return await self._turn(policy, stamp)

    async def step(self) -> timedelta:
        """Refresh; how long to rest before the next time."""
        await self.refresh()
        return EVERY

    async def _turn(self, policy: Policy, stamp: _Stamp) -> bool:
        changed = policy.version != self._policy.version
        try:
            self._policy = await self._prepare(policy)
        except PlacetError as error:
            self._keep(error)
            return False
        self._seen = stamp
        self.trouble = None
        _log.info(
            "The policy was read again; version %s holds now.",
            policy.version,
            extra={"policy_version": policy.version},
        )
        self._warn()
        return changed

    def _warn(self) -> None:
        policy = self._policy
        for problem in policy.warnings:
            _log.warning("%s", problem.told(policy.name), extra={"policy_version": policy.version})

    def _keep(self, error: PlacetError) -> None:
        if self.trouble is not None and error.sentence == self.trouble.sentence:
            return
        since_at = self.trouble.since_at if self.trouble is not None else self._clock()
        self.trouble = Trouble(sentence=error.sentence, since_at=since_at)
        _log.error(
            "The changed policy cannot be used, so version %s goes on holding. %s",
            self._policy.version,
            error.sentence,
            extra={"policy_version": self._policy.version},
        )


def _stamp(path: Path) -> _Stamp:
    try:
        found = path.stat()
    except OSError:
        return None
    return (found.st_mtime_ns, found.st_size, found.st_ino)
