"""Groups that are looked up live: how they are written, pinned, and what is doubtful about them."""

import pytest

from bot.policy import parse_policy
from tests.policy.samples import POLICY, changed, warnings

LISTED = "finance: {members: [ann, ben]}"


def live(block: str) -> str:
    """The policy with its group looked up live."""
    return changed(LISTED, f"finance: {block}")


@pytest.mark.parametrize(
    ("block", "sources"),
    [
        ("{slack_usergroup: S0LEGAL}", ("slack:S0LEGAL",)),
        ("{slack_usergroup: T01HOME/S0LEGAL}", ("slack:T01HOME/S0LEGAL",)),
        ('{slack_usergroup: "@legal-team"}', ("slack:@legal-team",)),
        ("{teams_team: Legal}", ("teams:Legal",)),
        ("{teams_team: Legal & Compliance/Contracts}", ("teams:Legal & Compliance/Contracts",)),
        (
            "{teams_team: 00000000-0000-0000-0000-0000000000f1}",
            ("teams:00000000-0000-0000-0000-0000000000f1",),
        ),
        ("{slack_usergroup: S0LEGAL, teams_team: Legal}", ("slack:S0LEGAL", "teams:Legal")),
    ],
)
def test_a_group_says_where_its_people_are_looked_up(block: str, sources: tuple[str, ...]) -> None:
    policy = parse_policy(live(block))

    assert policy.directory.live == {"finance": sources}
    assert policy.live_groups() == sources
    assert policy.directory.members(("finance",)) == ()


def test_listed_people_stay_beside_those_who_are_looked_up() -> None:
    directory = parse_policy(live("{members: [ann], slack_usergroup: S0LEGAL}")).directory

    assert directory.members(("finance",)) == ("ann",)
    assert directory.live == {"finance": ("slack:S0LEGAL",)}


def test_a_pinned_group_goes_by_its_id_and_others_stay_as_they_are() -> None:
    policy = parse_policy(live('{slack_usergroup: "@legal", teams_team: Legal}'))

    pinned = policy.with_groups({"slack:@legal": "slack:T01HOME/S0LEGAL"})

    assert pinned.directory.live == {"finance": ("slack:T01HOME/S0LEGAL", "teams:Legal")}
    assert pinned.version == policy.version


def test_whoever_may_be_in_a_live_group_may_be_the_one_who_approves() -> None:
    assert warnings(live("{slack_usergroup: S0LEGAL}")) == []


def test_a_live_group_that_can_name_nobody_known_is_a_warning() -> None:
    text = live("{members: [ben], teams_team: Legal}").replace(
        ", teams: 00000000-0000-0000-0000-0000000000a1", ""
    )

    [said] = warnings(text)

    assert "groups.finance: Nobody under people has an account in Teams" in said


def test_a_group_that_names_nobody_is_a_warning() -> None:
    text = changed(LISTED, LISTED + "\n  legal: {}").replace('"@ann"]', '"@legal"]')

    [said] = [line for line in warnings(text) if "groups.legal" in line]

    assert "This group names nobody. List people under members, or say where they are looked up" in said


def test_a_live_group_of_a_platform_that_is_not_connected_is_a_warning() -> None:
    policy = parse_policy(live("{members: [ann], teams_team: Legal}")).connected({"slack", "web"}, {})

    [said] = [problem.told("policy.yml") for problem in policy.warnings if problem.path == "groups.finance"]

    assert "looked up in Teams, which is not connected, so nobody there counts" in said


def test_a_gate_that_only_an_unconnected_platform_could_open_is_a_warning() -> None:
    text = live("{teams_team: Legal}").replace(", from: [ann]}", "}")

    policy = parse_policy(text).connected({"slack", "web"}, {})

    place = "escalation_policies.finance.quorum"
    [said] = [problem.sentence for problem in policy.warnings if problem.path == place]
    assert said.startswith("Nobody may approve here: everybody is looked up where nothing is connected.")


def test_a_direct_message_to_a_live_group_may_reach_somebody() -> None:
    text = live("{slack_usergroup: S0LEGAL}").replace(
        '"slack:#refunds", "teams:Support/approvals", ', '"@finance", '
    )

    policy = parse_policy(text).connected({"slack", "web"}, {})

    assert not [problem for problem in policy.warnings if "reaches nobody" in problem.sentence]


def test_the_policy_without_live_groups_names_none() -> None:
    assert parse_policy(POLICY).live_groups() == ()
