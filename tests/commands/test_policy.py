"""`placet policy`: what held when, what changed between, and what is wrong with a file."""

import asyncio
import json
from dataclasses import replace
from pathlib import Path

import pytest

from bot.domain.history import History
from bot.domain.packet import ProposedAction, ReviewPacket
from bot.domain.steering import Pause
from bot.policy import Policy, parse_policy
from bot.policy_news import PolicyNews
from bot.steering import Change, Kind
from bot.submissions import Asked
from storage.policy_versions import PolicyVersions
from storage.steering import SteeringKeeper
from storage.store import SqlStore
from tests.builders import NOW, a_directory, a_request
from tests.commands.conftest import Placet
from tests.policy.samples import POLICY
from tests.storage.steps import a_submission

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


def test_what_is_neither_a_file_nor_a_version_is_told(placet: Placet) -> None:
    ended = placet("policy", "diff", "zzz")

    assert ended.code == 1
    assert '"zzz" is neither a file nor a version that is kept here' in ended.err


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


CREDIT = {
    "action": {"name": "credit.issue", "summary": "Credit 20 EUR", "arguments": {"amount": "20.00"}},
    "reasoning": "They were charged twice.",
}
REST = "  - {name: rest, owner: ann, why: Rest., match: credit.issue, then: auto}"
SMALL = """rules:
  - {name: small, owner: ann, why: Small., match: credit.issue, when: "impact.amount < 50.0", then: auto}
  - {name: first, owner: ann, why: x, match: "credit.*", when: history.agent_action_count < 3, then: gate}
routes:
"""


def test_a_request_in_a_file_is_explained(placet: Placet) -> None:
    Path("policy.yml").write_text(POLICY.replace("routes:\n", SMALL))
    Path("credit.json").write_text(json.dumps(CREDIT))

    ended = placet("policy", "explain", "credit.json")

    assert ended.code == 0
    lines = ended.out.splitlines()
    at = lines.index("The rule small matched: impact.amount is 20.00. It demands auto.")
    assert lines[at + 1] == "    impact.amount < 50.0"
    assert "So it is auto, by small, for which Ann answers: Small." in lines
    assert not Path("placet.db").exists()


def test_what_came_before_is_read_where_a_rule_asks(placet: Placet) -> None:
    Path("policy.yml").write_text(POLICY.replace("routes:\n", SMALL.replace("< 50.0", "> 50.0")))
    Path("credit.json").write_text(json.dumps(CREDIT))

    told = json.loads(placet("policy", "explain", "credit.json", "--agent", "support-bot", "--json").out)

    assert (told["mode"], told["rule"], told["approvers"]) == ("gate", "first", ["ann", "ben"])
    [history] = [step["sentence"] for step in told["steps"] if step["about"] == "history"]
    assert history == "Of what came before, agent_action_count is 0."


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (["nowhere.json"], 1, "nowhere.json cannot be read"),
        (["apr_nothing"], 1, "There is no request apr_nothing here."),
        (["bad.json"], 1, "reasoning"),
        (["credit.json", "--agent", "sales-bot"], 1, "does not know the agent sales-bot"),
    ],
)
def test_what_cannot_be_explained_is_told(placet: Placet, arguments: list[str], code: int, said: str) -> None:
    Path("bad.json").write_text('{"action": {"name": "credit.issue"}}')
    Path("credit.json").write_text(json.dumps(CREDIT))

    ended = placet("policy", "explain", *arguments)

    assert ended.code == code
    assert said in ended.err


def stored(policy: Policy) -> str:
    """The id of a credit that was ruled on under a policy and stored."""
    held(policy.text)
    store = SqlStore("sqlite:///placet.db", clock=lambda: NOW, directory=lambda: policy.directory)
    packet = ReviewPacket(
        action=ProposedAction(name="credit.issue", arguments={"amount": "20.00"}, summary="Credit"),
        reasoning="They were charged twice.",
    )
    found = policy.assess("support-bot", packet, Asked(), NOW)
    ruling = found.deferred.decide(History(agent_action_count=7)) if found.deferred else None
    proposal = replace(found.proposal, ruling=ruling or found.proposal.ruling)
    request = a_request(proposal=proposal, terms=found.terms)
    try:
        asyncio.run(store.submit(a_submission(request, packet=packet)))
    finally:
        store.close()
    return request.id


def test_what_is_paused_now_is_paused_in_what_is_told_of_a_file(placet: Placet) -> None:
    policy = parse_policy(POLICY.replace("routes:\n", SMALL))
    Path("policy.yml").write_text(policy.text)
    Path("credit.json").write_text(json.dumps(CREDIT))
    stored(policy)
    store = SqlStore("sqlite:///placet.db", clock=lambda: NOW, directory=lambda: policy.directory)
    pause = Pause(match="credit.*", by="ann", made_at=NOW)
    change = Change(
        id="p", kind=Kind.PAUSE, name="credit.*", person="ann", after=pause, matches=("credit.*",)
    )
    try:
        assert asyncio.run(SteeringKeeper(store).change(change)).code == "made"
    finally:
        store.close()

    told = json.loads(placet("policy", "explain", "credit.json", "--json").out)

    assert (told["mode"], told["rule"]) == ("gate", "small")


def test_a_stored_request_is_explained_under_the_version_that_ruled_on_it(placet: Placet) -> None:
    rules = SMALL.replace("< 50.0", "> 50.0").replace("then: gate}", "then: gate}\n" + REST)
    then = parse_policy(POLICY.replace("routes:\n", rules))
    request = stored(then)
    Path("policy.yml").write_text(
        then.text.replace("ben: {name: Ben", "ben: {denied: [credit.issue], name: Ben")
    )

    ended = placet("policy", "explain", request)

    assert ended.code == 0
    lines = ended.out.splitlines()
    assert "Of what came before, agent_action_count is 7." in lines
    assert "So it is auto, by rest, for which Ann answers: Rest." in lines
    assert "Ann could approve it now." in lines, "people are those of today"
    assert f"This is version {then.version} of the policy. The request is approved." in ended.err
    assert "it would still be auto by rest." in ended.err

    Path("policy.yml").write_text(POLICY)

    assert "it would be gate by default." in placet("policy", "explain", request).err
    other = placet("policy", "explain", request, "--policy", "policy.yml")
    assert "On record it is auto by rest: Rest." in other.err
