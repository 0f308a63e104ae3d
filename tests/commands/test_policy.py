"""`placet policy`: what held when, what changed between, and what is wrong with a file."""

import asyncio
import json
from pathlib import Path

import pytest

from bot.policy import parse_policy
from bot.policy_news import PolicyNews
from storage.policy_versions import PolicyVersions
from storage.store import SqlStore
from tests.builders import NOW, a_directory
from tests.commands.conftest import Placet
from tests.policy.samples import POLICY

CHANGED = POLICY.replace("500 EUR", "600 EUR")

pytestmark = pytest.mark.usefixtures("installation")


def held(*texts: str) -> list[str]:
    """Versions that held here, one after the other."""
    from storage.migrate import migrate

    migrate("sqlite:///placet.db")
    store = SqlStore("sqlite:///placet.db", clock=lambda: NOW, directory=a_directory)

    async def keep() -> list[str]:
        policies = [parse_policy(text) for text in texts]
        for policy in policies:
            await PolicyNews(PolicyVersions(store)).keep(policy)
        return [policy.version for policy in policies]

    try:
        return asyncio.run(keep())
    finally:
        store.close()


def test_versions_are_listed_with_what_they_changed(placet: Placet) -> None:
    first, second = held(POLICY, CHANGED)

    ended = placet("policy", "versions")

    assert ended.code == 0
    newest, oldest = [line for line in ended.out.splitlines() if first in line or second in line]
    assert newest.startswith(f" {second} *")
    assert 'limits for refund.* is "600 EUR" now; it was "500 EUR".' in newest
    assert first in oldest

    shown = json.loads(placet("policy", "versions", "--json").out)

    assert [(each["version"], each["holds"], each["owner"], each["requests"]) for each in shown] == [
        (second, True, "ann", 0),
        (first, False, "ann", 0),
    ]


def test_no_version_yet_is_told(placet: Placet) -> None:
    assert "No policy has held here yet" in placet("policy", "versions").err


def test_a_version_is_shown_as_it_was_read(placet: Placet) -> None:
    [version] = held(POLICY)

    assert placet("policy", "show", version[:6]).out == POLICY
    missing = placet("policy", "show", "ffff")
    assert missing.code == 1
    assert "`placet policy versions` lists them" in missing.err


def test_a_version_is_compared_with_the_file(placet: Placet) -> None:
    [version] = held(POLICY)
    Path("policy.yml").write_text(CHANGED)

    ended = placet("policy", "diff", version)

    assert ended.out == 'Person ben: limits for refund.* is "600 EUR" now; it was "500 EUR".\n'
    [change] = json.loads(placet("policy", "diff", version, "--json").out)
    assert (change["kind"], change["block"], change["entry"]) == ("changed", "people", "ben")
    assert '+  ben: {name: Ben, slack: T01HOME/U01BEN, limits: {"refund.*": 600 EUR}}' in (
        placet("policy", "diff", version, "--text").out
    )


def test_files_are_compared_without_a_database(placet: Placet, tmp_path: Path) -> None:
    (tmp_path / "new.yml").write_text(POLICY + "# looked at\n")

    ended = placet("policy", "diff", "policy.yml", str(tmp_path / "new.yml"))

    assert (ended.code, ended.out) == (0, "")
    assert "Only comments or layout differ." in ended.err
    assert not Path("placet.db").exists()


def test_a_file_that_is_not_there_is_told(placet: Placet) -> None:
    ended = placet("policy", "diff", "nowhere.yml")

    assert ended.code == 2
    assert "nowhere.yml: There is no such file" in ended.err


def test_what_is_wrong_is_told_for_programs_too(placet: Placet) -> None:
    fine = placet("policy", "check", "--json")
    assert json.loads(fine.out) == {
        "file": "policy.yml",
        "usable": True,
        "version": parse_policy(POLICY).version,
        "problems": [],
    }

    Path("policy.yml").write_text(POLICY.replace("remind_every: 5m", "remind_every: 20m"))
    doubtful = placet("policy", "check", "--json", "--strict")
    assert doubtful.code == 1
    [problem] = json.loads(doubtful.out)["problems"]
    assert (problem["severity"], problem["line"]) == ("warning", 41)

    Path("policy.yml").write_text(POLICY.replace("500 EUR", "500"))
    broken = placet("policy", "check", "--json")
    assert (broken.code, broken.err) == (2, "")
    [problem] = json.loads(broken.out)["problems"]
    assert (problem["severity"], problem["path"]) == ("error", "people.ben.limits.refund.*")


def test_the_scope_document_tells_who_or_what_decides(placet: Placet) -> None:
    rules = "rules:\n  - {name: small, owner: ann, why: Why., match: credit.issue, then: auto}\nroutes:\n"
    Path("policy.yml").write_text(POLICY.replace("routes:\n", rules))

    lines = placet("policy", "scope").out.splitlines()

    told = {line.split()[1]: line for line in lines if "support-bot" in line}
    assert "a person: it cannot be undone" in told["refund.issue"]
    assert "context.subject" in told["refund.issue"]
    assert "rules: small (auto); else a person" in told["credit.issue"]
    assert " alone " in told["order.read"]
    assert [row["standing"] for row in json.loads(placet("policy", "scope", "--json").out)] == [
        "scored",
        "scored",
        "alone",
    ]
    assert placet("policy", "scope", "--agent", "nobody").code == 1
