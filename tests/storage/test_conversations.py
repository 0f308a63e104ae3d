"""Conversations that the bot may speak in: kept, found by name, and forgotten."""

from dataclasses import replace

import pytest

from bot.conversations import CHANNEL, PERSONAL, Conversation
from storage.conversations import Conversations
from storage.store import SqlStore
from tests.fakes.clock import MovedClock
from tests.storage.conftest import Opener
from tests.storage.steps import at_once, count

TENANT, OTHER = "tenant-1", "tenant-2"
APPROVALS = Conversation(
    id="19:approvals@thread.tacv2",
    tenant=TENANT,
    kind=CHANNEL,
    service_url="https://smba.example/emea/",
    team="19:support@thread.tacv2",
    group="group-1",
    team_name="Support",
    name="Approvals",
    installed_by="ann",
)
CHAT = Conversation(
    id="a:1", tenant=TENANT, kind=PERSONAL, service_url="https://smba.example/emea/", account="ann"
)


@pytest.fixture
def book(store: SqlStore) -> Conversations:
    """What is known."""
    return Conversations(store)


async def test_what_was_kept_is_there_after_a_restart(open_store: Opener) -> None:
    await Conversations(open_store()).keep(APPROVALS)
    assert await Conversations(open_store()).get(APPROVALS.id) == APPROVALS


async def test_what_a_later_word_leaves_out_stays_known(book: Conversations) -> None:
    await book.keep(APPROVALS)
    moved = "https://smba.example/amer/"
    await book.keep(Conversation(id=APPROVALS.id, tenant=TENANT, kind=CHANNEL, service_url=moved))
    assert await book.get(APPROVALS.id) == replace(APPROVALS, service_url=moved)


async def test_a_channel_is_found_by_its_names_however_they_are_capitalised(book: Conversations) -> None:
    await book.keep(replace(APPROVALS, team_name="Straße"))
    assert [found.id for found in await book.named("STRASSE", "approvals")] == [APPROVALS.id]
    assert await book.named("STRASSE", "general") == []


async def test_two_channels_of_one_name_are_both_found(book: Conversations) -> None:
    await book.keep(APPROVALS)
    await book.keep(replace(APPROVALS, id="19:twin@thread.tacv2", tenant=OTHER))
    assert {found.tenant for found in await book.named("support", "approvals")} == {TENANT, OTHER}


async def test_a_renamed_team_is_found_under_its_new_name_alone(book: Conversations) -> None:
    await book.keep(APPROVALS)
    await book.rename_team(APPROVALS.team, "Care")
    assert [found.team_name for found in await book.named("care", "approvals")] == ["Care"]
    assert await book.named("support", "approvals") == []


async def test_a_team_is_forgotten_with_all_its_channels(book: Conversations) -> None:
    await book.keep(APPROVALS)
    await book.keep(CHAT)
    await book.forget_team(APPROVALS.team)
    assert await book.get(APPROVALS.id) is None
    assert await book.get(CHAT.id) == CHAT
    await book.forget(CHAT.id)
    assert await book.get(CHAT.id) is None


async def test_a_person_is_reached_in_the_tenants_that_are_asked_for(book: Conversations) -> None:
    await book.keep(CHAT)
    assert await book.chat_with("ann", [TENANT]) == CHAT
    assert await book.chat_with("ann", [OTHER]) is None
    assert await book.chat_with("ben", [TENANT]) is None


async def test_the_latest_of_a_tenant_is_the_one_heard_from_last(
    book: Conversations, clock: MovedClock
) -> None:
    await book.keep(APPROVALS)
    clock.advance(seconds=1)
    await book.keep(CHAT)
    assert await book.latest_in(TENANT) == CHAT
    assert await book.latest_in(OTHER) is None


async def test_two_processes_that_learn_of_one_conversation_at_once_keep_one(open_store: Opener) -> None:
    one, two = open_store(), open_store()
    await at_once([Conversations((one, two)[n % 2]).keep(APPROVALS) for n in range(8)])
    assert await count(one, "conversation") == 1
