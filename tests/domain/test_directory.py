"""Who is who: by platform id, and nothing else."""

import pytest

from bot.domain.directory import Identity
from tests.builders import SLACK_TEAM, TEAMS_TENANT, a_directory, a_person, slack

ZOE = a_person(
    "zoe", identities=(slack("U0ZOE", "T0PARTNER"), Identity(platform="teams", user="z", tenant="partner"))
)


@pytest.mark.parametrize(
    ("identity", "name"),
    [
        pytest.param(slack("U01ANN"), "ann", id="an account of the home team"),
        pytest.param(slack("U01ANN", "T0PARTNER"), None, id="the same user id in another team"),
        pytest.param(slack("U01ANN", None), None, id="an account without its team"),
        pytest.param(slack("ann"), None, id="a name is no account"),
        pytest.param(slack("u01ann"), None, id="ids are exact"),
        pytest.param(slack("U0ZOE", "T0PARTNER"), "zoe", id="a team that the policy names"),
        pytest.param(slack("U0ZOE"), None, id="that account in the home team"),
        pytest.param(Identity(platform="teams", user="teams-ann", tenant=TEAMS_TENANT), "ann", id="Teams"),
        pytest.param(
            Identity(platform="teams", user="U01ANN", tenant=TEAMS_TENANT), None, id="other platform"
        ),
        pytest.param(Identity(platform="web", user="ann"), "ann", id="the browser"),
        pytest.param(Identity(platform="web", user="eve"), None, id="a stranger in the browser"),
    ],
)
def test_an_account_belongs_to_the_person_whom_the_policy_names(identity: Identity, name: str | None) -> None:
    person = a_directory(ZOE).person_with(identity)
    assert (person.id if person else None) == name


def test_a_platform_that_is_not_connected_has_no_home_accounts() -> None:
    assert a_directory(home={}).person_with(slack("U01ANN", SLACK_TEAM)) is None


def test_members_are_each_person_once_in_order() -> None:
    assert a_directory().members(("ben", "finance", "ben", "ann")) == ("ben", "ann")


@pytest.mark.parametrize("names", [(), ("nobody",), ("empty",)])
def test_what_is_unknown_or_empty_stands_for_nobody(names: tuple[str, ...]) -> None:
    assert a_directory(groups={"empty": ()}).members(names) == ()


def test_a_group_names_nobody_whom_the_policy_does_not_know() -> None:
    assert a_directory(groups={"finance": ("ann", "gone")}).members(("finance",)) == ("ann",)


def test_an_empty_group_does_not_fall_back_to_a_person_of_its_name() -> None:
    assert a_directory(groups={"ann": ()}).members(("ann",)) == ()


def test_a_person_leads_the_actions_that_match() -> None:
    directory = a_directory(leads={"ben": ("refund.*",)})
    assert directory.leads_action("ben", "refund.issue")
    assert not directory.leads_action("ben", "credit.issue")
    assert not directory.leads_action("ann", "refund.issue")


def test_a_direct_message_goes_to_connected_platforms_only() -> None:
    directory = a_directory(platforms=frozenset({"slack", "web"}))
    assert directory.destinations("ann") == ("slack:@U01ANN", "web:@ann")
    assert directory.destinations("eve") == ()
