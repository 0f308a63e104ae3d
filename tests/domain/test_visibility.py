"""A person sees what they may decide, were asked about, or lead; nobody else sees anything."""

import pytest

from bot.domain.visibility import may_see
from tests.builders import a_directory, a_step, channel, opened, person, renewed


@pytest.mark.parametrize(
    ("name", "seen"),
    [
        pytest.param("ann", True, id="a reviewer"),
        pytest.param("ben", True, id="another reviewer"),
        pytest.param("dan", False, id="somebody known who is not asked"),
        pytest.param("cat", False, id="the owner of the agent is no reviewer of it"),
        pytest.param("eve", False, id="a stranger"),
        pytest.param("", False, id="nobody"),
    ],
)
def test_reviewers_see_it_and_others_do_not(name: str, *, seen: bool) -> None:
    assert may_see(a_directory(), opened(), name) is seen


def test_whoever_leads_the_action_sees_it() -> None:
    directory = a_directory(leads={"dan": ("refund.*",)})
    assert may_see(directory, opened(directory), "dan")
    assert not may_see(directory, opened(directory, action="credit.issue"), "dan")


def test_whoever_was_asked_directly_sees_it() -> None:
    request = opened(steps=(a_step(channel(), person("dan")),))
    assert may_see(a_directory(), request, "dan")


def test_a_later_step_lets_its_people_see_it() -> None:
    assert may_see(a_directory(), renewed(opened(), widened=("dan",)), "dan")


def test_whoever_left_the_policy_sees_nothing_any_more() -> None:
    request = opened(steps=(a_step(person("ann")),))
    left = {name: each for name, each in a_directory().people.items() if name != "ann"}
    assert not may_see(a_directory(people=left), request, "ann")


def test_whoever_left_the_group_sees_no_more_of_it() -> None:
    directory = a_directory(groups={"finance": ("ben",)}, leads={})
    assert not may_see(directory, opened(), "ann")
