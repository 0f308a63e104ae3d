"""Carries callbacks: one id and one body over all attempts."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from bot.carriers.outcome import Outcome, hopeless, not_yet
from bot.ports import CallbackJob, CallbackSender

SecretsOf: TypeAlias = Callable[[str], Awaitable[Sequence[str]]]


@dataclass(frozen=True, slots=True, kw_only=True)
class CallbackCarrier:
    """Makes one attempt."""

    sender: CallbackSender
    #: the secrets that sign for an agent, newest first
    secrets_of: SecretsOf

    async def carry(self, job: CallbackJob) -> Outcome:
        """POST the body, which was stored when the first attempt was leased."""
        if job.body is None:
            return not_yet("What it says could not be written; the log tells why.")
        secrets = await self.secrets_of(job.agent)
        if not secrets:
            return hopeless(
                f"{job.agent} has no callback secret; make a key with `placet keys create`, then replay."
            )
        return Outcome(sent=await self.sender.send(job.url, job.id, job.body, secrets))
