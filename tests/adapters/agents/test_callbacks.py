"""What callbacks say, and that agents can verify them with the library they already have."""

import json
from datetime import timedelta
from typing import Any

import standardwebhooks
from aiohttp import web
from aiohttp.test_utils import TestServer

from adapters.agents.receipts import jwks, verify_receipt
from bot.domain.choice import Choice
from bot.domain.directory import Person
from bot.domain.status import ReasonCode
from bot.ports import CallbackJob, Done
from bot.secrets import new_webhook_secret
from tests.adapters.agents.door import PUBLIC_URL, Door
from tests.adapters.agents.test_openapi import check

CALLBACK = {"url": "https://agents.example.com/placet"}


async def callbacks(door: Door) -> list[CallbackJob]:
    lease = timedelta(seconds=60)
    jobs = await door.store.claim(limit=100, busy={}, lease=lease, compose=door.agents.compose)
    return [job for job in jobs if isinstance(job, CallbackJob)]


async def bodies(door: Door) -> list[Any]:
    return [json.loads(job.body or b"") for job in await callbacks(door)]


async def test_a_callback_carries_the_whole_resource_with_its_receipt(door: Door) -> None:
    first = await door.submit(callback=CALLBACK, state={"thread": 9})
    await door.press(first["id"])
    [body] = await bodies(door)
    check({"$ref": "#/components/schemas/CallbackBody"}, body)
    assert (body["type"], body["timestamp"]) == ("approval.approved", "2026-03-02T09:00:00Z")
    approval = body["data"]["approval"]
    assert approval["id"] == first["id"]
    assert approval["status"] == "approved"
    assert approval["state"] == {"thread": 9}
    assert approval["action"] == first["action"]
    claims = verify_receipt(approval["receipt"], jwks(door.ring.public()))
    assert claims["digest"] == approval["action"]["digest"]


async def test_a_rejection_carries_a_sentence_for_the_model(door: Door) -> None:
    first = await door.submit(callback=CALLBACK)
    await door.press(first["id"], Choice.REJECT, reason=ReasonCode.TAKEN_OVER)
    [body] = await bodies(door)
    assert body["type"] == "approval.rejected"
    assert body["data"]["approval"]["message"] == (
        "A person has taken over this conversation; stop and hand it over to Ann."
    )


async def test_an_escalation_is_told_as_it_stood_then(door: Door) -> None:
    first = await door.submit(callback=CALLBACK)
    door.clock.advance(minutes=15)
    await door.store.fire_due(10)
    await door.press(first["id"])
    [body] = await bodies(door)
    assert body["type"] == "approval.escalated"
    assert body["data"]["approval"]["status"] == "pending"
    assert body["data"]["approval"]["step"] == 2
    assert body["data"]["approval"]["receipt"] is None


async def test_an_expiry_is_no_refusal(door: Door) -> None:
    await door.submit(callback=CALLBACK, needed_by="2026-03-02T09:10:00Z")
    door.clock.advance(minutes=11)
    await door.store.fire_due(10)
    [body] = await bodies(door)
    assert body["type"] == "approval.expired"
    assert "not a refusal" in body["data"]["approval"]["message"]


async def test_somebody_who_left_the_policy_is_named_by_their_id(door: Door) -> None:
    first = await door.submit(callback=CALLBACK)
    await door.press(first["id"])
    door.policy.directory = door.policy.directory.__class__(people={"ben": Person(id="ben", name="Ben")})
    [body] = await bodies(door)
    assert body["data"]["approval"]["votes"][0]["name"] == "ann"


async def test_a_request_without_an_address_sends_nothing(door: Door) -> None:
    first = await door.submit()
    await door.press(first["id"])
    assert await callbacks(door) == []
    assert (await door.ask("GET", f"/v1/approvals/{first['id']}")).json["delivery"]["callback"] is None


async def test_a_sent_callback_verifies_with_the_agents_own_library(door: Door) -> None:
    received: list[tuple[dict[str, str], bytes]] = []

    async def take(request: web.Request) -> web.Response:
        received.append((dict(request.headers), await request.read()))
        return web.Response()

    app = web.Application()
    app.router.add_post("/placet", take)
    async with TestServer(app, host="127.0.0.1") as agent:
        url = str(agent.make_url("/placet"))
        first = await door.submit(callback={"url": url})
        await door.press(first["id"])
        [job] = await callbacks(door)
        secret = new_webhook_secret()
        door.clock.now = job.created_at
        body = job.body or b""
        assert await door.agents.sender.send(job.url, job.id, body, [secret]) == Done(message="200")
    [(headers, raw)] = received
    assert headers["webhook-id"] == job.id
    assert raw == body
    signature = standardwebhooks.Webhook(secret).sign(job.id, door.clock(), raw.decode())
    assert headers["webhook-signature"] == signature


async def test_a_callback_with_long_arguments_is_whole(door: Door) -> None:
    arguments = {"text": "x" * 60_000}
    first = await door.submit(
        callback=CALLBACK, action={"name": "mail.send", "summary": "S", "arguments": arguments}
    )
    await door.press(first["id"])
    [body] = await bodies(door)
    assert body["data"]["approval"]["action"]["arguments"] == arguments
    assert body["data"]["approval"]["links"]["self"].startswith(PUBLIC_URL)


async def test_a_take_over_names_the_person_to_hand_over_to(door: Door) -> None:
    first = await door.submit(callback=CALLBACK)
    await door.press(first["id"], Choice.REJECT, reason=ReasonCode.TAKEN_OVER)
    [body] = await bodies(door)
    decision = body["data"]["approval"]["decision"]
    assert decision["reason"]["code"] == "taken_over"
    assert decision["taken_over_by"] == {"id": "ann", "name": "Ann"}


async def test_a_question_is_told_with_its_id_as_it_was_asked(door: Door) -> None:
    first = await door.submit(callback=CALLBACK)
    await door.press(first["id"], Choice.ASK, words="Was it paid?")
    await door.press(first["id"], Choice.ASK, words="To whom?")
    asked = await bodies(door)
    assert [body["type"] for body in asked] == ["approval.question"]
    check({"$ref": "#/components/schemas/CallbackBody"}, asked[0])
    assert asked[0]["data"]["question"] == {
        "id": "q1",
        "person": "ann",
        "name": "Ann",
        "text": "Was it paid?",
        "asked_at": "2026-03-02T09:00:00Z",
        "answer": None,
        "answered_at": None,
    }
    assert asked[0]["data"]["approval"]["status"] == "pending"
    assert len(asked[0]["data"]["approval"]["questions"]) == 1


async def test_other_callbacks_hold_no_question(door: Door) -> None:
    first = await door.submit(callback=CALLBACK)
    await door.press(first["id"])
    [body] = await bodies(door)
    assert "question" not in body["data"]
