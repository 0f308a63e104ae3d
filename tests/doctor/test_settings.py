"""What a doctor says about settings, and that it hides what is secret in them."""

from pathlib import Path

import pytest

from bot.doctor.hiding import Hiding
from bot.doctor.settings import refused, usable
from bot.settings import Settings, SettingsError
from tests.doctor.looking import GREEN, RED, YELLOW, colours, one

KEY = "a-secret-key-of-more-than-32-characters"


async def test_settings_without_a_doubt_are_green_and_say_what_is_connected() -> None:
    settings = Settings(secret_key=(KEY,), slack_bot_token="xoxb-1", slack_app_token="xapp-1")

    found = one(await usable(settings))

    assert found.colour is GREEN
    assert found.sentence == ("The settings can be used: SQLite, Slack, answering at http://127.0.0.1:8080.")


async def test_settings_without_a_platform_say_where_people_decide() -> None:
    assert "in the browser inbox alone" in one(await usable(Settings(secret_key=(KEY,)))).sentence


async def test_each_doubt_is_yellow_with_what_to_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path(".env").write_text("PLACET_PORTT=1\n")
    Path(".env").chmod(0o644)

    found = await usable(Settings(secret_key=(KEY,), public_url="http://placet.example.com"))

    assert colours(found) == [YELLOW, YELLOW, YELLOW]
    assert found[1].remedy == "Put https:// in front of Placet."


def test_each_problem_is_red() -> None:
    found = refused(SettingsError(["PLACET_PORT: no port.", "PLACET_HOST: no host."]))

    assert colours(found) == [RED, RED]
    assert found[1].sentence == "PLACET_HOST: no host."


def test_every_secret_of_the_settings_is_taken_out_of_sentences() -> None:
    settings = Settings(
        secret_key=(KEY,),
        database_url="postgresql://placet:p%40ssword@127.0.0.1/placet",
        slack_bot_token="xoxb-fake-token",
        slack_app_token="xapp-fake-token",
        slack_signing_secret=("signing-secret", "older-secret"),
        slack_client_id="1.2",
        slack_client_secret="client-secret",
        teams_app_id="22222222-2222-4222-8222-222222222222",
        teams_app_password="a password",
        teams_tenant_id=("11111111-1111-4111-8111-111111111111",),
    )
    secrets = [
        KEY,
        "p@ssword",
        "p%40ssword",
        "xoxb-fake-token",
        "xapp-fake-token",
        "signing-secret",
        "older-secret",
        "client-secret",
        "a password",
    ]

    hidden = Hiding(settings)(" and ".join(secrets))

    assert hidden == " and ".join("…" for _ in secrets)
