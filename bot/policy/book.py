"""The policy that holds now: read again when its file changes, kept when the new one is broken."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from datetime import timedelta
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
_Stamp: TypeAlias = tuple[int, int, int] | None

_log = logging.getLogger(__name__)


class PolicyBook:
    """Holds the current policy and turns the page when its file changes."""

    def __init__(self, path: Path, policy: Policy, prepare: Prepare) -> None:
        """Begin with a policy; `prepare` makes it and the next ones ready to be used."""
        self._path = path
        self._policy = policy
        self._prepare = prepare
        self._seen: _Stamp | object = object()
        self._complaint = ""

    def current(self) -> Policy:
        """The policy that holds now."""
        return self._policy

    async def prepare(self) -> None:
        """Make the policy that it began with ready; raises what preparing raises."""
        self._policy = await self._prepare(self._policy)
        self._warn()

    async def refresh(self) -> bool:
        """Look at the file; whether another policy holds now. A broken one is logged and changes nothing."""
        stamp = await asyncio.to_thread(_stamp, self._path)
        if stamp == self._seen:
            return False
        try:
            policy = await asyncio.to_thread(load_policy, self._path)
        except PolicyError as error:
            self._seen = stamp
            self._keep(error)
            return False
        if policy.version == self._policy.version:
            self._seen = stamp
            return False
        return await self._turn(policy, stamp)

    async def watch(self, every: timedelta = EVERY) -> None:
        """Refresh again and again until cancelled."""
        while True:
            await self.refresh()
            await asyncio.sleep(every.total_seconds())

    async def _turn(self, policy: Policy, stamp: _Stamp) -> bool:
        try:
            self._policy = await self._prepare(policy)
        except PlacetError as error:
            self._keep(error)
            return False
        self._seen = stamp
        self._complaint = ""
        _log.info(
            "The policy was read again; version %s holds now.",
            policy.version,
            extra={"policy_version": policy.version},
        )
        self._warn()
        return True

    def _warn(self) -> None:
        policy = self._policy
        for problem in policy.warnings:
            _log.warning("%s", problem.told(policy.name), extra={"policy_version": policy.version})

    def _keep(self, error: PlacetError) -> None:
        if error.sentence == self._complaint:
            return
        self._complaint = error.sentence
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
