"""Carries callbacks: one id and one body over all attempts."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from bot.carriers.outcome import Outcome, hopeless
from bot.ports import CallbackJob, CallbackSender, Store

Compose: TypeAlias = Callable[[CallbackJob], Awaitable[bytes]]
SecretsOf: TypeAlias = Callable[[str], Awaitable[Sequence[str]]]


@dataclass(frozen=True, slots=True, kw_only=True)
class CallbackCarrier:
    """Makes one attempt."""

    store: Store
    sender: CallbackSender
    #: writes the body, once
    compose: Compose
    #: the secrets that sign for an agent, newest first
    secrets_of: SecretsOf

    async def carry(self, job: CallbackJob) -> Outcome:
        """POST the body that was stored before the first attempt."""
        secrets = await self.secrets_of(job.agent)
        if not secrets:
            return hopeless(
                f"{job.agent} has no callback secret; make a key with `placet keys create`, then replay."
            )
        body = job.body
        if body is None:
            body = await self.store.freeze(job.id, await self.compose(job))
        return Outcome(sent=await self.sender.send(job.url, job.id, body, secrets))
