"""What is wrong, or doubtful, with a policy of which every block can be read."""

import pytest

from bot.policy import parse_policy
from tests.policy.samples import POLICY, changed, complaints, warnings

WRONG = [
    ("slack: U01CAT", "slack: U01ANN", "line 6, people.cat.slack", "is ann's account already"),
    ("slack: U01CAT", "slack: U01BEN", "line 6, people.cat.slack", "is ben's account already"),
    ("slack: U01CAT", "slack: T01HOME/U01ANN", "line 6, people.cat.slack", "is ann's account already"),
    ("slack: U01CAT", "teams: 00000000-0000-0000-0000-0000000000A1", "people.cat.teams", "is ann's account"),
    ("approve: 1,", "approve: 3,", "line 36, escalation_policies.support.quorum.approve", "but only 2 may"),
    ("[finance]}", "[finance], approve: 2, distinct_groups: true}", "distinct_groups", "names 1 that"),
    ("currency: EUR", "valid_for: 1h", "actions.credit.issue.amount", "An amount needs a currency beside it"),
    ("order {order}", "order {card_number}", "actions.refund.issue.summary", "which mask hides"),
]

DOUBTFUL = [
    ("owner: cat", "owner: zoe", "line 12, agents.support-bot.owner", '"zoe" is not under people'),
    ("reject: 1,", "reject: 3,", "support.quorum.reject", "nothing can be rejected"),
    ("every: 5m", "every: 15m", "line 41, ", "A reminder every 15m never comes in a step of 15m."),
    ('"credit.*"', "refund.vip", "line 33, routes[1]", 'the route "vip-refunds" above takes all of'),
    ('"credit.*"', "payroll.run", "line 33, routes[1]", "no agent may ask for payroll.run"),
    ('limits: {"refund.*"', 'limits: {"refnud.*"', "people.ben.limits.refnud.*", 'Did you mean "refund.*"?'),
    ("ben: {name", "ben: {denied: [payroll.run], name", "people.ben.denied[0]", "fits no action that is"),
    ('ben: ["refund.*"]', 'ben: ["payroll.*"]', "leads.ben[0]", "fits no action that is listed or asked for"),
    ("order.read: {", "order.find: {", "actions.order.find", "No agent may ask for order.find."),
    ("effect: read", "effect: read, reversible: false", "line 30", "only reads has nothing to undo"),
    (
        "effect: read",
        "effect: read, oversight: always",
        "actions.order.read.oversight",
        "although the action",
    ),
    (
        "open_requests: 20",
        "always_ask: [payroll.run]",
        "support-bot.always_ask[0]",
        "may not ask for payroll",
    ),
    ("open_requests: 20", 'alone: ["refund.*"]', "support-bot.alone[0]", "refund.issue cannot be undone"),
    (
        "open_requests: 20",
        "alone: [refund.small]",
        "support-bot.alone[0]",
        "no listed action fits refund.small",
    ),
    (
        "open_requests: 20",
        'alone: [credit.issue]\n    always_ask: ["credit.*"]',
        "support-bot.alone[0]",
        "always_ask names credit.* too",
    ),
    (
        '"credit.*", escalation',
        '"refund.vip", when: "true", escalation',
        "routes[1]",
        "takes all of refund.vip",
    ),
]


@pytest.mark.parametrize(("old", "new", "place", "sentence"), WRONG, ids=[wrong[1] for wrong in WRONG])
def test_what_could_never_work_is_refused(old: str, new: str, place: str, sentence: str) -> None:
    said = complaints(changed(old, new))

    assert any(place in line and sentence in line for line in said), said


@pytest.mark.parametrize(("old", "new", "place", "sentence"), DOUBTFUL, ids=[doubt[1] for doubt in DOUBTFUL])
def test_what_is_doubtful_is_a_warning(old: str, new: str, place: str, sentence: str) -> None:
    said = warnings(changed(old, new))

    assert len(said) == 1
    assert place in said[0]
    assert sentence in said[0]


def test_an_escalation_policy_without_any_reviewer_is_refused() -> None:
    text = changed("members: [ann, ben]", "members: []").replace(", from: [ann]}", "}")

    [said] = [line for line in complaints(text) if "escalation_policies.finance.quorum:" in line]

    assert "Nobody may approve here, so nothing could ever be approved." in said


def test_an_agent_whose_owner_is_the_only_reviewer_is_refused() -> None:
    text = changed("from: [ann, ben]}", "from: [cat]}").replace("from: [finance]", "from: [cat]")

    [said] = complaints(text.replace(", from: [ann]}", "}"))

    assert "line 12, agents.support-bot.owner: Under finance and support, approval of what" in said
    assert "nobody can" in said


def test_two_approvals_of_two_people_one_of_whom_owns_the_agent_can_never_be_had() -> None:
    text = changed("approve: 1, reject: 1, from: [ann, ben]", "approve: 2, from: [ann, cat]")

    assert any("agents.support-bot.owner: Under support" in line for line in warnings(text))


def test_a_limit_that_can_never_be_met_is_a_warning() -> None:
    text = changed("    amount: arguments.amount\n    currency: arguments.currency\n", "")

    [said] = warnings(text.replace("Refund {amount} {currency} for", "Refund"))

    assert "people.ben.limits.refund.*: ben can never approve refund.issue" in said


def test_two_slack_users_of_different_workspaces_may_share_an_id() -> None:
    text = changed("slack: U01CAT", "slack: T02AWAY/U01BEN")

    assert len(parse_policy(text).directory.people) == 3


def test_somebody_with_several_accounts_has_each_of_them_to_themselves() -> None:
    text = changed("slack: U01CAT", "slack: [U01CAT, T02AWAY/U01BEN, T02AWAY/U0CAT]")
    assert len(parse_policy(text).directory.people["cat"].identities) == 3

    [said] = complaints(text.replace("T02AWAY/U01BEN", "T01HOME/U01BEN"))
    assert 'people.cat.slack: "T01HOME/U01BEN" is ben\'s account already' in said


def test_an_account_listed_twice_is_a_warning() -> None:
    [said] = warnings(changed("slack: U01CAT", "slack: [U01CAT, T01HOME/U01CAT]"))
    assert '"T01HOME/U01CAT" is listed before already' in said


def test_everybody_denied_everything_is_nobody() -> None:
    text = changed("ann: {name: Ann,", 'ann: {denied: ["*"], name: Ann,')
    text = text.replace("ben: {slack", 'ben: {denied: ["*"], slack')
    text = text.replace("ben: {name: Ben,", 'ben: {denied: ["*"], name: Ben,')

    assert any("Nobody may approve here" in line for line in complaints(text))


def test_an_owner_who_alone_could_approve_one_of_several_ways_is_a_warning() -> None:
    text = changed("    quorum: {from: [finance]}", "    quorum: {from: [cat]}").replace(
        ", from: [ann]}", "}"
    )

    [said] = warnings(text)

    assert "Under finance, approval of what support-bot asks would need its own owner cat" in said


def test_a_step_that_reaches_nobody_is_a_warning_and_a_policy_without_any_other_is_refused() -> None:
    text = changed("finance: {members: [ann, ben]}", "finance: {members: [ann, ben]}\n  empty: {members: []}")

    one = text.replace('["slack:C0LEADS", "@finance", "@ann"]', '["@empty"]')
    all_of_them = text.replace('["slack:#support", "web:support"]', '["@empty"]')

    assert any("steps[1].to: This step reaches nobody and is skipped" in line for line in warnings(one))
    assert any("No step reaches anybody" in line for line in complaints(all_of_them))


def test_an_unused_escalation_policy_is_a_warning() -> None:
    routes = POLICY[POLICY.index("routes:\n") : POLICY.index("escalation_policies:\n")]

    [said] = warnings(POLICY.replace(routes, "").replace("    may_route: [vip-refunds]\n", ""))

    assert said.endswith("No request comes to finance. Route something to it or remove it.")


def test_a_policy_without_agents_is_a_warning() -> None:
    agents = POLICY[POLICY.index("agents:\n") : POLICY.index("actions:\n")]

    assert any("No agent may ask for anything yet" in line for line in warnings(POLICY.replace(agents, "")))
