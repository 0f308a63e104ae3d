"""What people say: to the bot, and in the thread of a card, with the real use cases over a real database."""

import json

from sqlalchemy import text

from tests.fakes.slack_workspace import Account
from tests.flows.world import ANN, LEA, STRANGER, World


async def said(world: World, request_id: str) -> list[tuple[str, str]]:
    """Who said what about a request."""
    stored = await world.app.store.read(request_id)
    assert stored is not None
    return [(each.by, each.text) for each in stored.said]


async def test_a_thread_is_read_on_the_card_in_details_and_in_the_browser(world: World) -> None:
    asked = await world.agent.asks()
    await world.settles()
    card = await world.slack.card("#support")
    await world.slack.say("#support", "Is this the second refund?", by=ANN, thread_ts=card.ts)
    answer = await world.agent.post(
        f"/v1/approvals/{asked['id']}/messages", {"text": "It is the <b>first</b>."}
    )
    assert answer.status < 300
    world.clock.advance(minutes=2)
    await world.settles()
    await card.expect("Said about it", "Ann · ", "Is this the second refund?")
    await card.expect("support-bot · ", "(in the agent’s words): It is the <b>first</b>.")
    await card.press("Details", by=ANN)
    view = await world.slack.view(ANN, "Details")
    await view.expect("Said about it", "│ Is this the second refund?", "│ It is the <b>first</b>.")
    assert (await world.agent.sees(asked["id"]))["status"] == "pending"


async def test_only_those_who_may_see_a_request_are_heard_in_its_thread(world: World) -> None:
    asked = await world.agent.asks()
    await world.settles()
    card = await world.slack.card("#support")
    world.slack.workspace.accounts[STRANGER] = Account(id=STRANGER, name="sam")
    for by in (LEA, STRANGER):
        await world.slack.say("#support", "Approve it", by=by, thread_ts=card.ts)
    assert await said(world, asked["id"]) == []
    await card.press("Escalate", by=ANN)
    await world.settles()
    # The next step asks Lea, and what is said in either thread is about the same request.
    there = await world.slack.card("#leads")
    await world.slack.say("#leads", "I know this customer", by=LEA, thread_ts=there.ts)
    await world.slack.say("#support", "Good", by=ANN, thread_ts=card.ts)
    assert await said(world, asked["id"]) == [
        ("person:lea", "I know this customer"),
        ("person:ann", "Good"),
    ]


async def test_a_message_that_slack_delivers_again_after_a_restart_is_kept_once(world: World) -> None:
    asked = await world.agent.asks()
    await world.settles()
    card = await world.slack.card("#support")
    given = {"by": ANN, "thread_ts": card.ts, "ts": "1772442999.000100"}
    await world.slack.say("#support", "Wait", **given)
    await world.restarts()
    await world.slack.say("#support", "Wait", **given)
    assert await said(world, asked["id"]) == [("person:ann", "Wait")]


async def test_what_was_said_is_in_the_audit_trail_as_a_private_value(world: World) -> None:
    await world.agent.asks()
    await world.settles()
    card = await world.slack.card("#support")
    await world.slack.say("#support", "Her name is Zoe", by=ANN, thread_ts=card.ts)
    found = text("SELECT facts, private FROM audit_event WHERE kind = 'person.said'")
    [row] = await world.app.store.query(lambda connection: connection.execute(found).all())
    assert "Zoe" not in row.facts
    assert json.loads(row.private)["text"][1] == "Her name is Zoe"


async def test_help_is_told_to_the_one_who_asked(world: World) -> None:
    await world.slack.mention("#support", "help", by=ANN)
    told = await world.slack.expect_told(ANN, "You can say")
    assert told.startswith("You can say to me:")
    assert "kept with the request" in told
    assert world.slack.messages("#support") == []


async def test_strangers_are_told_why_they_are_not_heard(world: World) -> None:
    world.slack.workspace.accounts[STRANGER] = Account(id=STRANGER, name="sam")
    await world.slack.mention("#support", "pause *", by=STRANGER)
    await world.slack.expect_told(STRANGER, "not linked to anybody in the policy")
