"""Stories of secrets that are replaced while everything runs: nothing is refused in between."""

import asyncio
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import pytest

from bot.reloading import Reloading
from bot.settings import ENV_FILE, TOML_FILE, Settings
from tests.fakes.slack_neighbour import Neighbour
from tests.flows.teams_world import TeamsWorld
from tests.flows.world import ANN, SECRET_KEY

OLD, NEW = SECRET_KEY, "another-" * 6


class Reloaded(TeamsWorld):
    """With an operator who edits `.env` and tells the process to read it again."""

    def write(self, **changes: Any) -> None:
        """Write the settings as they are, with these changes, into `.env`."""
        settings = self.app.settings
        values = {name: getattr(settings, name) for name in settings.model_fields_set} | changes
        lines = [f"PLACET_{name.upper()}={_written(value)}" for name, value in values.items()]
        Path(ENV_FILE).write_text("\n".join(line for line in lines if not line.endswith("=")))

    async def reloads(self, **changes: Any) -> bool:
        """Change the settings; whether all of that was taken up."""
        self.write(**changes)
        return await self.app.reloading.reload()

    async def is_heard(self, secret: str) -> bool:
        """Whether what Slack signs with a secret is let in."""
        self.slack.signing_secret = secret
        body = {"type": "url_verification", "challenge": "hello"}
        return (await self.slack.deliver(body)).status == 200

    async def posts_a_card(self) -> None:
        """An agent asks, and a card appears."""
        before = len(self.slack.cards("#support"))
        # Another amount each time: who asks for the same again joins the card that waits.
        await self.agent.asks(amount=f"{before + 1}.00")
        await self.settles()
        assert len(self.slack.cards("#support")) == before + 1


def _written(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, tuple):
        return ",".join(map(str, value))
    return str(value).lower() if isinstance(value, bool) else str(value)


@pytest.fixture
async def world(database_url: str, tmp_path: Path) -> AsyncIterator[Reloaded]:
    """A whole installation, running."""
    async with Reloaded(database_url, tmp_path) as world:
        yield world


@pytest.fixture(autouse=True)
def _info(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("INFO", logger="bot")


# -- what is taken up


async def test_settings_that_did_not_change_change_nothing(
    world: Reloaded, caplog: pytest.LogCaptureFixture
) -> None:
    assert await world.reloads()
    assert "nothing changed" in caplog.text


async def test_slacks_signing_secret_is_replaced_with_overlap(
    world: Reloaded, caplog: pytest.LogCaptureFixture
) -> None:
    old, new = world.slack.signing_secret, "the-new-signing-secret"
    assert (await world.is_heard(old), await world.is_heard(new)) == (True, False)
    assert await world.reloads(slack_signing_secret=(new, old))
    assert (await world.is_heard(old), await world.is_heard(new)) == (True, True)
    assert await world.reloads(slack_signing_secret=(new,))
    assert (await world.is_heard(old), await world.is_heard(new)) == (False, True)
    assert "PLACET_SLACK_SIGNING_SECRET was taken up." in caplog.text
    assert new not in caplog.text


async def test_slacks_bot_token_is_taken_up_and_cards_go_on(
    world: Reloaded, caplog: pytest.LogCaptureFixture
) -> None:
    await world.posts_a_card()
    new = "xoxb-the-new-token"
    world.slack.workspace.bot_token = new
    assert await world.reloads(slack_bot_token=new)
    await world.posts_a_card()
    await (await world.slack.card("#support")).press("Approve", by=ANN)
    await world.settles()
    assert world.agent.told() == ["approval.approved"]
    assert new not in caplog.text


async def test_teams_password_is_taken_up_when_it_works(world: Reloaded) -> None:
    new = "the new password"
    world.teams.accepted_password = new
    assert await world.reloads(teams_app_password=new)
    await world.teams.install(world.general)
    # The token of before has ended, so that another one is fetched with the new password.
    await world.later(hours=30)
    await world.app.upkeep.catch_up()
    await world.posts_a_card()
    assert world.teams.cards(world.approvals)


async def test_the_key_of_what_is_stored_is_replaced_with_overlap(world: Reloaded) -> None:
    await world.posts_a_card()
    assert await world.reloads(secret_key=(NEW, OLD))
    # A button that was made with the old key, a callback secret that was encrypted with it.
    await (await world.slack.card("#support")).press("Approve", by=ANN)
    await world.settles()
    assert world.agent.told() == ["approval.approved"]

    assert await world.reloads(secret_key=(NEW,))
    await world.posts_a_card()
    await (await world.slack.card("#support")).press("Approve", by=ANN)
    await world.settles()
    assert world.agent.told() == ["approval.approved"] * 2
    await world.app.key_ring.load()


# -- what is not


async def test_a_key_that_does_not_open_what_is_stored_is_not_taken_up(
    world: Reloaded, caplog: pytest.LogCaptureFixture
) -> None:
    assert not await world.reloads(secret_key=(NEW,))
    assert "PLACET_SECRET_KEY was not taken up, the old one holds: It does not open 2 of the" in caplog.text
    assert "put the new key in front of the old one" in caplog.text
    await world.posts_a_card()
    await (await world.slack.card("#support")).press("Approve", by=ANN)
    await world.settles()
    assert world.agent.told() == ["approval.approved"]
    assert NEW not in caplog.text


async def test_a_bot_token_that_slack_refuses_is_not_taken_up(
    world: Reloaded, caplog: pytest.LogCaptureFixture
) -> None:
    assert not await world.reloads(slack_bot_token="xoxb-wrong")
    assert "PLACET_SLACK_BOT_TOKEN was not taken up, the old one holds:" in caplog.text
    assert "xoxb-wrong" not in caplog.text
    await world.posts_a_card()


async def test_a_bot_token_of_another_workspace_is_not_taken_up(
    world: Reloaded, caplog: pytest.LogCaptureFixture
) -> None:
    Neighbour(world.slack, "T02OTHER").workspace.bot_token = "xoxb-other"
    assert not await world.reloads(slack_bot_token="xoxb-other")
    assert "It belongs to another workspace" in caplog.text
    await world.posts_a_card()


async def test_a_password_that_microsoft_refuses_is_not_taken_up(
    world: Reloaded, caplog: pytest.LogCaptureFixture
) -> None:
    assert not await world.reloads(teams_app_password="wrong")
    assert (
        "PLACET_TEAMS_APP_PASSWORD was not taken up, the old one holds: Microsoft refuses it" in caplog.text
    )
    await world.posts_a_card()


async def test_a_secret_that_is_wrong_does_not_keep_another_one_from_being_taken_up(world: Reloaded) -> None:
    old, new = world.slack.signing_secret, "the-new-signing-secret"
    assert not await world.reloads(slack_signing_secret=(new, old), teams_app_password="wrong")
    assert await world.is_heard(new)


@pytest.mark.parametrize(
    ("name", "text", "told"),
    [
        (ENV_FILE, f"PLACET_SECRET_KEY={OLD},short", "PLACET_SECRET_KEY: Every key needs 32 characters"),
        (ENV_FILE, "PLACET_PORT=abc", "PLACET_SECRET_KEY is missing"),
        (ENV_FILE, f"PLACET_SECRET_KEY={OLD}\nPLACET_SLACK_BOT_TOKEN=abc", "begins with xoxb-"),
        (TOML_FILE, "secret_key = [", "cannot be read as TOML"),
    ],
)
async def test_settings_that_are_wrong_change_nothing_and_are_told(
    world: Reloaded, caplog: pytest.LogCaptureFixture, name: str, text: str, told: str
) -> None:
    world.write()
    Path(name).write_text(text)
    assert not await world.app.reloading.reload()
    assert "The settings that were read again are wrong, the old ones hold:" in caplog.text
    assert told in caplog.text
    assert OLD not in caplog.text
    await world.posts_a_card()


async def test_what_takes_a_restart_is_named(world: Reloaded, caplog: pytest.LogCaptureFixture) -> None:
    assert not await world.reloads(port=9999, log_level="debug")
    assert "taken up by a restart only: PLACET_PORT, PLACET_PUBLIC_URL, PLACET_LOG_LEVEL." in caplog.text


async def test_a_platform_is_not_connected_without_a_restart(
    world: Reloaded, caplog: pytest.LogCaptureFixture
) -> None:
    assert not await world.reloads(slack_app_token="xapp-new")
    assert (
        "PLACET_SLACK_APP_TOKEN was not taken up, the old one holds: It is taken up by a restart."
        in caplog.text
    )


async def test_a_failure_that_nobody_thought_of_ends_nothing(
    settings_that_fail_once: Callable[[], Settings], caplog: pytest.LogCaptureFixture
) -> None:
    taken = asyncio.Event()

    async def take(name: str, settings: Settings) -> None:
        taken.set()

    told = asyncio.Event()
    told.set()
    following = Reloading(Settings(secret_key=(OLD,)), take, load=settings_that_fail_once).whenever(told)
    task = asyncio.create_task(following)
    async with asyncio.timeout(60):
        await taken.wait()
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)

    assert "Reading the settings again failed; trying again until it works." in caplog.text


@pytest.fixture
def settings_that_fail_once() -> Callable[[], Settings]:
    """Reads a new key, but for the first time."""
    failures = iter([RuntimeError("Something broke.")])

    def load() -> Settings:
        for failure in failures:
            raise failure
        return Settings(secret_key=(NEW, OLD))

    return load
