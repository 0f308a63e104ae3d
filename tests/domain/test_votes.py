"""Counting: one vote per person, only of people who may still decide."""

from dataclasses import replace
from itertools import permutations
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.choice import Choice
from bot.domain.directory import Directory
from bot.domain.request import ApprovalRequest, Vote
from bot.domain.status import DecisionType, Mode, Status
from bot.domain.votes import approvals, is_approved, is_rejected, rejections
from tests.builders import NOW, a_directory, a_person, opened, pressed, renewed


def voted(*cast: tuple[str, str], **changes: Any) -> ApprovalRequest:
    votes = tuple(Vote(person=who, decision=DecisionType(what), at=NOW, via="web") for who, what in cast)
    return renewed(opened(**changes), votes=votes)


def people(votes: tuple[Vote, ...]) -> list[str]:
    return [vote.person for vote in votes]


def test_votes_are_counted_by_what_they_say() -> None:
    request = voted(("ann", "edit"), ("ben", "reject"))
    assert people(approvals(a_directory(), request)) == ["ann"]
    assert people(rejections(a_directory(), request)) == ["ben"]


@pytest.mark.parametrize(
    "now",
    [
        pytest.param(a_directory(groups={"finance": ("ben",)}), id="no longer in the group"),
        pytest.param(a_directory(a_person("ann", denied=("refund.*",))), id="denied since"),
        pytest.param(a_directory(people={"ben": a_person("ben")}), id="gone from the policy"),
        pytest.param(a_directory(agents={}), id="the agent is gone"),
    ],
)
def test_an_approval_stops_counting_when_its_voter_may_no_longer_approve(now: Directory) -> None:
    assert approvals(now, voted(("ann", "approve"))) == ()


@pytest.mark.parametrize(("needed", "approved"), [(1, True), (2, True), (3, False)])
def test_the_quorum_takes_as_many_as_it_says(needed: int, *, approved: bool) -> None:
    request = voted(("ann", "approve"), ("ben", "approve"), approve=needed)
    assert is_approved(a_directory(), request) is approved


@pytest.mark.parametrize("needed", [0, -1])
def test_no_quorum_is_met_by_nobody(needed: int) -> None:
    request = voted(approve=needed, reject=needed)
    assert not is_approved(a_directory(), request)
    assert not is_rejected(a_directory(), request)


def test_rejections_have_a_quorum_of_their_own() -> None:
    request = voted(("ann", "reject"), reject=2)
    assert not is_rejected(a_directory(), request)
    assert is_rejected(a_directory(), voted(("ann", "reject"), ("ben", "reject"), reject=2))


def test_in_a_veto_window_one_objection_is_enough() -> None:
    request = voted(("ann", "reject"), reject=2, mode=Mode.VETO, irreversible=False)
    assert is_rejected(a_directory(), request)
    assert not is_rejected(a_directory(), renewed(request, veto_lifted=True))


@pytest.mark.parametrize(
    ("groups", "approved"),
    [
        pytest.param({"finance": ("ann", "ben"), "legal": ("dan",)}, False, id="both of one group"),
        pytest.param({"finance": ("ann",), "legal": ("ben",)}, True, id="one of each"),
        pytest.param({"finance": ("ann", "ben"), "legal": ("ann",)}, True, id="one belongs to both"),
        pytest.param({"finance": ("ann", "ben"), "legal": ("ben",)}, True, id="the other belongs to both"),
        pytest.param({"finance": ("ann", "ben"), "legal": ()}, False, id="the second group is empty"),
    ],
)
def test_distinct_groups_take_one_vote_from_each(
    groups: dict[str, tuple[str, ...]], *, approved: bool
) -> None:
    request = voted(
        ("ann", "approve"), ("ben", "approve"), approve=2, distinct_groups=True, voters=("finance", "legal")
    )
    assert is_approved(a_directory(groups=groups), request) is approved


def test_votes_of_people_who_were_never_asked_do_not_count() -> None:
    request = replace(voted(("dan", "approve"), ("eve", "approve"), ("dan", "reject")))
    assert not is_approved(a_directory(), request)
    assert not is_rejected(a_directory(), request)


_CROWD = ("ann", "ben", "dan", "fay")
_OF_GROUPS = {"finance": ("ann", "ben"), "legal": ("ben", "dan"), "board": ("fay",)}


@pytest.mark.hypothesis
@given(
    presses=st.lists(
        st.tuples(
            st.sampled_from(_CROWD),
            st.sampled_from(("slack", "teams", "web")),
            st.sampled_from((Choice.APPROVE, Choice.APPROVE, Choice.REJECT, Choice.WITHDRAW)),
        ),
        max_size=14,
    ),
    approve=st.integers(1, 3),
    distinct=st.booleans(),
)
def test_no_order_of_presses_on_any_platforms_counts_a_person_twice(
    presses: list[tuple[str, str, Choice]], *, approve: int, distinct: bool
) -> None:
    directory = a_directory(a_person("ben"), a_person("fay"), groups=_OF_GROUPS)
    quorum: dict[str, Any] = {
        "approve": approve,
        "reject": 2,
        "voters": tuple(_OF_GROUPS),
        "distinct_groups": distinct,
    }
    request = opened(directory, **quorum)
    says: dict[str, Choice] = {}
    for name, platform, choice in presses:
        was_over = request.status.is_final
        request = pressed(request, name, choice, platform=platform, directory=directory).request
        if not was_over:
            says[name] = choice
        yes = {who for who, said in says.items() if said is Choice.APPROVE}
        no = {who for who, said in says.items() if said is Choice.REJECT}
        reached = Status.APPROVED if _reaches(yes, approve, distinct=distinct) else Status.PENDING
        assert request.status is (Status.REJECTED if len(no) >= 2 else reached)
        assert {vote.person for vote in request.progress.votes} == yes | no
        assert len(request.progress.votes) == len(yes | no)


def _reaches(people: set[str], needed: int, *, distinct: bool) -> bool:
    """Tried by hand: whether so many people stand for so many groups of their own."""
    if not distinct:
        return len(people) >= needed
    return any(
        all(person in _OF_GROUPS[group] for person, group in zip(chosen, groups, strict=True))
        for chosen in permutations(sorted(people), min(needed, len(people)))
        for groups in permutations(_OF_GROUPS, len(chosen))
        if len(chosen) == needed
    )
