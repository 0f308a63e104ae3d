"""Slack's app manifest asks for what the code uses, and for nothing else."""

import json
from pathlib import Path
from typing import Any

import pytest
import yaml
from jsonschema import Draft7Validator

from adapters.slack.scopes import BOT_EVENTS, BOT_SCOPES
from bot.commands.manifests import http_manifest, socket_manifest

ROOT = Path(__file__).parent.parent.parent
SCHEMA = json.loads((ROOT / "tests/schemas/slack-app-manifest-2.json").read_text())
URL = "https://placet.example.com"


def read(text: str) -> Any:
    return yaml.safe_load(text)


@pytest.mark.parametrize("text", [socket_manifest(), http_manifest(URL)], ids=["socket", "http"])
def test_a_manifest_fits_the_official_schema(text: str) -> None:
    assert [error.message for error in Draft7Validator(SCHEMA).iter_errors(read(text))] == []


def test_the_official_schema_refuses_what_slack_does_not_know() -> None:
    wrong = {**read(socket_manifest()), "setings": {}}
    wrong["settings"]["socket_mode"] = True

    assert list(Draft7Validator(SCHEMA).iter_errors(wrong))


@pytest.mark.parametrize("text", [socket_manifest(), http_manifest(URL)], ids=["socket", "http"])
def test_scopes_and_events_are_those_that_the_code_lists(text: str) -> None:
    manifest = read(text)

    assert set(manifest["oauth_config"]["scopes"]["bot"]) == set(BOT_SCOPES)
    assert set(manifest["settings"].get("event_subscriptions", {}).get("bot_events", ())) == set(BOT_EVENTS)


def test_the_shipped_manifest_is_the_one_for_socket_mode() -> None:
    shipped = (ROOT / "manifest.yml").read_text()

    assert shipped == socket_manifest()
    assert read(shipped)["settings"]["socket_mode_enabled"] is True


def test_over_http_every_address_is_the_installations_own() -> None:
    settings = read(http_manifest(URL))["settings"]

    assert settings["socket_mode_enabled"] is False
    assert settings["interactivity"]["request_url"] == f"{URL}/slack/events"
    assert settings["event_subscriptions"]["request_url"] == f"{URL}/slack/events"


def test_every_scope_says_what_needs_it() -> None:
    lines = socket_manifest().splitlines()

    for scope in BOT_SCOPES:
        [line] = [line for line in lines if line.strip().startswith(f"- {scope} ")]
        assert "# " in line
