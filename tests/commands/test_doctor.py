"""`placet doctor`, run as an operator or a monitor runs it."""

import json
import re
from pathlib import Path

import pytest

from tests.commands.conftest import KEY, Placet


@pytest.fixture(autouse=True)
def directory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty one to work in."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_a_database_at_the_schema_is_all_green_and_ends_with_0(placet: Placet, installation: None) -> None:
    placet("migrate")

    ended = placet("doctor", "--only", "database")

    assert ended.code == 0
    assert "✓ database.schema" in ended.out
    assert ended.out.rstrip().endswith("6 green.")


def test_without_a_database_something_is_yellow_and_it_ends_with_1(
    placet: Placet, installation: None
) -> None:
    ended = placet("doctor", "--only", "database.reachable")

    assert ended.code == 1
    assert "! database.reachable     There is no database placet.db yet." in ended.out
    assert "→ The first `placet serve` makes it." in ended.out
    assert not Path("placet.db").exists()


def test_a_policy_that_cannot_be_used_is_red_and_it_ends_with_2(placet: Placet, installation: None) -> None:
    Path("policy.yml").write_text("owner: ann\n")

    ended = placet("doctor", "--only", "policy")

    assert ended.code == 2
    assert "✗ policy" in ended.out
    assert "`placet policy check` shows it" in ended.out


def test_settings_that_cannot_be_used_are_told_one_by_one_and_nothing_else_is_looked_at(
    placet: Placet, installation: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PLACET_PORT", "eighty")
    monkeypatch.setenv("PLACET_HOST", "no host")

    ended = placet("doctor", "--json")

    told = json.loads(ended.out)
    assert ended.code == 2
    assert told["verdict"] == "red"
    assert [each["verdict"] for each in told["checks"] if each["name"] == "settings"] == ["red", "red"]
    assert {each["verdict"] for each in told["checks"] if each["name"] != "settings"} == {"skipped"}


def test_a_missing_secret_key_is_told_with_what_writes_one(
    placet: Placet, installation: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("PLACET_SECRET_KEY")

    ended = placet("doctor")

    assert ended.code == 2
    assert "`placet init` writes one" in ended.out


def test_programs_read_name_verdict_sentence_remedy_and_time(placet: Placet, installation: None) -> None:
    ended = placet("doctor", "--json", "--only", "settings", "--only", "database.reachable")

    told = json.loads(ended.out)
    assert set(told) == {"verdict", "at", "version", "checks"}
    assert [each["name"] for each in told["checks"]] == ["settings", "database.reachable"]
    assert set(told["checks"][1]) == {"name", "verdict", "about", "sentence", "remedy", "took_ms"}
    assert told["checks"][1]["verdict"] == told["verdict"] == "yellow"
    assert isinstance(told["checks"][1]["took_ms"], int)


def test_a_part_that_does_not_exist_is_a_misuse_and_named(placet: Placet, installation: None) -> None:
    ended = placet("doctor", "--only", "databse")

    assert ended.code == 2
    assert 'nothing called "databse" to look at' in ended.err
    assert "database" in ended.err


def test_no_secret_is_printed(placet: Placet, installation: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PLACET_DATABASE_URL", "postgresql://placet:hunter2secret@127.0.0.1:1/placet")

    ended = placet("doctor")

    assert ended.code == 2
    assert "hunter2secret" not in ended.out + ended.err
    assert KEY not in ended.out + ended.err


def test_every_check_is_explained_to_operators_and_no_other(placet: Placet, installation: None) -> None:
    told = {each["name"] for each in json.loads(placet("doctor", "--json").out)["checks"]}
    page = (Path(__file__).parents[2] / "docs" / "doctor.md").read_text("utf-8")
    table = page.partition("## What is looked at")[2].partition("\n## ")[0]
    cells = [line.split("|")[1] for line in table.splitlines() if line.startswith("| `")]
    explained = {name for cell in cells for name in re.findall(r"`([a-z.]+)`", cell)}

    # Slack and Teams are not connected here.
    assert {name for name in told if name not in ("slack", "teams")} == {
        name for name in explained if not name.startswith(("slack.", "teams."))
    }
