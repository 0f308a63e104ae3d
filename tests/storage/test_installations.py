"""Workspaces that installed the Slack app: kept, replaced, revoked, and what was to be sent there."""

import asyncio
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from bot.domain.status import Status
from bot.installations import Installation
from bot.ports import GiveUp
from bot.secrets import SecretBox
from storage.installations import Installations
from storage.pruning import prune
from storage.store import SqlStore
from tests.builders import NOW, a_press, a_step, channel
from tests.fakes.clock import MovedClock
from tests.fakes.workshop import Workshop
from tests.storage.conftest import Opener
from tests.storage.losing import losing_answers
from tests.storage.steps import at_once, audit, count, current, rows, submitted

BOX = SecretBox(("s" * 32,))
EAST = Installation(
    tenant="T02EAST",
    name="East",
    bot_token="xoxb-east",
    bot_user="U0PLACET",
    bot_id="B0PLACET",
    app_id="A0PLACET",
    scopes=("chat:write", "users:read"),
    installed_by="U02DAN",
    installed_at=NOW,
)
ASKED = channel("slack:T02EAST/C0ASK", "#ask")
LEADS = channel("slack:C0LEADS", "#leads")
GONE = GiveUp(why="The app was removed there.")


@pytest.fixture
def book(store: SqlStore) -> Installations:
    return Installations(store, BOX)


async def test_what_was_kept_is_there_after_a_restart_and_its_token_is_encrypted(open_store: Opener) -> None:
    store = open_store()
    await Installations(store, BOX).keep(EAST)
    assert await Installations(open_store(), BOX).all() == [EAST]
    assert "xoxb-east" not in str(await rows(store, "SELECT * FROM installation"))
    assert "xoxb-east" not in repr(EAST)


async def test_a_new_installation_replaces_the_token(book: Installations) -> None:
    await book.keep(EAST)
    newer = replace(EAST, bot_token="xoxb-newer", installed_at=NOW + timedelta(hours=1))
    await book.keep(newer)
    await book.keep(EAST)
    assert await book.all() == [newer]


async def test_a_revoked_installation_has_no_token_any_more(
    store: SqlStore, book: Installations, clock: MovedClock
) -> None:
    await book.keep(EAST)
    clock.advance(minutes=1)
    assert await book.revoke("T02EAST", None, "app_uninstalled")
    assert not await book.revoke("T02EAST", None, "app_uninstalled")
    assert not await book.revoke("T09NOBODY", None, "app_uninstalled")
    [found] = await book.all()
    assert (found.bot_token, found.revoked_at) == ("", NOW + timedelta(minutes=1))
    assert await rows(store, "SELECT token FROM installation") == [("",)]


async def test_a_token_that_was_replaced_meanwhile_revokes_nothing(book: Installations) -> None:
    await book.keep(EAST)
    assert not await book.revoke("T02EAST", "xoxb-older", "token_revoked")
    assert await book.revoke("T02EAST", "xoxb-east", "token_revoked")


async def test_every_change_is_noticed_and_audited(
    store: SqlStore, book: Installations, clock: MovedClock
) -> None:
    seen = [await book.changed_at()]
    await book.keep(EAST)
    seen.append(await book.changed_at())
    await book.revoke("T02EAST", None, "app_uninstalled")
    seen.append(await book.changed_at())
    clock.advance(seconds=1)
    await book.keep(replace(EAST, installed_at=clock()))
    seen.append(await book.changed_at())
    assert seen == sorted(set(seen))
    written = "SELECT kind, facts FROM audit_event WHERE subject = 'installation:T02EAST' ORDER BY seq"
    events = await rows(store, written)
    assert [kind for kind, _ in events] == [
        "installation.added",
        "installation.revoked",
        "installation.added",
    ]
    assert "East" not in events[0][1]
    assert (await audit(store)).ok


async def test_a_change_whose_commit_was_in_doubt_is_made_once(open_store: Opener) -> None:
    store = open_store(commit=losing_answers("after"))
    book = Installations(store, BOX)
    await book.keep(EAST)
    await book.revoke("T02EAST", "xoxb-east", "token_revoked")
    assert await count(store, "audit_event") == 2
    [found] = await book.all()
    assert found.revoked


async def test_of_many_who_bring_the_same_state_back_one_gets_through(book: Installations) -> None:
    until = NOW + timedelta(minutes=10)
    used = await at_once([book.use_state("state-1", until) for _ in range(5)])
    assert sorted(used) == [False, False, False, False, True]
    assert await book.use_state("state-2", until)


async def test_used_states_are_forgotten_when_they_are_worth_nothing_anyway(
    store: SqlStore, book: Installations, clock: MovedClock
) -> None:
    await book.use_state("state-1", NOW + timedelta(minutes=10))
    clock.advance(minutes=11)
    await store.write(prune)
    assert await count(store, "install_state") == 0


# -- what was to be sent there


@pytest.fixture
def shop(store: SqlStore, clock: MovedClock) -> Workshop:
    return Workshop(store, clock, paces={})


async def _uninstalled(shop: Workshop, book: Installations) -> None:
    await book.revoke("T02EAST", None, "app_uninstalled")
    shop.slack.always["slack:T02EAST/C0ASK"] = GONE
    await shop.worker.drain()


async def _reinstalled(shop: Workshop, book: Installations) -> None:
    del shop.slack.always["slack:T02EAST/C0ASK"]
    await book.keep(replace(EAST, installed_at=shop.clock()))
    await shop.worker.drain()


async def test_the_next_step_is_asked_at_once_when_the_workspace_of_the_only_card_is_lost(
    shop: Workshop, store: SqlStore, book: Installations, clock: MovedClock
) -> None:
    await book.keep(EAST)
    request = await submitted(store, steps=(a_step(ASKED), a_step(LEADS)))
    await shop.worker.drain()
    clock.advance(minutes=1)
    await _uninstalled(shop, book)
    assert [posted.destination for posted in shop.slack.posted] == [ASKED.ref, LEADS.ref]
    assert (await current(store, request)).progress.undeliverable == (ASKED.ref,)


async def test_cards_elsewhere_and_of_ended_requests_are_left_alone(
    shop: Workshop, store: SqlStore, book: Installations
) -> None:
    await book.keep(EAST)
    ended = await submitted(store, steps=(a_step(ASKED),))
    await submitted(store, steps=(a_step(channel("slack:T02EASTER/C0ASK", "#ask")), a_step(LEADS)))
    await store.move(a_press(ended))
    await shop.worker.drain()
    await book.revoke("T02EAST", None, "app_uninstalled")
    assert await count(store, "card", "due_at IS NOT NULL") == 0


async def test_a_workspace_that_comes_back_shows_what_happened_meanwhile(
    shop: Workshop, store: SqlStore, book: Installations, clock: MovedClock
) -> None:
    await book.keep(EAST)
    request = await submitted(store, steps=(a_step(ASKED), a_step(LEADS)))
    await shop.worker.drain()
    clock.advance(minutes=1)
    await _uninstalled(shop, book)
    await store.move(a_press(await current(store, request)))
    await shop.worker.drain()
    clock.advance(minutes=1)
    assert _shown(shop, ASKED.ref) == "waiting"
    await _reinstalled(shop, book)
    assert _shown(shop, ASKED.ref) == "approved"


async def test_a_pending_request_is_asked_again_in_a_workspace_that_came_back(
    shop: Workshop, store: SqlStore, book: Installations, clock: MovedClock
) -> None:
    await book.keep(EAST)
    await book.revoke("T02EAST", None, "app_uninstalled")
    shop.slack.always[ASKED.ref] = GONE
    request = await submitted(store, steps=(a_step(ASKED), a_step(LEADS)))
    await shop.worker.drain()
    assert [posted.destination for posted in shop.slack.posted] == [LEADS.ref]
    clock.advance(minutes=1)
    await _reinstalled(shop, book)
    assert [posted.destination for posted in shop.slack.posted] == [LEADS.ref, ASKED.ref]
    now = await current(store, request)
    assert (now.status, now.progress.undeliverable) == (Status.PENDING, ())


def _shown(shop: Workshop, destination: str) -> str:
    """The tone of the card that stands there."""
    (posted,) = (each for each in shop.slack.posted if each.destination == destination)
    return str(posted.card.tone.value)


async def test_two_changes_at_once_are_both_noticed(book: Installations) -> None:
    others: list[Any] = [replace(EAST, tenant=f"T0{number}") for number in range(5)]
    await asyncio.gather(*(book.keep(each) for each in others))
    before = await book.changed_at()
    await book.revoke("T00", None, "app_uninstalled")
    assert await book.changed_at() > before
