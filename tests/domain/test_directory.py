"""Who is who: by platform id, and nothing else."""

import pytest

from bot.domain.directory import Directory, Identity
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


def roamer(*accounts: Identity) -> Directory:
    """A directory with somebody who has these accounts; Slack, Teams and the browser are connected."""
    return a_directory(a_person("roy", identities=accounts))


TEAMS_ROY, TEAMS_AWAY = (
    Identity(platform="teams", user="r"),
    Identity(platform="teams", user="r2", tenant="x"),
)


def test_several_accounts_are_one_person() -> None:
    directory = roamer(slack("U0ROY", None), slack("U7ROY", "T02EAST"), TEAMS_ROY, TEAMS_AWAY)
    accounts = (
        slack("U0ROY"),
        slack("U7ROY", "T02EAST"),
        Identity(platform="teams", user="r", tenant=TEAMS_TENANT),
        TEAMS_AWAY,
    )
    assert {person.id for each in accounts if (person := directory.person_with(each))} == {"roy"}
    assert all(directory.person_with(each) for each in accounts)
    assert directory.person_with(slack("U7ROY")) is None
    assert directory.destinations("roy") == (
        "slack:@U0ROY",
        "slack:T02EAST/@U7ROY",
        "teams:@r",
        "teams:@r2",
        "web:@roy",
    )


@pytest.mark.parametrize(
    ("near", "asked_at"),
    [
        pytest.param((), "slack:@U0ROY", id="the first that is listed"),
        pytest.param(("slack:C0SUPPORT",), "slack:@U0ROY", id="beside a card at home"),
        pytest.param(("slack:T02EAST/C0ASK",), "slack:T02EAST/@U7ROY", id="beside a card in the east"),
        pytest.param(("slack:T03WEST/C0ASK", "teams:19:x"), "slack:@U0ROY", id="where they have none"),
        pytest.param(("slack:T02EAST/C0ASK", "slack:#support"), "slack:@U0ROY", id="beside either"),
    ],
)
def test_a_person_is_asked_once_on_each_platform(near: tuple[str, ...], asked_at: str) -> None:
    directory = roamer(slack("U0ROY", None), slack("U7ROY", "T02EAST"), TEAMS_ROY, TEAMS_AWAY)
    assert directory.asked_at("roy", near) == (asked_at, "teams:@r", "web:@roy")


def test_who_cannot_be_reached_by_one_account_is_asked_by_another() -> None:
    directory = roamer(slack("U0ROY", None), slack("U7ROY", "T02EAST"))
    assert directory.asked_at("roy", dead=("slack:@U0ROY",)) == ("slack:T02EAST/@U7ROY", "web:@roy")
    assert directory.asked_at("roy", dead=directory.destinations("roy")) == ()
    assert directory.asked_at("eve") == ()
