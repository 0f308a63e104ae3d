"""The sample agent acts on genuine approvals of what it asked, once, and on nothing else."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import pytest_asyncio
from aiohttp import ClientSession, web
from aiohttp.test_utils import TestServer

from adapters.agents.signing import sign
from bot.canonical import digest
from bot.demo import story
from bot.demo.agent import SampleAgent
from bot.demo.chronicle import Chronicle
from bot.demo.errors import AskRefused, StoryBroken
from bot.demo.happening import Kind
from bot.demo.installation import installation, some_port
from bot.demo.packets import PACKETS, refund
from bot.demo.policy import policy_text
from bot.demo.story import Story
from bot.demo.workspace import AGENT, Workspace
from bot.policy import parse_policy
from bot.secrets import new_webhook_secret

SECRET = new_webhook_secret()
SOON = timedelta(seconds=5)
DIGEST = "sha256:" + "a" * 64


class PlacetStub:
    """Takes what an agent sends, and remembers it."""

    def __init__(self) -> None:
        self.taken: list[str] = []
        self.answer: dict[str, Any] = {}

    async def take(self, request: web.Request) -> web.Response:
        self.taken.append(request.path.removeprefix("/v1/approvals"))
        return web.json_response(self.answer)


@pytest.fixture
def chronicle() -> Chronicle:
    return Chronicle()


@pytest_asyncio.fixture
async def placet() -> AsyncIterator[tuple[PlacetStub, str]]:
    stub, app = PlacetStub(), web.Application()
    app.router.add_post("/{path:.*}", stub.take)
    async with TestServer(app) as server:
        yield stub, f"http://127.0.0.1:{server.port}"


@pytest_asyncio.fixture
async def agent(placet: tuple[PlacetStub, str], chronicle: Chronicle) -> AsyncIterator[SampleAgent]:
    """An agent that has asked for `apr_1`."""
    stub, site = placet
    agent = SampleAgent(chronicle.add)
    await agent.start(site=site, api_key="plc_x", callback_secret=SECRET)
    stub.answer = _resource()
    await agent.ask(refund(0))
    stub.answer = {"delivery": {"taken_at": "now"}, "outcome": {"status": "succeeded"}}
    yield agent
    await agent.stop()


def _resource(**changes: Any) -> dict[str, Any]:
    action = {"name": "refund.issue", "summary": "Refund", "arguments": {}, "digest": DIGEST}
    return {"id": "apr_1", "status": "approved", "step": 1, "votes": [], "action": action, **changes}


def _callback(kind: str = "approval.approved", **changes: Any) -> bytes:
    body = {"type": kind, "timestamp": "2026-03-02T09:00:00Z", "data": {"approval": _resource(**changes)}}
    return json.dumps(body).encode()


async def _send(agent: SampleAgent, body: bytes, secret: str = SECRET, message_id: str = "msg_1") -> int:
    headers = sign([secret], message_id, datetime.now(UTC), body)
    async with (
        ClientSession() as client,
        client.post(agent.callback_address, data=body, headers=headers) as response,
    ):
        return response.status


async def test_an_approval_is_redeemed_before_the_agent_acts_and_reported_after(
    agent: SampleAgent, placet: tuple[PlacetStub, str], chronicle: Chronicle
) -> None:
    assert await _send(agent, _callback()) == 204

    await chronicle.until("apr_1", Kind.ACTED, within=SOON)
    assert placet[0].taken == ["", "/apr_1/redeem", "/apr_1/outcome"]


async def test_a_callback_signed_with_another_secret_is_refused(
    agent: SampleAgent, placet: tuple[PlacetStub, str], chronicle: Chronicle
) -> None:
    assert await _send(agent, _callback(), secret=new_webhook_secret()) == 401

    broken = chronicle.broken()
    assert broken is not None
    assert broken.kind is Kind.FORGED
    assert placet[0].taken == [""]


@pytest.mark.parametrize(
    "spoil",
    [
        lambda body, headers: (body + b" ", headers),
        lambda body, headers: (body, {**headers, "webhook-id": "msg_2"}),
        lambda body, headers: (body, {**headers, "webhook-timestamp": "1"}),
        lambda body, headers: (body, {**headers, "webhook-timestamp": "soon"}),
        lambda body, headers: (body, {**headers, "webhook-signature": "v1,%%%"}),
        lambda body, headers: (body, {}),
    ],
)
async def test_a_callback_that_was_changed_on_its_way_is_refused(
    agent: SampleAgent,
    placet: tuple[PlacetStub, str],
    spoil: Callable[[bytes, dict[str, str]], tuple[bytes, dict[str, str]]],
) -> None:
    sent = _callback()
    body, headers = spoil(sent, sign([SECRET], "msg_1", datetime.now(UTC), sent))

    async with (
        ClientSession() as client,
        client.post(agent.callback_address, data=body, headers=headers) as response,
    ):
        assert response.status == 401
    assert placet[0].taken == [""]


async def test_the_same_callback_twice_is_acted_on_once(
    agent: SampleAgent, placet: tuple[PlacetStub, str], chronicle: Chronicle
) -> None:
    assert await _send(agent, _callback()) == 204
    assert await _send(agent, _callback()) == 204

    await chronicle.until("apr_1", Kind.ACTED, within=SOON)
    assert placet[0].taken.count("/apr_1/redeem") == 1


async def test_an_approval_of_other_arguments_is_not_acted_on(
    agent: SampleAgent, placet: tuple[PlacetStub, str], chronicle: Chronicle
) -> None:
    action = {**_resource()["action"], "digest": "sha256:" + "b" * 64}

    await _send(agent, _callback(action=action))

    await chronicle.until("apr_1", Kind.FAILED, within=SOON)
    assert placet[0].taken == [""]


@pytest.mark.parametrize("is_forged", [False, True])
async def test_changed_arguments_are_acted_on_where_what_was_asked_for_was_changed(
    agent: SampleAgent, placet: tuple[PlacetStub, str], chronicle: Chronicle, *, is_forged: bool
) -> None:
    asked, changed = {"amount": "240.00"}, {"amount": "200.00"}
    placet[0].answer = _resource(action={**_resource()["action"], "digest": digest("refund.issue", asked)})
    await agent.ask(refund(1))
    placet[0].answer = {"delivery": {"taken_at": "now"}, "outcome": {"status": "succeeded"}}
    action = {**_resource()["action"], "arguments": changed, "digest": digest("refund.issue", changed)}
    original = {"amount": "1.00"} if is_forged else asked
    decision = {"type": "edit", "by": ["ann"], "original_arguments": original}
    await _send(agent, _callback(action=action, decision=decision))
    await chronicle.until("apr_1", Kind.FAILED if is_forged else Kind.ACTED, within=SOON)
    assert ("/apr_1/redeem" in placet[0].taken) is not is_forged


async def test_an_approval_that_cannot_be_redeemed_is_not_acted_on(
    agent: SampleAgent, placet: tuple[PlacetStub, str], chronicle: Chronicle
) -> None:
    placet[0].answer = {"detail": "The approval was valid for 1:00:00 only; ask again."}

    await _send(agent, _callback())

    failed = await chronicle.until("apr_1", Kind.FAILED, within=SOON)
    assert "ask again" in failed.details[0]
    assert "/apr_1/outcome" not in placet[0].taken


@pytest.mark.parametrize("status", ["rejected", "expired", "cancelled"])
async def test_anything_but_an_approval_is_left_alone(
    agent: SampleAgent, placet: tuple[PlacetStub, str], chronicle: Chronicle, status: str
) -> None:
    await _send(agent, _callback(f"approval.{status}", status=status, message="Do not retry."))

    await chronicle.until("apr_1", Kind.LEFT, within=SOON)
    assert placet[0].taken == [""]


async def test_a_request_that_placet_does_not_take_is_told(
    agent: SampleAgent, placet: tuple[PlacetStub, str]
) -> None:
    placet[0].answer = {"detail": "This API key was revoked."}

    with pytest.raises(AskRefused, match="revoked"):
        await agent.ask_next()


async def test_waiting_for_what_does_not_come_ends_in_a_sentence(chronicle: Chronicle) -> None:
    with pytest.raises(StoryBroken, match=r"approval\.approved about apr_1, and it did not come"):
        await chronicle.until("apr_1", Kind.VERIFIED, "approval.approved", within=timedelta(0))


async def test_the_story_breaks_when_no_callback_can_be_verified(
    chronicle: Chronicle, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(story, "PATIENCE", timedelta(milliseconds=200))
    agent = SampleAgent(chronicle.add)
    policy = policy_text(callback=agent.callback_address, first_wait="1s")
    try:
        async with installation(some_port(), policy) as app:
            key = await app.keys.create(AGENT)
            site = app.settings.public_url
            await agent.start(site=site, api_key=key.api_key, callback_secret=new_webhook_secret())
            with pytest.raises(StoryBroken):
                await Story(Workspace(site=site, agent=agent, your_key=""), chronicle, lambda _: None).run()
    finally:
        await agent.stop()


def test_the_demos_policy_has_nothing_to_complain_about() -> None:
    policy = parse_policy(policy_text(callback="http://127.0.0.1:1/callbacks", first_wait="40s"))

    assert policy.warnings == ()


@pytest.mark.parametrize("packet", PACKETS, ids=lambda packet: packet.__name__)
def test_the_agent_can_ask_again_and_again_for_something_slightly_different(
    packet: Callable[[int], dict[str, Any]],
) -> None:
    assert json.dumps(packet(0)) != json.dumps(packet(1))
    assert asyncio.iscoroutinefunction(packet) is False
