"""A process that was killed in the middle of its work, and the one that comes after it."""

from datetime import timedelta

from bot.app import App
from bot.policy import load_policy
from tests.flows.world import World

LEASE = timedelta(seconds=60)


async def test_what_a_killed_process_had_begun_is_carried_out_at_once_where_nobody_else_can_be_at_it(
    world: World,
) -> None:
    await world.agent.asks()
    settings = world.app.settings
    begun = await world.app.store.claim(limit=64, busy={}, lease=LEASE)
    await world.app.close()

    next_one = App(settings, load_policy(settings.policy), clock=world.clock)
    try:
        await next_one.start()
        await next_one.worker.drain()
        assert len(world.slack.cards("#support")) == 1
    finally:
        await next_one.close()
    assert begun
