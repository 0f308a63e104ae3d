"""Names of channels become ids, as soon as the app is there."""

import logging
from dataclasses import replace

import pytest

from tests.adapters.teams.desk import Desk

NAME = "teams:Support/approvals"


async def test_a_channel_is_pinned_to_the_ids_of_its_team_and_itself(desk: Desk) -> None:
    await desk.installed()
    assert await desk.product.pin([NAME, "slack:#support", "web:support"]) == {NAME: desk.destination}


async def test_an_id_that_is_written_out_stays(desk: Desk) -> None:
    await desk.installed()
    assert await desk.product.pin([desk.destination]) == {desk.destination: desk.destination}
    stolen = f"teams:66666666-6666-4666-8666-666666666666/{desk.approvals_channel.id}"
    assert await desk.product.pin([stolen]) == {}


async def test_a_group_chat_is_named_by_its_id(desk: Desk) -> None:
    chat = desk.teams.tenant.add_chat("Refunds")
    name = f"teams:chat/{chat.id}"
    assert await desk.product.pin([name]) == {}
    await desk.teams.install(chat)
    assert await desk.product.pin([name]) == {name: name}


async def test_a_channel_without_the_app_waits_until_the_app_is_added(
    desk: Desk, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.WARNING)
    assert await desk.product.pin([NAME]) == {}
    assert await desk.product.pin([NAME]) == {}
    assert caplog.text.count("add the app to its team") == 1
    assert not await desk.product.has_news()
    await desk.installed()
    assert await desk.product.has_news()
    assert await desk.product.pin([NAME]) == {NAME: desk.destination}
    assert not await desk.product.has_news()


async def test_a_channel_that_nobody_told_of_is_asked_for(desk: Desk) -> None:
    desk.teams.fail("channels", 404, "TeamNotFound")
    await desk.installed()
    assert await desk.book.named("Support", "Approvals") == []
    assert await desk.product.pin([NAME]) == {NAME: desk.destination}


async def test_two_channels_of_one_name_are_a_riddle_that_nobody_guesses_at(
    desk: Desk, caplog: pytest.LogCaptureFixture
) -> None:
    await desk.installed()
    await desk.book.keep(replace(desk.book.known[desk.approvals_channel.id], id="19:twin@thread.tacv2"))
    assert await desk.product.pin([NAME]) == {}
    assert "Several channels are called" in caplog.text


async def test_a_channel_of_a_tenant_that_is_not_served_any_more_is_none(desk: Desk) -> None:
    await desk.installed()
    for known in list(desk.book.known.values()):
        await desk.book.keep(replace(known, tenant="77777777-7777-4777-8777-777777777777"))
    assert await desk.product.pin([NAME]) == {}


async def test_a_name_that_somebody_says_makes_it_forget_none_of_those_that_wait(desk: Desk) -> None:
    assert await desk.product.pin([NAME]) == {}
    assert await desk.product.find("teams:Support/nowhere") is None
    assert await desk.product.find("slack:#support") is None
    await desk.installed()
    assert await desk.product.has_news()
    assert await desk.product.find(NAME) == desk.destination
    assert await desk.product.pin([NAME]) == {NAME: desk.destination}
