"""All checks of a whole installation, beside its running server and without it."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from aiohttp.test_utils import TestServer

from bot.app import App
from bot.checkup import PARTS, checkup, without_settings
from bot.doctor.hiding import Hiding
from bot.doctor.running import examine
from bot.doctor.verdict import Verdict
from bot.policy import load_policy
from bot.settings import Settings, SettingsError
from storage.migrate import migrate
from tests.doctor.looking import GREEN, RED, SKIPPED, YELLOW, examined
from tests.fakes.fake_teams import FakeTeams
from tests.fakes.slack_server import FakeSlack
from tests.policy.samples import POLICY
from tests.ports import free_port

KEY = "a-secret-key-of-more-than-32-characters"
POLLING = POLICY.replace(
    '    callback: {url: "https://agents.example.com/placet"}\n'
    '    callback_hosts: [agents.example.com, "other.example.com:8443"]\n',
    "",
).replace("0000-0000-0000-0000000000a1", "0000-4000-8000-0000000000a1")


@pytest.fixture
async def slack() -> AsyncIterator[FakeSlack]:
    async with FakeSlack() as slack:
        for name in ("support", "refunds", "leads"):
            slack.add_channel(name)
        yield slack


@pytest.fixture
async def teams() -> AsyncIterator[FakeTeams]:
    async with FakeTeams() as teams:
        teams.tenant.add_channel(teams.tenant.add_team("Support"), "approvals")
        yield teams


@pytest.fixture
def settings(slack: FakeSlack, teams: FakeTeams, database_url: str, tmp_path: Path) -> Settings:
    """Everything connected."""
    policy = tmp_path / "policy.yml"
    policy.write_text(POLLING)
    return Settings(
        secret_key=(KEY,),
        database_url=database_url,
        policy=policy,
        port=free_port(),
        slack_bot_token=slack.bot_token,
        slack_app_token=slack.app_token,
        slack_signing_secret=(slack.signing_secret,),
        slack_api_url=slack.api_url.rstrip("/"),
        teams_app_id=teams.app_id,
        teams_app_password=teams.app_password,
        teams_tenant_id=(teams.tenant.id,),
        teams_login_url=teams.login_url,
        teams_openid_metadata_url=teams.metadata_url,
    )


@asynccontextmanager
async def running(settings: Settings, teams: FakeTeams) -> AsyncIterator[App]:
    """A server that answers, and that was added to its team."""
    app = App(settings, load_policy(settings.policy))
    await app.start(listens=False)
    async with TestServer(app.http(), host="127.0.0.1", port=settings.port):
        teams.connect(f"{settings.public_url}/api/messages")
        for conversation in [*teams.tenant.conversations.values()]:
            await teams.install(conversation)
        await app.keys.create("support-bot")
        yield app
    await app.close()


async def looked_at(settings: Settings) -> dict[str, Verdict]:
    """The worst verdict of each check."""
    found: dict[str, Verdict] = {}
    order = [RED, YELLOW, GREEN, SKIPPED]
    async with checkup(settings) as checks:
        async for verdict in examine(checks, hide=Hiding(settings)):
            known = found.get(verdict.name)
            if known is None or order.index(verdict.colour) < order.index(known.colour):
                found[verdict.name] = verdict
    return found


async def test_beside_a_running_server_everything_that_is_connected_is_green(
    settings: Settings, teams: FakeTeams, slack: FakeSlack
) -> None:
    async with running(settings, teams):
        found = await looked_at(settings)

    not_green = {name: each.sentence for name, each in found.items() if each.colour is not GREEN}
    red = {name: each.sentence for name, each in found.items() if each.colour is RED}
    assert red == {}
    for name in (
        "url.running",
        "url.ready",
        "slack.token",
        "slack.permissions",
        "slack.signing",
        "slack.sockets",
        "slack.channels",
        "slack.people",
        "teams.token",
        "teams.door",
        "teams.channels",
        "teams.people",
        "keys.agents",
        "keys.secrets",
        "audit",
    ):
        assert name not in not_green, not_green
    assert {each.part for each in found.values()} == set(PARTS)
    assert not slack.called("chat.postMessage")


async def test_without_the_server_the_rest_is_looked_at_all_the_same(
    settings: Settings, teams: FakeTeams
) -> None:
    migrate(settings.database_url)

    found = await looked_at(settings)

    red = {name for name, each in found.items() if each.colour is RED}
    assert {"url.running", "slack.signing", "teams.door", "teams.channels"} <= red
    assert {found[name].colour for name in ("database.writable", "slack.token", "teams.token")} == {GREEN}
    assert found["keys.agents"].colour is YELLOW
    assert "opened, greeted by Slack, and closed" in found["slack.sockets"].sentence


async def test_no_secret_stands_in_any_verdict_whatever_is_broken(
    settings: Settings, slack: FakeSlack, teams: FakeTeams
) -> None:
    broken = settings.model_copy(
        update={
            "slack_bot_token": "xoxb-canary-1",
            "slack_app_token": "xapp-canary-2",
            "slack_signing_secret": ("canary-signing-3",),
            "teams_app_password": "canary-password-4",
        }
    )
    async with running(settings, teams) as app:
        made = await app.keys.create("support-bot")
        verdicts = [*(await looked_at(broken)).values(), *(await looked_at(settings)).values()]

    told = "\n".join(f"{each.sentence} {each.remedy} {each.about}" for each in verdicts)
    secrets = ("canary", KEY, made.api_key, made.callback_secret, slack.signing_secret, teams.app_password)
    assert not [secret for secret in secrets if secret in told]
    assert slack.bot_token not in told


async def test_another_secret_key_is_told_as_such_and_nothing_else_fails(
    settings: Settings, teams: FakeTeams
) -> None:
    async with running(settings, teams):
        found = await looked_at(
            settings.model_copy(update={"secret_key": ("another-key-of-32-characters-or-more",)})
        )

    assert found["keys.secrets"].colour is RED
    assert "is not this installation" in found["url.running"].sentence
    assert not [each for each in found.values() if "The check itself failed" in each.sentence]


async def test_settings_that_cannot_be_used_leave_every_other_part_skipped() -> None:
    verdicts = await examined(without_settings(SettingsError(["PLACET_PORT: no port."])))

    assert [each.colour for each in verdicts] == [RED, *[SKIPPED] * (len(PARTS) - 1)]
