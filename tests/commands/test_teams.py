"""`placet teams package`: the zip that is uploaded to Teams, or a sentence about what is missing."""

import json
from importlib.metadata import version
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest

from tests.commands.conftest import Placet

APP_ID = "2f6ae5a8-3c9e-4a5b-9d1f-7c0b8a6e4d21"


@pytest.fixture
def registered(monkeypatch: pytest.MonkeyPatch) -> None:
    """A bot that has its app id, at an address that Teams can call."""
    monkeypatch.setenv("PLACET_TEAMS_APP_ID", APP_ID)
    monkeypatch.setenv("PLACET_TEAMS_APP_PASSWORD", "a-client-secret")
    monkeypatch.setenv("PLACET_PUBLIC_URL", "https://placet.example.com")


def manifest(file: str = "placet-teams.zip") -> Any:
    with ZipFile(file) as archive:
        return json.loads(archive.read("manifest.json"))


@pytest.mark.usefixtures("registered")
def test_the_package_is_written_with_the_ids_of_the_settings(placet: Placet) -> None:
    ended = placet("teams", "package")

    assert ended.code == 0
    assert "placet-teams.zip" in ended.out
    assert manifest()["bots"][0]["botId"] == APP_ID
    assert manifest()["validDomains"] == ["placet.example.com"]
    assert manifest()["version"] == version("placet")


@pytest.mark.usefixtures("registered")
def test_it_goes_where_it_is_wanted_with_a_version_that_teams_takes(placet: Placet) -> None:
    placet("teams", "package", "app.zip", "--app-version", "1.0.7")

    assert manifest("app.zip")["version"] == "1.0.7"


@pytest.mark.usefixtures("registered")
def test_channel_messages_are_asked_for_on_request_only(placet: Placet) -> None:
    placet("teams", "package")
    assert "authorization" not in manifest()

    placet("teams", "package", "--read-channel-messages")
    assert "authorization" in manifest()


@pytest.mark.usefixtures("registered")
def test_no_secret_is_in_the_package(placet: Placet) -> None:
    placet("teams", "package")

    assert "a-client-secret" not in json.dumps(manifest())


def test_without_an_app_id_nothing_is_written(placet: Placet) -> None:
    ended = placet("teams", "package")

    assert ended.code == 2
    assert "PLACET_TEAMS_APP_ID is missing" in ended.err
    assert not Path("placet-teams.zip").exists()


@pytest.mark.usefixtures("registered")
def test_an_address_on_this_machine_is_refused(placet: Placet, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("PLACET_PUBLIC_URL")
    ended = placet("teams", "package")

    assert ended.code == 2
    assert "PLACET_PUBLIC_URL" in ended.err
    assert not Path("placet-teams.zip").exists()


@pytest.mark.usefixtures("registered")
def test_a_place_that_cannot_be_written_is_told(placet: Placet) -> None:
    ended = placet("teams", "package", "missing/app.zip")

    assert ended.code == 1
    assert "missing/app.zip cannot be written" in ended.err
