"""Stories of agent developers: one POST, a decision, never a lost or doubled one."""

import asyncio

from tests.flows.world import ANN, World, refund


async def test_the_same_key_finds_the_same_request_as_it_stands_now(world: World) -> None:
    first = await world.agent.asks(key="order-4892")
    await world.settles()
    await (await world.slack.card("#support")).press("Approve", by=ANN)
    again = await world.agent.post("/v1/approvals", refund(), key="order-4892")
    assert again.status == 200
    found = await again.json()
    assert (found["id"], found["status"]) == (first["id"], "approved")
    await world.settles()
    assert len(world.slack.cards("#support")) == 1


async def test_a_repeated_post_finds_its_request_whatever_changed_in_the_meantime(world: World) -> None:
    body = refund(needed_by="2026-03-02T09:30:00Z")
    first = await (await world.agent.post("/v1/approvals", body, key="order-4892")).json()
    await world.policy_says("support-bot: {owner", "sales-bot: {owner")
    world.clock.advance(hours=1)
    again = await world.agent.post("/v1/approvals", body, key="order-4892")
    assert again.status == 200
    assert (await again.json())["id"] == first["id"]
    assert (await world.agent.post("/v1/approvals", body, key="a-new-one")).status == 403


async def test_a_repeated_post_finds_its_request_when_no_more_may_be_opened(world: World) -> None:
    first = await world.agent.asks(key="order-4892")
    await asyncio.gather(*(world.agent.post("/v1/approvals", refund()) for _ in range(49)))
    assert (await world.agent.post("/v1/approvals", refund())).status == 409
    again = await world.agent.post("/v1/approvals", refund(), key="order-4892")
    assert (again.status, (await again.json())["id"]) == (200, first["id"])


async def test_another_body_under_the_same_key_is_refused(world: World) -> None:
    await world.agent.asks(key="order-4892")
    answer = await world.agent.post("/v1/approvals", refund(amount="9999.00"), key="order-4892")
    assert answer.status == 422
    assert "Idempotency-Key" in await answer.text()


async def test_forty_posts_at_once_under_one_key_are_one_request(world: World) -> None:
    answers = await asyncio.gather(
        *(world.agent.post("/v1/approvals", refund(), key="order-4892") for _ in range(40))
    )
    assert sorted({answer.status for answer in answers}) == [200, 201]
    assert [answer.status for answer in answers].count(201) == 1
    assert len({(await answer.json())["id"] for answer in answers}) == 1


async def test_a_long_poll_is_answered_when_somebody_decides(world: World) -> None:
    asked = await world.agent.asks()
    await world.settles()
    waiting = asyncio.create_task(world.agent.http.get(f"/v1/approvals/{asked['id']}?wait=30"))
    await (await world.slack.card("#support")).press("Approve", by=ANN)
    async with asyncio.timeout(25):
        answer = await (await waiting).json()
    assert answer["status"] == "approved"


async def test_a_withdrawn_request_says_so_on_its_card_and_cannot_be_decided(world: World) -> None:
    asked = await world.agent.asks()
    await world.settles()
    card = await world.slack.card("#support")
    late = card.payload("Approve", by=ANN)
    answer = await world.agent.post(f"/v1/approvals/{asked['id']}/cancel", {"reason": "The parcel arrived."})
    assert answer.status == 200
    await world.settles()
    await card.expect("Withdrawn")
    await world.slack.deliver(late)
    await world.settles()
    await world.slack.expect_told(ANN, "withdrew")
    assert world.agent.told() == ["approval.cancelled"]
    assert await world.agent.redeems(asked) == 410


async def test_a_request_that_supersedes_another_withdraws_it(world: World) -> None:
    first = await world.agent.asks()
    second = await world.agent.asks(amount="200.00", supersedes=first["id"])
    assert (await world.agent.sees(first["id"]))["status"] == "cancelled"
    assert (await world.agent.sees(second["id"]))["status"] == "pending"


async def test_no_more_requests_are_open_than_the_policy_allows(world: World) -> None:
    answers = await asyncio.gather(*(world.agent.post("/v1/approvals", refund()) for _ in range(60)))
    statuses = [answer.status for answer in answers]
    assert (statuses.count(201), statuses.count(409)) == (50, 10)


async def test_a_revoked_key_opens_nothing(world: World) -> None:
    [key] = await world.app.keys.all()
    await world.app.keys.revoke(key.id)
    answer = await world.agent.post("/v1/approvals", refund())
    assert answer.status in (401, 403)
    assert "revoked" in await answer.text()


async def test_an_agent_sees_its_own_requests_only(world: World) -> None:
    asked = await world.agent.asks()
    other = await world.app.keys.create("another-bot")
    headers = {"Authorization": f"Bearer {other.api_key}"}
    foreign = await world.agent.http.get(f"/v1/approvals/{asked['id']}", headers=headers)
    assert foreign.status == 404


async def test_an_answer_of_the_agent_appears_in_the_cards_thread(world: World) -> None:
    asked = await world.agent.asks()
    await world.settles()
    said = await world.agent.post(
        f"/v1/approvals/{asked['id']}/messages", {"text": "The tracking id is <!channel> 77."}
    )
    assert said.status == 200
    await world.settles()
    card = await world.slack.card("#support")
    assert any("The tracking id is" in reply for reply in card.replies)
    assert not any("<!channel>" in message.text for message in card.thread)
