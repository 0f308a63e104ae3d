"""The harness for Teams, proved with a toy bot: what these tests find, the real ones may rely on."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from .teams_desk import TeamsDesk
from .teams_server import TeamsServer
from .teams_tenant import CHANNELS, GROUP_CHAT_ID, PEOPLE, TENANT_ID
from .toy_teams_bot import ToyTeamsBot
from .waiting import wait_until


@pytest.fixture
def bot() -> Iterator[ToyTeamsBot]:
    bot = ToyTeamsBot().start()
    yield bot
    bot.stop()


@pytest.fixture
def teams(bot: ToyTeamsBot, start_teams: Callable[..., TeamsServer]) -> TeamsServer:
    return start_teams(messages_url=bot.messages_url)


@pytest.fixture
def desk(bot: ToyTeamsBot, teams: TeamsServer, open_teams_desk: Callable[..., TeamsDesk]) -> TeamsDesk:
    desk = open_teams_desk(teams).open_channel("General")
    _wait_for_install(bot, CHANNELS["General"])
    return desk


def _wait_for_install(bot: ToyTeamsBot, conversation: str) -> None:
    wait_until(lambda: conversation in bot.installed, why=f"an installation into {conversation}")


def test_opening_a_chat_installs_the_bot_there(bot: ToyTeamsBot, desk: TeamsDesk) -> None:
    desk.open_chat("Evening shift")
    _wait_for_install(bot, GROUP_CHAT_ID)


def test_a_mention_arrives_with_the_ids_of_the_tenant_and_is_answered_in_its_thread(
    teams: TeamsServer, desk: TeamsDesk
) -> None:
    desk.mention("help")

    desk.expect_message("Nothing pending.")
    said = next(each.activity for each in teams.wire.delivered if each.activity["type"] == "message")
    assert "<at>Placet</at> help" in said["text"]
    assert said["from"]["aadObjectId"] == PEOPLE["ann"].object_id
    assert said["conversation"]["tenantId"] == TENANT_ID
    assert said["conversation"]["id"].startswith(f"{CHANNELS['General']};messageid=")


def test_a_press_changes_the_card_on_the_screen_and_in_the_books(
    bot: ToyTeamsBot, teams: TeamsServer, desk: TeamsDesk, pictures: Path
) -> None:
    bot.post(CHANNELS["General"], "Refund 240.00 EUR")
    card = desk.card("Refund 240.00 EUR")
    card.expect_buttons("Approve", "Reject")

    card.press("Approve")

    card.expect_text("Approved by Ann Arbor")
    card.expect_buttons("Approve")
    wait_until(
        lambda: "Approved by Ann Arbor" in str([each.content for each in teams.cards(CHANNELS["General"])]),
        why="the card in the books",
    )
    assert card.screenshot(pictures / "card.png").stat().st_size > 1_000


def test_a_form_is_refused_filled_and_submitted(bot: ToyTeamsBot, desk: TeamsDesk, pictures: Path) -> None:
    bot.post(CHANNELS["General"], "Refund")
    card = desk.card("Refund")
    card.press("Reject")
    card.expect_buttons("Reason")
    card.press("Reason")
    card.expect_text("Please say why.")

    card.choose("Wrong amount").fill("In your words", "It was 204").screenshot(pictures / "form.png")
    card.press("Reason")

    card.expect_text("Rejected (wrong_amount, It was 204) by Ann Arbor")


def test_a_late_press_is_answered_to_the_presser_alone(
    bot: ToyTeamsBot, teams: TeamsServer, desk: TeamsDesk
) -> None:
    bot.post(CHANNELS["General"], "Refund")
    (posted,) = teams.wait_for_cards(CHANNELS["General"])
    card = desk.card("Refund")
    card.press("Approve")
    card.expect_text("Approved by Ann Arbor")

    status, answer = teams.press(posted, "ben", "Approve")

    assert status == 200
    assert answer["value"]["message"] == "Too late. Approved by Ann Arbor"
    card.press("Approve")
    desk.expect_message("Too late. Approved by Ann Arbor")


def test_somebody_elses_press_shows_on_the_screen(
    bot: ToyTeamsBot, teams: TeamsServer, desk: TeamsDesk
) -> None:
    bot.post(CHANNELS["General"], "Refund")
    card = desk.card("Refund")
    (posted,) = teams.wait_for_cards(CHANNELS["General"])

    teams.press(posted, "ben", "Approve")

    card.expect_text("Approved by Ben Nevis")


def test_a_card_in_one_channel_is_not_in_the_other(
    bot: ToyTeamsBot, teams: TeamsServer, desk: TeamsDesk
) -> None:
    bot.post(CHANNELS["Leads"], "Refund")

    assert len(teams.wait_for_cards(CHANNELS["Leads"])) == 1
    assert teams.cards(CHANNELS["General"]) == []
    desk.expect_no_card("Refund")
    desk.open_channel("Leads").card("Refund").expect_buttons("Approve", "Reject")
