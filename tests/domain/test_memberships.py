"""Live groups: who is in them, for how long that is believed, and by whom."""

from datetime import timedelta

import pytest

from bot.domain.directory import Directory, Identity
from bot.domain.memberships import FRESH, KNOWN, Membership, changes_at, resolved
from tests.builders import NOW, TEAMS_TENANT, a_directory, slack

LEGAL, TEAM = "slack:T01HOME/S0LEGAL", "teams:19:legal@thread.tacv2"
TICK = timedelta(microseconds=1)


def company(**changes: object) -> Directory:
    """Ann is listed under legal; the others of it are looked up."""
    given = {"groups": {"legal": ("ann",)}, "live": {"legal": (LEGAL,)}}
    return a_directory(**(given | changes))


def told(
    *accounts: Identity, group: str = LEGAL, age: timedelta = timedelta(0), fault: str = ""
) -> Membership:
    """What a platform said so long ago."""
    return Membership(group=group, accounts=accounts, fetched_at=NOW - age, fault=fault)


def known(*memberships: Membership, directory: Directory | None = None) -> Directory:
    """The directory with this having been said."""
    return resolved(directory or company(), {each.group: each for each in memberships}, NOW)


def test_what_seems_to_be_from_the_future_is_of_unknown_age() -> None:
    """Somebody set a clock back since it was read."""
    directory = known(told(slack("U01BEN"), age=-FRESH - TICK))

    assert directory.members(("legal",)) == directory.sure_members(("legal",)) == ("ann",)
    assert directory.unsure
    assert known(told(slack("U01BEN"), age=-FRESH)).unsure == {}


def test_a_group_is_who_is_listed_and_who_was_found_in_it() -> None:
    directory = known(told(slack("U01BEN"), slack("U01ANN")))

    assert directory.members(("legal",)) == directory.sure_members(("legal",)) == ("ann", "ben")
    assert directory.unsure == {}


@pytest.mark.parametrize(
    "account",
    [
        pytest.param(slack("U01EVE"), id="nobody the policy knows"),
        pytest.param(slack("U01BEN", "T0OTHER"), id="the same id in another workspace"),
        pytest.param(slack("U01BEN", None), id="an account without its workspace"),
        pytest.param(Identity(platform="teams", user="U01BEN", tenant=TEAMS_TENANT), id="another platform"),
    ],
)
def test_an_account_that_belongs_to_no_person_is_nobody(account: Identity) -> None:
    assert known(told(account)).members(("legal",)) == ("ann",)


@pytest.mark.parametrize(
    ("age", "sure", "last_known"),
    [
        (timedelta(0), ("ann", "ben"), ("ann", "ben")),
        (FRESH, ("ann", "ben"), ("ann", "ben")),
        (FRESH + TICK, ("ann",), ("ann", "ben")),
        (KNOWN, ("ann",), ("ann", "ben")),
        (KNOWN + TICK, ("ann",), ("ann",)),
    ],
)
def test_decisions_rely_on_what_is_fresh_and_showing_on_what_was_known_lately(
    age: timedelta, sure: tuple[str, ...], last_known: tuple[str, ...]
) -> None:
    directory = known(told(slack("U01BEN"), age=age))

    assert directory.sure_members(("legal",)) == sure
    assert directory.members(("legal",)) == last_known
    assert ("legal" in directory.unsure) is (sure == ("ann",))


def test_a_group_that_was_never_read_names_only_who_is_listed() -> None:
    directory = known()

    assert directory.members(("legal",)) == directory.sure_members(("legal",)) == ("ann",)
    assert "legal" in directory.unsure


def test_a_group_that_cannot_be_read_names_nobody_and_says_why() -> None:
    directory = known(told(fault="The group is switched off."))

    assert directory.sure_members(("legal",)) == ("ann",)
    assert directory.unsure == {}
    assert directory.faults == {"legal": "The group is switched off."}


def test_a_group_of_two_platforms_is_in_doubt_while_one_of_them_is() -> None:
    both = company(live={"legal": (LEGAL, TEAM)})
    cat = Identity(platform="teams", user="teams-cat", tenant=TEAMS_TENANT)

    directory = known(told(slack("U01BEN")), told(cat, group=TEAM, age=FRESH + TICK), directory=both)

    assert directory.sure_members(("legal",)) == ("ann", "ben")
    assert directory.members(("legal",)) == ("ann", "ben", "cat")
    assert directory.unsure == {"legal": ("ann", "ben")}


def test_whoever_left_the_policy_is_in_no_group() -> None:
    people = {name: person for name, person in company().people.items() if name != "ben"}

    assert known(told(slack("U01BEN")), directory=company(people=people)).members(("legal",)) == ("ann",)


def test_time_alone_changes_who_is_in_a_group_twice() -> None:
    fact = told(slack("U01BEN"))

    assert changes_at([fact], NOW) == NOW + FRESH
    assert changes_at([fact], NOW + FRESH + TICK) == NOW + KNOWN
    assert changes_at([fact], NOW + KNOWN + TICK) is None
    assert changes_at([], NOW) is None
