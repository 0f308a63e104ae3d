"""From a file to a policy, or to everything that is wrong with it at once."""

import hashlib
from datetime import time, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from bot.domain.budgets import Budget
from bot.domain.directory import Identity
from bot.domain.errors import Misconfigured
from bot.domain.hours import Hours
from bot.domain.money import Money
from bot.domain.terms import TargetKind
from bot.policy import PolicyError, load_policy, parse_policy
from tests.policy.samples import POLICY, changed, complaints, warnings

EVERYTHING = """\
policy.yml line 1, owner: "anna" is not under people. Did you mean "ann"?
policy.yml line 5, people.ben.limits.refund.*: "500" needs a currency, such as "500 EUR".
policy.yml line 8, groups.finance.members[1]: "bne" is not under people. Did you mean "ben"?
policy.yml line 17, agents.support-bot: "open_request" is not known here. Did you mean "open_requests"?
policy.yml line 28, actions.refund.issue.valid_for: 60 needs a unit, such as "60m" for minutes.
policy.yml line 32, routes[0].escalation_policy: "finanse" is not under escalation_policies. Did you mean "finance"?
policy.yml line 37, escalation_policies.support.steps[0].wait: "soon" is not a duration; write one such as 15m, 1h30m or 2d.
"""  # noqa: E501 - what people read


def test_a_good_policy_has_nothing_to_complain_about() -> None:
    assert warnings(POLICY) == []


def test_people_get_their_accounts_limits_and_names() -> None:
    people = parse_policy(POLICY).directory.people

    assert people["ann"].identities == (
        Identity(platform="slack", user="U01ANN"),
        Identity(platform="teams", user="00000000-0000-0000-0000-0000000000a1"),
    )
    assert people["ben"].identities == (Identity(platform="slack", user="U01BEN", tenant="T01HOME"),)
    assert people["cat"].identities == (Identity(platform="slack", user="U01CAT"),)
    assert people["ben"].limits[0].up_to == Money(amount=Decimal(500), currency="EUR")
    assert people["cat"].name == "Cat"


def test_agents_groups_and_leads_are_in_the_directory() -> None:
    directory = parse_policy(POLICY).directory

    assert directory.agents["support-bot"].open_requests == 20
    assert directory.agents["support-bot"].callback_url == "https://agents.example.com/placet"
    assert directory.groups == {"finance": ("ann", "ben")}
    assert directory.leads_action("ben", "refund.issue")
    assert not directory.leads_action("ben", "credit.issue")


def test_an_agents_budget_is_in_the_directory() -> None:
    text = changed("open_requests: 20", "budget: {automatic_per_day: 100, amount_per_day: 500.50 EUR}")

    assert parse_policy(text).directory.agents["support-bot"].budget == Budget(
        automatic_per_day=100, amount_per_day=Money(amount=Decimal("500.50"), currency="EUR")
    )
    assert parse_policy(POLICY).directory.agents["support-bot"].budget is None


def test_steps_know_whom_they_ask_and_how_long() -> None:
    first, second = parse_policy(POLICY).escalations["finance"].steps

    assert [target.ref for target in first.to] == ["slack:#refunds", "teams:Support/approvals", "web:refunds"]
    assert [target.label for target in first.to] == ["#refunds", "Support/approvals", "#refunds"]
    assert first.remind_every == timedelta(minutes=5)
    assert [target.kind for target in second.to] == [TargetKind.CHANNEL, TargetKind.GROUP, TargetKind.PERSON]
    assert second.wait == timedelta(hours=1, minutes=30)
    assert second.voters == ("ann",)


def test_hours_and_rounds_are_read() -> None:
    escalations = parse_policy(POLICY).escalations
    finance = escalations["finance"]

    assert finance.repeat == 1
    assert finance.claim_idle == timedelta(minutes=45)
    assert escalations["support"].claim_idle == timedelta(minutes=30)
    assert finance.hours == Hours(days=(1, 2, 3, 4, 5), start=time(9), end=time(18), zone="Europe/Berlin")


def test_the_version_is_a_short_hash_of_the_text() -> None:
    policy = parse_policy(POLICY)

    assert policy.version == hashlib.sha256(POLICY.encode()).hexdigest()[:12]
    assert policy.text == POLICY
    assert parse_policy(POLICY + "# a remark\n").version != policy.version


def test_a_file_is_read(tmp_path: Path) -> None:
    (tmp_path / "rules-of-ours.yml").write_text("\ufeff" + POLICY, encoding="utf-8")

    assert load_policy(tmp_path / "rules-of-ours.yml").name == "rules-of-ours.yml"


def test_a_file_that_is_not_there_says_how_to_get_one(tmp_path: Path) -> None:
    missing = tmp_path / "policy.yml"

    with pytest.raises(PolicyError) as caught:
        load_policy(missing)

    told = caught.value.sentence
    assert told == f"{missing}: There is no such file; `placet init` writes one to begin with."


def test_a_folder_or_binary_file_is_refused_with_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "binary.yml").write_bytes(b"\xff\xfe\x00")

    with pytest.raises(PolicyError, match="cannot be read: Is a directory"):
        load_policy(tmp_path)
    with pytest.raises(PolicyError, match="not text in UTF-8"):
        load_policy(tmp_path / "binary.yml")


def test_a_policy_error_stops_a_start() -> None:
    assert issubclass(PolicyError, Misconfigured)


def test_everything_that_is_wrong_is_told_at_once_in_the_order_of_the_file() -> None:
    text = (
        POLICY.replace("owner: ann\ndefaults", "owner: anna\ndefaults")
        .replace("500 EUR", "500")
        .replace("members: [ann, ben]", "members: [ann, bne]")
        .replace("open_requests: 20", "open_request: 20")
        .replace("valid_for: 1h", "valid_for: 60")
        .replace("escalation_policy: finance}", "escalation_policy: finanse}", 1)
        .replace("wait: 15m}]", "wait: soon}]")
    )

    assert complaints(text) == EVERYTHING.splitlines()


@pytest.mark.parametrize("text", ["", "# only a remark\n", "just words", "- a\n- list\n", "42"])
def test_a_text_that_is_no_policy_is_refused(text: str) -> None:
    assert len(complaints(text)) >= 1


def test_an_empty_policy_names_every_block_it_lacks() -> None:
    said = "\n".join(complaints("groups: {}\n"))

    for block in ("owner", "defaults", "people", "escalation_policies"):
        assert f'"{block}" is missing' in said


@pytest.mark.parametrize("people", ["people: {}", "people:"])
def test_a_policy_without_reviewers_is_refused_with_a_sentence(people: str) -> None:
    start, end = POLICY.index("people:"), POLICY.index("groups:")

    said = "\n".join(complaints(f"{POLICY[:start]}{people}\n{POLICY[end:]}"))

    assert "without reviewers nothing starts" in said


def test_a_heading_without_a_block_is_as_good_as_none() -> None:
    policy = parse_policy(changed("routes:\n", "rules:\n  # nothing yet\nroutes:\n"))

    assert policy.version


def test_a_policy_of_a_thousand_lines_loads_quickly_enough_to_be_reloaded() -> None:
    people = "".join(f"  p{n}: {{slack: U0{n:05}}}\n" for n in range(500))
    actions = "".join(f"  act.n{n}: {{owner: ann, amount: arguments.a, currency: EUR}}\n" for n in range(500))

    policy = parse_policy(
        POLICY.replace("people:\n", f"people:\n{people}").replace("actions:\n", f"actions:\n{actions}", 1)
    )

    assert len(policy.directory.people) == 503
    assert len(policy.entries) == 503


def test_no_rules_and_no_routes_may_be_written_as_empty_lists() -> None:
    routes = POLICY[POLICY.index("routes:\n") : POLICY.index("escalation_policies:\n")]
    text = POLICY.replace(routes, "rules: []\nroutes: []\n").replace("    may_route: [vip-refunds]\n", "")

    assert parse_policy(text).version


@pytest.mark.parametrize("hidden", ["\u00ad", "\u202e", "\u200b", "\ue000"])
def test_what_cannot_be_seen_is_named_where_it_is_complained_about(hidden: str) -> None:
    with pytest.raises(PolicyError) as caught:
        parse_policy(f"{hidden}owner: ann\n")
    told = str(caught.value)
    assert hidden not in told
    assert f"⟨U+{ord(hidden):04X}⟩owner" in told
