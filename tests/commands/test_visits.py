"""Short visits to the database: sign-in links, audit, callbacks, migrations; and documents without one."""

import json
import sqlite3
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text

from bot.commands.visits import DatabaseUnavailable, database_errors_told
from tests.commands.conftest import Placet

pytestmark = pytest.mark.usefixtures("installation")


def test_a_sign_in_link_is_for_somebody_whom_the_policy_names(placet: Placet) -> None:
    ann, zoe = placet("inbox-link", "--person", "ann"), placet("inbox-link", "--person", "zoe")

    assert ann.code == 0
    assert ann.out.startswith("http://127.0.0.1:8080/")
    assert len(ann.out.splitlines()) == 1
    assert zoe.code == 1
    assert zoe.out == ""
    assert "zoe" in zoe.err


def test_an_audit_trail_that_fits_says_so(placet: Placet) -> None:
    placet("keys", "create", "--agent", "support-bot")

    ended = placet("audit", "verify")
    report = json.loads(placet("audit", "verify", "--json").out)

    assert ended.code == 0
    assert "everything fits" in ended.err
    assert report["ok"] is True
    assert report["events"] >= 1
    assert report["problems"] == []


def test_an_audit_trail_that_was_changed_ends_with_1_and_names_the_place(placet: Placet) -> None:
    key_id = json.loads(placet("keys", "create", "--agent", "support-bot", "--json").out)["key_id"]
    with sqlite3.connect("placet.db") as database:
        database.execute("UPDATE audit_event SET actor = 'somebody else'")
    database.close()

    ended = placet("audit", "verify")

    assert ended.code == 1
    assert f"key:{key_id}" in ended.out
    assert "DOES NOT FIT" in ended.err


def test_a_database_of_another_user_says_whose_it_should_be(tmp_path: Path) -> None:
    sqlite3.connect(tmp_path / "placet.db").close()
    engine = create_engine(
        "sqlite://", creator=lambda: sqlite3.connect(f"file:{tmp_path / 'placet.db'}?mode=ro", uri=True)
    )

    with (
        pytest.raises(DatabaseUnavailable, match="may not be written by this user"),
        database_errors_told(),
        engine.begin() as connection,
    ):
        connection.execute(text("CREATE TABLE anything (id INTEGER)"))
    engine.dispose()


@pytest.mark.parametrize("command", [("audit", "verify"), ("keys", "list"), ("migrate",)], ids=" ".join)
def test_a_damaged_database_is_told_in_a_sentence_with_what_to_do(
    placet: Placet, command: tuple[str, ...]
) -> None:
    Path("placet.db").write_bytes(b"no database at all. " * 1000)

    ended = placet(*command)

    assert ended.code == 1
    assert "The database is damaged: file is not a database. Stop Placet" in ended.err
    assert "Traceback" not in ended.err


def test_there_are_no_callbacks_at_first(placet: Placet) -> None:
    assert placet("callbacks", "list").err == "There are no such callbacks.\n"
    assert json.loads(placet("callbacks", "list", "--state", "dead", "--json").out) == []


def test_a_callback_that_is_not_there_cannot_be_replayed(placet: Placet) -> None:
    ended = placet("callbacks", "replay", "msg_nope")

    assert ended.code == 1
    assert "There is no callback msg_nope" in ended.err


def test_a_database_is_migrated_once(placet: Placet, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("PLACET_SECRET_KEY")

    first, second = placet("migrate"), placet("migrate")

    assert first.out.startswith("The database went from nothing to ")
    assert second.out.endswith(" already.\n")


def test_the_interface_is_printed_with_the_installations_address(
    placet: Placet, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PLACET_PUBLIC_URL", "https://placet.example.com")

    document = json.loads(placet("openapi").out)

    assert document["openapi"] == "3.1.0"
    assert document["servers"] == [{"url": "https://placet.example.com"}]


def test_a_good_policy_is_told_so(placet: Placet) -> None:
    ended = placet("policy", "check")

    assert ended.code == 0
    assert "policy.yml can be used" in ended.err
    assert "3 people, 1 agent, 3 actions, 2 escalation policies." in ended.err


def test_a_doubtful_policy_ends_with_1_only_when_that_is_asked_for(placet: Placet) -> None:
    Path("other.yml").write_text(Path("policy.yml").read_text().replace("owner: cat", "owner: zoe"))

    loose, strict = placet("policy", "check", "other.yml"), placet("policy", "check", "other.yml", "--strict")

    assert loose.out.startswith("Warning: other.yml line 12, agents.support-bot.owner:")
    assert (loose.code, strict.code) == (0, 1)


def test_a_policy_that_cannot_be_used_ends_with_2_and_every_sentence(placet: Placet) -> None:
    Path("policy.yml").write_text("people: {}\n")

    ended = placet("policy", "check")

    assert ended.code == 2
    assert len(ended.err.splitlines()) == 4
