"""Teams as a place for cards: threads, chats, mentions, and what comes of refusals."""

import json
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from bot.domain.directory import Identity
from bot.ports import Done, GiveUp, RetryLater
from tests.adapters.teams.desk import ANN, BEN, Desk


@pytest.fixture(autouse=True)
async def _installed(desk: Desk) -> None:
    await desk.installed()


async def test_a_card_begins_a_thread_and_is_changed_where_it_stands(desk: Desk) -> None:
    card = await desk.card()
    sent = await desk.product.channel.post(desk.destination, card)
    posted = await desk.teams.card(desk.approvals_channel)
    assert sent == Done(message=f"{desk.approvals_channel.id}/{posted.id}")
    changed = replace(card, headline="Refund 1.00 EUR")
    assert await desk.product.channel.redraw(desk.destination, sent.message, changed) == sent
    assert "Refund 1.00 EUR" in json.dumps(posted.card)
    assert len(desk.teams.posted(desk.approvals_channel)) == 1


async def test_those_who_are_asked_are_mentioned_where_they_have_an_account(desk: Desk) -> None:
    outside = Identity(platform="teams", user="outside", tenant="another-tenant")
    ben = replace(desk.policy.directory.people["ben"], identities=(outside,))
    desk.policy.directory = replace(
        desk.policy.directory, people={**desk.policy.directory.people, "ben": ben}
    )
    card = replace(await desk.card(), mentions=("ann", "ben"))
    await desk.product.channel.post(desk.destination, card)
    shown = (await desk.teams.card(desk.approvals_channel)).card or {}
    [entity] = shown["msteams"]["entities"]
    assert entity["mentioned"]["id"] == ANN
    assert entity["text"] in json.dumps(shown["body"])


async def test_a_mention_that_teams_refuses_costs_no_card(desk: Desk) -> None:
    desk.teams.fail("create", 400, "BadSyntax")
    card = replace(await desk.card(), mentions=("ann",))
    assert isinstance(await desk.product.channel.post(desk.destination, card), Done)
    assert "entities" not in ((await desk.teams.card(desk.approvals_channel)).card or {})["msteams"]


async def test_a_card_that_is_too_large_after_all_is_drawn_shorter(desk: Desk) -> None:
    desk.teams.fail("create", 413, "MessageSizeTooBig")
    assert isinstance(await desk.product.channel.post(desk.destination, await desk.card()), Done)


async def test_a_person_is_written_to_in_their_own_chat_which_is_opened_once(desk: Desk) -> None:
    for _ in range(2):
        sent = await desk.product.channel.post(f"teams:@{BEN}", await desk.card())
        assert isinstance(sent, Done)
    chat = desk.teams.tenant.personal(desk.teams.tenant.accounts["Ben"])
    assert len(desk.teams.cards(chat)) == 2
    opened = [call for call in desk.teams.called("create") if "members" in call.body]
    assert len(opened) == 1


async def test_a_person_of_another_tenant_is_looked_for_there_alone(desk: Desk) -> None:
    outside = Identity(platform="teams", user=BEN, tenant="another-tenant")
    ben = replace(desk.policy.directory.people["ben"], identities=(outside,))
    desk.policy.directory = replace(
        desk.policy.directory, people={**desk.policy.directory.people, "ben": ben}
    )
    await desk.teams.install(desk.teams.tenant.personal(desk.teams.tenant.accounts["Ben"]), by="Ben")
    assert isinstance(await desk.product.channel.post(f"teams:@{BEN}", await desk.card()), GiveUp)


async def test_a_group_chat_has_no_threads(desk: Desk) -> None:
    chat = desk.teams.tenant.add_chat("Refunds")
    await desk.teams.install(chat)
    sent = await desk.product.channel.post(f"teams:chat/{chat.id}", await desk.card())
    assert isinstance(sent, Done)
    assert (
        await desk.product.channel.ping(f"teams:chat/{chat.id}", sent.message, "Still open.", ["ann"])
        == Done()
    )
    assert [message.conversation for message in desk.teams.posted(chat)] == [chat.id, chat.id]


@pytest.mark.parametrize(
    "destination",
    [
        "teams:Support/Refunds",
        "teams:group/19:nowhere@thread.tacv2",
        "teams:@00000000-0000-4000-8000-0000000000ff",
    ],
)
async def test_a_place_without_the_app_is_given_up_with_a_remedy(desk: Desk, destination: str) -> None:
    sent = await desk.product.channel.post(destination, await desk.card())
    assert isinstance(sent, GiveUp)
    assert "add the app" in sent.why


async def test_a_copy_in_a_team_that_removed_the_app_is_given_up(desk: Desk) -> None:
    card = await desk.card()
    sent = await desk.product.channel.post(desk.destination, card)
    assert isinstance(sent, Done)
    await desk.teams.uninstall(desk.general)
    assert isinstance(await desk.product.channel.redraw(desk.destination, sent.message, card), GiveUp)
    said = await desk.product.channel.ping(desk.destination, sent.message, "Still open.", [])
    assert isinstance(said, GiveUp)
    assert isinstance(await desk.product.channel.redraw(desk.destination, "nonsense", card), GiveUp)


async def test_a_limit_or_an_outage_is_waited_out(desk: Desk) -> None:
    card = await desk.card()
    desk.teams.fail("create", 429, "Throttled", retry_after=7)
    limited = await desk.product.channel.post(desk.destination, card)
    assert isinstance(limited, RetryLater)
    assert limited.after is not None
    desk.teams.drop("create", carried_out=True)
    dropped = await desk.product.channel.post(desk.destination, card)
    assert isinstance(dropped, RetryLater)
    assert dropped.uncertain
    desk.book.is_away = True
    away = await desk.product.channel.post(desk.destination, card)
    assert isinstance(away, RetryLater)
    assert not away.uncertain


async def test_a_thread_without_its_message_leaves_a_post_in_doubt(desk: Desk) -> None:
    desk.teams.answer_raw("create", 201, b'{"id": "19:a@thread.tacv2;messageid=1"}')
    sent = await desk.product.channel.post(desk.destination, await desk.card())
    assert isinstance(sent, RetryLater)
    assert sent.uncertain


async def test_what_was_posted_cannot_be_looked_for(desk: Desk) -> None:
    since = datetime(2026, 1, 1, tzinfo=UTC)
    assert await desk.product.channel.find(desk.destination, "apr_1", since) is None
