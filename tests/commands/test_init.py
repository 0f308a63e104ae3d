"""A new installation: three files, good as they are, and never over what is there."""

import stat
from pathlib import Path

import pytest

from bot.policy import load_policy
from bot.policy.ready import READY
from bot.settings import load_settings
from tests.commands.conftest import Placet


def test_the_starter_can_be_used_as_it_is(placet: Placet) -> None:
    ended = placet("init")

    assert ended.code == 0
    assert load_policy("policy.yml").warnings == ()
    assert len(load_settings().secret_keys[0]) >= 32
    assert "placet serve" in ended.err


def test_the_starter_marks_what_has_to_be_changed_and_explains_the_rest(placet: Placet) -> None:
    placet("init")
    lines = Path("policy.yml").read_text().splitlines()

    assert sum("CHANGE" in line for line in lines) >= 3
    assert sum("#" in line for line in lines) > len(lines) / 4


def test_every_example_in_the_starter_can_be_used_too(placet: Placet) -> None:
    placet("init")
    examples = (
        "slack:",
        "email:",
        "limits:",
        "denied:",
        "callback",
        "mask:",
        "hours:",
        "routes:",
        "- {name:",
    )
    lines = Path("policy.yml").read_text().splitlines()

    used = [_uncommented(line) if line.strip(" #").startswith(examples) else line for line in lines]
    Path("policy.yml").write_text("\n".join(used))

    policy = load_policy("policy.yml")
    assert policy.directory.people["ann"].identities
    assert policy.directory.people["ben"].limits
    assert policy.directory.agents["support-bot"].callback_hosts
    assert policy.escalations["support"].hours
    agent = policy.directory.agents["support-bot"]
    assert policy.router.choose(agent, "refund.issue", None, lambda *_: False).name == "refunds"


def _uncommented(line: str) -> str:
    return line.replace("# ", "", 1)


def test_the_secret_is_readable_by_its_owner_alone(placet: Placet) -> None:
    placet("init")

    assert stat.S_IMODE(Path(".env").stat().st_mode) == 0o600


def test_every_installation_gets_a_key_of_its_own(placet: Placet) -> None:
    placet("init", "one")
    placet("init", "two")

    assert Path("one/.env").read_text() != Path("two/.env").read_text()


def test_what_is_there_is_kept(placet: Placet) -> None:
    for name in ("policy.yml", ".env", "manifest.yml", "manifest-http.yml"):
        Path(name).write_text("mine\n")

    ended = placet("init", "--slack-http", "--public-url", "https://placet.example.com")

    assert ended.code == 0
    assert ended.out.count("Kept ") == 4
    assert {Path(name).read_text() for name in ("policy.yml", ".env", "manifest.yml")} == {"mine\n"}


def test_a_folder_that_cannot_be_written_is_a_sentence(placet: Placet, tmp_path: Path) -> None:
    taken = tmp_path / "taken"
    taken.write_text("a file, where a folder should be")

    ended = placet("init", str(taken / "approvals"))

    assert ended.code == 1
    assert ended.err == f"{taken / 'approvals'} cannot be written: Not a directory.\n"


def test_a_dangling_link_is_not_written_through(placet: Placet) -> None:
    Path(".env").symlink_to("elsewhere")

    placet("init")

    assert not Path("elsewhere").exists()


def test_the_manifest_for_http_names_the_address_that_slack_calls(placet: Placet) -> None:
    placet("init", "--slack-http", "--public-url", "https://placet.example.com/")

    assert "request_url: https://placet.example.com/slack/events" in Path("manifest-http.yml").read_text()


@pytest.mark.parametrize("arguments", [[], ["--public-url", "http://placet.example.com"]])
def test_slack_over_http_needs_an_https_address_before_anything_is_written(
    placet: Placet, arguments: list[str]
) -> None:
    ended = placet("init", "--slack-http", *arguments)

    assert ended.code == 2
    assert "Slack calls https:// addresses only" in ended.err
    assert not Path("policy.yml").exists()


@pytest.mark.parametrize("name", READY)
def test_a_ready_made_policy_is_written_instead_of_the_starter(placet: Placet, name: str) -> None:
    ended = placet("init", "--policy", name)

    assert ended.code == 0
    assert load_policy("policy.yml").warnings == ()
    assert placet("policy", "check", "--strict").code == 0
    assert "REVIEW_BY" not in Path("policy.yml").read_text()


def test_the_ready_made_policies_are_listed(placet: Placet) -> None:
    ended = placet("init", "--list-policies")

    assert all(name in ended.out for name in READY)
    assert not Path("policy.yml").exists()


def test_a_policy_that_is_not_there_leaves_nothing_half_done(placet: Placet) -> None:
    ended = placet("init", "--policy", "everything")

    assert ended.code == 1
    assert "There are support-refunds," in ended.err
    assert not Path(".env").exists()
