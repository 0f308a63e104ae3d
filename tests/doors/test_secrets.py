"""No secret in anything that comes out: planted ones are looked for in all of it, in every spelling."""

from __future__ import annotations

import asyncio
import base64
import os
import sys
from collections.abc import AsyncIterator, Iterator
from dataclasses import replace
from pathlib import Path
from urllib.parse import quote

import aiohttp
import pytest
from sqlalchemy.exc import OperationalError

from bot.app import App
from bot.policy import parse_policy
from bot.settings import Settings, SettingsError
from tests.doors.served import served
from tests.flows.teams_world import TeamsWorld
from tests.flows.world import POLICY
from tests.written_log import written_log

#: a masked argument; its agent alone reads it back
CARD_NUMBER = "4111111111111111"
CANARY = "canary7f3a9c-never-to-be-seen-again"
#: settings that hold a secret, and what one looks like
SECRET_SETTINGS = {
    "secret_key": f"{CANARY}-of-more-than-32-characters",
    "database_url": f"postgresql://placet:{CANARY}@127.0.0.1:1/placet",
    "slack_bot_token": f"xoxb-{CANARY}",
    "slack_app_token": f"xapp-{CANARY}",
    "slack_signing_secret": CANARY,
    "slack_client_secret": CANARY,
    "teams_app_password": CANARY,
}


def spellings(secret: str) -> Iterator[bytes]:
    """How a secret could stand in a text."""
    raw = secret.encode()
    yield raw
    yield quote(secret, safe="").encode()
    yield raw.hex().encode()
    # Without the ends, which depend on what stands beside it.
    for shift in range(3):
        coded = base64.b64encode(b"x" * shift + raw)
        yield coded[4:-4]
        yield coded[4:-4].replace(b"+", b"-").replace(b"/", b"_")


def assert_absent(secrets: dict[str, str], texts: dict[str, str]) -> None:
    """None of the secrets stands in any of the texts, each of which has something in it."""
    assert all(texts.values()), {name for name, text in texts.items() if not text}
    found = [
        (name, where)
        for where, text in texts.items()
        for name, secret in secrets.items()
        if any(each in text.encode() for each in spellings(secret))
    ]
    assert found == []


class CanaryWorld(TeamsWorld):
    """An installation whose every secret is known, and everything that came out of it."""

    def secrets(self) -> dict[str, str]:
        """The secrets, by what they are."""
        settings = self.app.settings
        assert settings.slack_bot_token
        assert settings.teams_app_password
        return {
            "secret key": settings.secret_key[0],
            "token of Slack": settings.slack_bot_token,
            "signing secret": settings.slack_signing_secret[0],
            "password of Teams": settings.teams_app_password,
            "API key": self._api_key,
            "secret part of the API key": self._api_key.rpartition("_")[2],
            "callback secret": self.agent.secret.removeprefix("whsec_"),
            **{f"token of Teams {n}": token for n, token in enumerate(self.teams.tokens)},
        }

    def shown(self) -> dict[str, str]:
        """What people were shown, and what agents were sent."""
        held = self.slack.workspace
        calls = [replace(call, authorization="") for call in self.teams.calls]
        calls = [call for call in calls if "token" not in call.operation.lower()]
        return {
            "Slack": repr([held.messages, held.private, held.views]),
            "Teams": repr([calls, self.teams.tenant.conversations]),
            "callbacks": repr(self.agent.attempts),
        }


@pytest.fixture
async def world(sqlite_database: str, tmp_path: Path) -> AsyncIterator[CanaryWorld]:
    """An installation in Slack and Teams, on SQLite."""
    async with CanaryWorld(sqlite_database, tmp_path) as world:
        await world.installs()
        yield world


async def _goes_through_a_day(world: CanaryWorld) -> None:
    """Decisions, refusals, a form, a question, what is said, and everything failing once."""
    _, card = await world.asks()
    await world.press(card, "Approve", by="Ann")
    await world.settles()
    asked, card = await world.asks()
    form = await world.teams.press(card, "Reject", by="Ben")
    reason = {"placet_reason": "wrong_facts", "placet_words": "It arrived."}
    await world.press_again(card, form, "Reject", by="Ben", inputs=reason)
    await world.settles()
    await world.agent.redeems(asked)
    world.agent.status = 500
    world.teams.fail("send", 401, "Unauthorized", times=2)
    await world.asks()
    await world.later(minutes=16)
    world.agent.status = 200
    await world.later(hours=2)
    await world.counts()


async def _answers(world: CanaryWorld) -> dict[str, str]:
    """What HTTP answers: to everybody, to those with a wrong key, and to what breaks."""
    wrong = {"Authorization": f"Bearer {world._api_key[:-1]}x"}
    told = {}
    async with aiohttp.ClientSession(str(world._server and world._server.make_url("/"))) as session:
        for path in ("/", "/docs", "/openapi.json", "/.well-known/jwks.json", "/metrics", "/readyz", "/nope"):
            async with session.get(path) as answer:
                told[path] = f"{answer.headers!r} {await answer.text()}"
        async with session.get("/v1/approvals", headers=wrong) as answer:
            told["wrong key"] = f"{answer.headers!r} {await answer.text()}"
    for path in ("/v1/approvals", "/v1/stats", "/v1/approvals/x"):
        answer = await world.agent.http.get(path)
        told[path] = f"{answer.headers!r} {await answer.text()}"
    return told


async def test_no_secret_in_logs_cards_callbacks_answers_and_metrics(world: CanaryWorld) -> None:
    with written_log() as log:
        await _goes_through_a_day(world)
        answers = await _answers(world)
    texts = {"log": log.getvalue(), **world.shown(), **answers}

    assert_absent(world.secrets(), texts)
    masked = {name: texts[name] for name in ("log", "Slack", "Teams", "/metrics", "/docs")}
    assert_absent({"masked argument": CARD_NUMBER}, masked)


async def test_no_secret_in_what_commands_write(world: CanaryWorld, tmp_path: Path) -> None:
    await _goes_through_a_day(world)
    environment = {
        "PLACET_SECRET_KEY": world.app.settings.secret_key[0],
        "PLACET_DATABASE_URL": world.app.settings.database_url,
        "PLACET_SLACK_SIGNING_SECRET": world.app.settings.slack_signing_secret[0],
        "PLACET_TEAMS_APP_PASSWORD": "a password for tests",
        "PLACET_POLICY": str(tmp_path / "policy.yml"),
        "NO_COLOR": "1",
    }
    commands = [
        ["export", "decisions"],
        ["export", "sft"],
        ["keys", "list"],
        ["callbacks", "list"],
        ["audit", "verify"],
        ["policy", "show"],
        ["stats"],
        ["keys", "revoke", "nothing"],
    ]
    texts = {" ".join(command): await _run(command, environment, tmp_path) for command in commands}

    assert_absent(world.secrets() | {"masked argument": CARD_NUMBER}, texts)


async def _run(command: list[str], environment: dict[str, str], folder: Path) -> str:
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-c",
        "from bot.cli import main; main()",
        *command,
        cwd=folder,
        env={**os.environ, **environment},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    out, _ = await process.communicate()
    return out.decode()


async def test_no_secret_in_pages_of_the_browser(tmp_path: Path) -> None:
    async with served(tmp_path) as placet:
        await placet.submit()
        token = await placet.app.sessions.redeem_link(await placet.app.sessions.create_link("ann"))
        assert token
        paths = ("/", "/sign-ins", "/measures", "/nothing")
        pages = {
            path: (told := await placet.ask("GET", path, Cookie=f"placet_session={token}")).body.decode()
            + repr(told.headers)
            for path in paths
        }
    assert "Refund for order 4892" in pages["/"]
    secrets = {"session": token, "API key": placet.key, "secret key": placet.app.settings.secret_key[0]}
    assert_absent(secrets, pages)


@pytest.mark.parametrize("setting", SECRET_SETTINGS)
def test_no_secret_in_settings_that_are_printed(setting: str) -> None:
    others = {"teams_app_id": "00000000-0000-4000-8000-000000000000", "slack_client_id": "1.2"}
    needed = {
        "slack_signing_secret": "0" * 32,
        "slack_bot_token": "xoxb-1",
        "teams_app_password": "0" * 32,
        "teams_tenant_id": others["teams_app_id"],
    }
    values = {**others, **needed, setting: SECRET_SETTINGS[setting]}
    try:
        shown = repr(Settings.model_validate(values))
    except SettingsError as error:
        shown = str(error)
    assert CANARY not in shown


@pytest.mark.parametrize(
    ("setting", "value"),
    [
        ("secret_key", CANARY[:20]),
        ("slack_bot_token", CANARY),
        ("slack_app_token", f"xoxb-{CANARY}"),
        ("slack_bot_token", f"xoxb-{CANARY} {CANARY}"),
        ("database_url", f"mysql://placet:{CANARY}@db/placet"),
        ("database_url", f"postgresql://placet:{CANARY}@db:port/placet"),
        ("database_url", f"postgresql:/placet:{CANARY}@db/placet"),
        ("database_url", f"placet:{CANARY}@db/placet"),
        ("database_url", f"sqlite:///placet:{CANARY}@db/placet"),
        ("database_url", f"{CANARY}://placet@db/placet"),
        ("database_url", f"postgresql//placet:{CANARY}@db/placet"),
    ],
)
def test_no_secret_in_what_a_wrong_setting_is_told(setting: str, value: str) -> None:
    with pytest.raises(SettingsError) as wrong:
        Settings.model_validate({setting: value})
    assert CANARY[:20] not in str(wrong.value)
    assert CANARY[:20] not in repr(wrong.value)


async def test_no_secret_when_the_database_is_away() -> None:
    policy = POLICY.format(callback="https://agent.example.com/placet")
    values = {"database_url": SECRET_SETTINGS["database_url"], "secret_key": SECRET_SETTINGS["secret_key"]}
    app = App(Settings.model_validate(values), parse_policy(policy))
    with written_log() as log, pytest.raises(OperationalError) as refused:
        await app.start()
    await app.close()
    assert "127.0.0.1" in str(refused.value)
    assert CANARY not in log.getvalue() + str(refused.value) + repr(refused.value.__cause__)
    assert CANARY not in repr(app)
