"""A signed callback on its way: the receiver verifies it with the secret it was given."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from adapters.agents.callback_sender import SignedCallbackSender
from adapters.agents.http_client import CallbackClient
from adapters.agents.networks import networks
from adapters.agents.signing import verify
from bot.ports import CallbackSender, Done, GiveUp
from bot.secrets import new_webhook_secret
from tests.adapters.agents.receiver import Receiver, says

BODY = b'{"type":"approval.approved"}'
START = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)


class Clock:
    now = START

    def __call__(self) -> datetime:
        return self.now


async def test_each_attempt_has_the_same_id_and_body_and_is_signed_for_its_own_time() -> None:
    old, new, clock = new_webhook_secret(), new_webhook_secret(), Clock()
    async with Receiver(says("200 OK")) as receiver, CallbackClient(allow=networks(["127.0.0.1"])) as client:
        sender: CallbackSender = SignedCallbackSender(client, clock)
        assert await sender.send(receiver.url, "msg_1", BODY, [new, old]) == Done(message="200")
        clock.now += timedelta(hours=2)
        assert await sender.send(receiver.url, "msg_1", BODY, [new]) == Done(message="200")
    (_, first, body), (_, second, again) = receiver.requests
    verify([old], first, body, now=START)
    verify([new], first, body, now=START)
    verify([new], second, again, now=clock.now)
    assert body == again == BODY
    assert first["webhook-id"] == second["webhook-id"] == "msg_1"


async def test_without_a_secret_nothing_is_sent() -> None:
    async with Receiver(says("200 OK")) as receiver, CallbackClient(allow=networks(["127.0.0.1"])) as client:
        sent = await SignedCallbackSender(client, Clock()).send(receiver.url, "msg_1", BODY, [])
        assert isinstance(sent, GiveUp)
        assert "rotate-secret" in sent.why
        assert receiver.connections == 0
