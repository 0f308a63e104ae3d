"""Signs each attempt at a callback and sends it: the way back to agent platforms."""

from __future__ import annotations

from collections.abc import Sequence

from adapters.agents.http_client import CallbackClient
from adapters.agents.signing import Unsignable, sign
from bot.ports import Clock, GiveUp, Sent


class SignedCallbackSender:
    """The `CallbackSender` of agents that speak Standard Webhooks."""

    def __init__(self, client: CallbackClient, clock: Clock) -> None:
        self._client = client
        self._clock = clock

    async def send(self, url: str, message_id: str, body: bytes, secrets: Sequence[str]) -> Sent:
        """POST one attempt, signed with every secret for the time it is made."""
        try:
            headers = sign(secrets, message_id, self._clock(), body)
        except Unsignable as error:
            return GiveUp(why=error.sentence)
        return await self._client.post(url, body, headers)
