"""Keys from the command line, on a real database."""

import json
from pathlib import Path

import pytest

from tests.commands.conftest import Placet

pytestmark = pytest.mark.usefixtures("installation")


def made(placet: Placet) -> dict[str, str]:
    key: dict[str, str] = json.loads(placet("keys", "create", "--agent", "support-bot", "--json").out)
    return key


def test_a_key_is_shown_once_with_its_callback_secret(placet: Placet) -> None:
    ended = placet("keys", "create", "--agent", "support-bot")

    assert ended.code == 0
    assert "API key:          plc_" in ended.out
    assert "Callback secret:  whsec_" in ended.out
    assert "not shown again" in ended.err
    assert "plc_" not in placet("keys", "list").out


def test_programs_get_json(placet: Placet) -> None:
    key = made(placet)

    assert key.keys() == {"key_id", "agent", "api_key", "callback_secret"}
    [listed] = json.loads(placet("keys", "list", "--json").out)
    assert listed["id"] == key["key_id"]
    assert listed["agent"] == "support-bot"
    assert listed["revoked_at"] is None
    assert listed.keys() == {"id", "agent", "created_at", "revoked_at", "revoked", "secret_created_at"}


def test_an_agent_that_the_policy_does_not_know_gets_no_key(placet: Placet) -> None:
    ended = placet("keys", "create", "--agent", "suport-bot")

    assert ended.code == 1
    assert 'no agent "suport-bot"' in ended.err
    assert 'Did you mean "support-bot"?' in ended.err
    assert json.loads(placet("keys", "list", "--json").out) == []


def test_a_revoked_key_is_listed_as_such(placet: Placet) -> None:
    key_id = made(placet)["key_id"]

    ended = placet("keys", "revoke", key_id)

    assert ended.code == 0
    assert f"Key {key_id} of support-bot opens nothing any more." in ended.out
    [listed] = json.loads(placet("keys", "list", "--json").out)
    assert listed["revoked_at"] is not None


def test_a_rotated_secret_is_another_one(placet: Placet) -> None:
    key = made(placet)

    rotated = json.loads(placet("keys", "rotate-secret", key["key_id"], "--json").out)

    assert rotated["callback_secret"].startswith("whsec_")
    assert rotated["callback_secret"] != key["callback_secret"]
    assert "24 hours" in placet("keys", "rotate-secret", key["key_id"]).err


@pytest.mark.parametrize("command", ["revoke", "rotate", "rotate-secret"])
def test_a_key_that_is_not_there_is_one_sentence(placet: Placet, command: str) -> None:
    ended = placet("keys", command, "nope")

    assert ended.code == 1
    assert ended.err == "There is no API key nope; `placet keys list` shows them.\n"


def test_without_keys_the_list_says_how_to_make_one(placet: Placet) -> None:
    assert "placet keys create --agent NAME" in placet("keys", "list").err


def test_a_broken_policy_is_told_before_a_key_is_made(placet: Placet) -> None:
    Path("policy.yml").write_text("owner: ann\n")

    ended = placet("keys", "create", "--agent", "support-bot")

    assert ended.code == 2
    assert 'policy.yml line 1: "people" is missing' in ended.err


def test_a_signing_key_is_replaced_with_overlap(placet: Placet) -> None:
    [old] = json.loads(placet("keys", "signing-keys", "--json").out)
    assert old["state"] == "signs"

    ended = placet("keys", "rotate-signing-key")
    assert ended.code == 0
    assert "published at /.well-known/jwks.json now and signs from" in ended.err

    first, second = json.loads(placet("keys", "signing-keys", "--json").out)
    assert (first["kid"], first["state"], second["state"]) == (old["kid"], "signs", "published")
    assert first["retires_at"] is not None
    assert first.keys() == {"kid", "state", "created_at", "retires_at"}
    assert second["kid"] in ended.out


def test_a_signing_key_that_leaked_is_replaced_at_once(placet: Placet) -> None:
    [old] = json.loads(placet("keys", "signing-keys", "--json").out)

    made = json.loads(placet("keys", "rotate-signing-key", "--at-once", "--json").out)

    states = {key["kid"]: key["state"] for key in json.loads(placet("keys", "signing-keys", "--json").out)}
    assert states == {old["kid"]: "verifies", made["kid"]: "signs"}
    assert json.loads(placet("audit", "verify", "--json").out)["ok"]
    assert "PRIVATE" not in placet("keys", "signing-keys").out


def test_a_key_is_replaced_and_the_one_before_holds_for_a_while(placet: Placet) -> None:
    old = made(placet)

    new = json.loads(placet("keys", "rotate", old["key_id"], "--hours", "2", "--json").out)

    assert new["agent"] == "support-bot"
    assert new["api_key"] != old["api_key"]
    first, second = json.loads(placet("keys", "list", "--json").out)
    assert (first["id"], first["revoked"], first["revoked_at"] is not None) == (old["key_id"], False, True)
    assert (second["id"], second["revoked"], second["revoked_at"]) == (new["key_id"], False, None)
    assert "hold for 24 hours more" in placet("keys", "rotate", new["key_id"]).err
    listed = placet("keys", "list").out
    assert "Age of its secret" in listed
    assert "no time" in listed or "second" in listed


def test_with_the_key_of_another_installation_no_secret_is_stored(
    placet: Placet, monkeypatch: pytest.MonkeyPatch
) -> None:
    key_id = json.loads(placet("keys", "create", "--agent", "support-bot", "--json").out)["key_id"]
    placet("keys", "rotate-signing-key")
    before = placet("keys", "list", "--json").out
    monkeypatch.setenv("PLACET_SECRET_KEY", "of-another-installation-" * 2)

    commands = (("create", "--agent", "support-bot"), ("rotate", key_id), ("rotate-secret", key_id))
    told = [placet("keys", *command) for command in commands]

    assert [(ended.code, ended.out) for ended in told] == [(1, "")] * 3
    assert all("No key in PLACET_SECRET_KEY opens a stored secret" in ended.err for ended in told)
    assert placet("keys", "list", "--json").out == before


def test_a_key_that_was_revoked_is_not_replaced(placet: Placet) -> None:
    key_id = made(placet)["key_id"]
    placet("keys", "revoke", key_id)

    ended = placet("keys", "rotate", key_id)

    assert ended.code == 1
    assert f"The API key {key_id} was revoked" in ended.err
