"""The command as a whole: quick help, plain errors, documented exit codes."""

import subprocess
import sys
from importlib.metadata import version

import pytest

from tests.commands.conftest import Placet

COMMANDS = [
    "serve",
    "worker",
    "init",
    "doctor",
    "migrate",
    "keys",
    "request",
    "inbox-link",
    "audit",
    "callbacks",
    "openapi",
]
#: pydantic is absent: typer uses it itself
HEAVY = {
    "aiohttp",
    "alembic",
    "botbuilder",
    "cryptography",
    "jsonschema",
    "msgspec",
    "slack_bolt",
    "slack_sdk",
    "sqlalchemy",
    "sqlmodel",
    "structlog",
    "yaml",
}


def test_help_lists_every_command_and_the_exit_codes(placet: Placet) -> None:
    ended = placet("--help")

    assert ended.code == 0
    assert not [name for name in [*COMMANDS, "policy"] if f" {name} " not in ended.out]
    assert "Exit codes: 0 done; 1 it could not be done; 2 the command" in ended.out


@pytest.mark.parametrize("arguments", [["--help"], ["serve", "--help"], ["keys", "create", "--help"]])
def test_help_imports_nothing_heavy(arguments: list[str]) -> None:
    script = f"""
import sys
from bot.cli import main
try:
    main({arguments!r})
except SystemExit:
    print(sorted({{name.partition(".")[0] for name in sys.modules}} & {HEAVY!r}), file=sys.stderr)
"""

    ended = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True, timeout=60
    )

    assert ended.stderr.strip() == "[]"


def test_the_version_is_told(placet: Placet) -> None:
    assert placet("--version").out == f"placet {version('placet')}\n"


@pytest.mark.parametrize(
    "arguments", [["nonsense"], ["keys", "create"], ["callbacks", "list", "--state", "x"]]
)
def test_a_command_that_is_used_wrongly_ends_with_2(placet: Placet, arguments: list[str]) -> None:
    ended = placet(*arguments)

    assert ended.code == 2
    assert "Usage:" in ended.err


def test_wrong_settings_end_with_2_and_one_sentence_each(
    placet: Placet, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PLACET_PORT", "abc")

    ended = placet("keys", "list")

    assert ended.code == 2
    assert ended.out == ""
    assert ended.err.splitlines()[0] == 'PLACET_PORT: "abc" is not a port; give a number from 1 to 65535.'
    assert len(ended.err.splitlines()) == 2


def test_a_command_without_a_subcommand_shows_its_help(placet: Placet) -> None:
    assert "rotate-secret" in placet("keys").err + placet("keys").out


@pytest.mark.usefixtures("installation")
def test_a_database_that_does_not_answer_is_one_sentence_without_its_password(
    placet: Placet, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PLACET_DATABASE_URL", "postgresql://me:hunter2@127.0.0.1:1/placet")

    ended = placet("keys", "list")

    assert ended.code == 1
    assert ended.err.startswith("The database cannot be used: ")
    assert ended.err.endswith("Check PLACET_DATABASE_URL.\n")
    assert "hunter2" not in ended.err


def test_a_reader_who_goes_away_is_no_error() -> None:
    piped = f"{sys.executable} -m bot.cli openapi | head -c 1"
    ended = subprocess.run(["/bin/sh", "-c", piped], capture_output=True, text=True, check=False, timeout=60)

    assert ended.stdout == "{"
    assert ended.stderr == ""
