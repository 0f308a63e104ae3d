"""Stories of bad days: Slack, the receiver and the process itself go away, and nothing is lost or doubled."""

from storage.callbacks import CallbackStore
from storage.verifying import verify
from tests.flows.world import ANN, World


async def test_a_card_that_slack_could_not_take_is_posted_when_it_can(world: World) -> None:
    await world.slack.shut()
    asked = await world.agent.asks()
    await world.settles()
    await world.slack.open()
    await world.later(minutes=1)
    card = await world.slack.card("#support")
    assert len(world.slack.cards("#support")) == 1
    await card.press("Approve", by=ANN)
    assert (await world.agent.sees(asked["id"]))["status"] == "approved"


async def test_a_post_whose_answer_was_lost_is_not_made_again(world: World) -> None:
    world.slack.drop("chat.postMessage", carried_out=True)
    await world.agent.asks()
    await world.settles()
    for _ in range(5):
        await world.later(seconds=30)
    assert len(world.slack.cards("#support")) == 1
    await (await world.slack.card("#support")).press("Approve", by=ANN)
    await world.settles()
    await (await world.slack.card("#support")).expect("Approved by Ann")


async def test_a_rate_limit_delays_a_card_and_loses_nothing(world: World) -> None:
    world.slack.limit("chat.postMessage", after=30)
    await world.agent.asks()
    await world.settles()
    assert world.slack.cards("#support") == []
    await world.later(seconds=29)
    assert world.slack.cards("#support") == []
    await world.later(seconds=2)
    assert len(world.slack.cards("#support")) == 1


async def test_a_callback_goes_on_trying_with_one_id_and_one_body(world: World) -> None:
    world.agent.status = 503
    await world.agent.asks()
    await world.settles()
    await (await world.slack.card("#support")).press("Approve", by=ANN)
    await world.settles()
    for _ in range(4):
        await world.later(minutes=20)
    assert world.agent.callbacks == []
    world.agent.status = 200
    await world.later(hours=6)
    assert world.agent.told() == ["approval.approved"]
    assert len(world.agent.attempts) > 3
    assert len(set(world.agent.attempts)) == 1


async def test_callbacks_of_one_request_arrive_in_their_order(world: World) -> None:
    world.agent.status = 503
    await world.agent.asks()
    await world.settles()
    await world.later(minutes=15)
    await (await world.slack.card("#leads")).press("Approve", by="U01LEA")
    await world.settles()
    world.agent.status = 200
    for _ in range(6):
        await world.later(hours=3)
    assert world.agent.told() == ["approval.escalated", "approval.approved"]
    assert world.agent.callbacks[0]["data"]["approval"]["status"] == "pending"


async def test_a_callback_that_nobody_took_for_days_is_dead_and_can_be_sent_again(world: World) -> None:
    world.agent.status = 500
    asked = await world.agent.asks()
    await world.settles()
    card = await world.slack.card("#support")
    await card.press("Approve", by=ANN)
    for _ in range(40):
        await world.later(hours=3)
    callbacks = CallbackStore(world.app.store)
    [dead] = await callbacks.listed("dead")
    assert (await world.agent.sees(asked["id"]))["delivery"]["callback"] == "failed"
    await card.expect("could not be reached")
    world.agent.status = 200
    await callbacks.replay(dead.id)
    await world.settles()
    assert world.agent.told() == ["approval.approved"]
    assert len(set(world.agent.attempts)) == 1


async def test_a_receiver_that_says_gone_is_not_asked_again(world: World) -> None:
    world.agent.status = 410
    await world.agent.asks()
    await world.settles()
    await (await world.slack.card("#support")).press("Approve", by=ANN)
    await world.settles()
    await world.later(days=1)
    assert len(world.agent.attempts) == 1


async def test_after_all_of_it_the_audit_verifies(world: World) -> None:
    await world.agent.asks()
    await world.settles()
    await (await world.slack.card("#support")).press("Approve", by=ANN)
    await world.settles()
    await world.app.upkeep.seal()
    report = await world.app.store.query(lambda connection: verify(connection, world.app.key_ring.is_signed))
    assert report.problems == []
    assert report.unsealed == 0
    assert report.seals > 0
