"""Presses that hang on who is in a group: held while that is not known, and closed when it cannot be."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from bot.domain import lifecycle
from bot.domain.choice import Choice
from bot.domain.directory import AgentEntry, Directory
from bot.domain.effects import Tell
from bot.domain.memberships import FRESH, Membership, resolved
from bot.domain.request import ApprovalRequest
from bot.domain.status import Status
from bot.domain.transition import Transition
from tests.builders import (
    AGENT,
    NOW,
    a_directory,
    a_person,
    a_press,
    facts,
    opened,
    slack,
)

LEGAL = "slack:T01HOME/S0LEGAL"
OLD = FRESH + timedelta(seconds=1)


def company(age: timedelta | None, *users: str, **changes: Any) -> Directory:
    """Ann is listed, the users were in the group so long ago; None when it was never read."""
    given: dict[str, Any] = {"groups": {"legal": ("ann",)}, "live": {"legal": (LEGAL,)}}
    directory = a_directory(**(given | changes))
    accounts = tuple(slack(user) for user in users)
    told = {} if age is None else {LEGAL: Membership(group=LEGAL, accounts=accounts, fetched_at=NOW - age)}
    return resolved(directory, told, NOW)


def waiting(**changes: Any) -> ApprovalRequest:
    """A request that legal decides."""
    return opened(company(timedelta(0), "U01BEN"), voters=("legal",), **changes)


def pressed(
    request: ApprovalRequest, name: str, directory: Directory, choice: Choice = Choice.APPROVE, **changes: Any
) -> Transition:
    """What a press comes to while this is known."""
    return lifecycle.fold(request, a_press(request, name, choice, **changes), facts(directory=directory))


def test_somebody_in_a_fresh_group_decides_at_once() -> None:
    assert pressed(waiting(), "ben", company(timedelta(0), "U01BEN")).request.status is Status.APPROVED


@pytest.mark.parametrize("choice", [Choice.APPROVE, Choice.REJECT, Choice.ESCALATE, Choice.CLAIM])
@pytest.mark.parametrize("age", [OLD, None], ids=["an old fact", "no fact"])
def test_a_press_that_hangs_on_what_is_not_known_is_held(choice: Choice, age: timedelta | None) -> None:
    request = waiting()

    held = pressed(request, "ben", company(age, "U01BEN"), choice, reply_to="slack:answer")

    assert held.request is request
    assert held.events == ()
    assert held.waits_for == ("legal",)
    assert (held.answer.accepted, held.answer.code) == (False, "checking")
    assert held.answer.sentence == "Checking who is in legal…"
    assert held.effects == (Tell(address="slack:answer", sentence="Checking who is in legal…"),)


def test_whoever_is_listed_decides_without_waiting() -> None:
    assert pressed(waiting(), "ann", company(None)).request.status is Status.APPROVED


def test_whoever_has_no_account_where_the_group_is_looked_up_is_refused_at_once() -> None:
    zoe = a_person("zoe", identities=())
    everybody = {**company(None).people, "zoe": zoe}

    refused = pressed(waiting(), "zoe", company(None, people=everybody), platform="web")

    assert refused.answer.code == "not_a_reviewer"


def test_somebody_new_to_the_group_is_held_and_not_refused() -> None:
    assert pressed(waiting(), "dan", company(OLD, "U01BEN")).waits_for == ("legal",)


@pytest.mark.parametrize(
    ("who", "changes", "code"),
    [
        pytest.param("eve", {}, "unlinked", id="a stranger"),
        pytest.param("ben", {"amount": Decimal(900)}, "limit", id="over the limit"),
        pytest.param("cat", {}, "self_approval", id="the agent's owner"),
        pytest.param("dan", {"on_behalf_of": "Dan"}, "self_approval", id="the person acted for"),
    ],
)
def test_what_is_refused_whoever_is_in_the_group_is_refused_at_once(
    who: str, changes: dict[str, Any], code: str
) -> None:
    refused = pressed(waiting(**changes), who, company(OLD, "U01BEN", "U01CAT", "U01DAN"))

    assert refused.answer.code == code
    assert refused.waits_for == ()


def test_a_denied_person_hears_of_the_denial_even_when_no_group_is_known() -> None:
    ben = a_person("ben", denied=("refund.*",))
    directory = company(None, people={**company(None).people, "ben": ben})

    assert pressed(waiting(), "ben", directory).answer.code == "denied"


def test_a_press_on_what_has_ended_waits_for_nothing() -> None:
    ended = pressed(waiting(), "ann", company(None)).request

    assert pressed(ended, "ben", company(OLD, "U01BEN")).answer.code == "too_late"


def test_a_press_that_waited_too_long_counts_nobody_and_says_so() -> None:
    request = waiting()

    given_up = pressed(request, "ben", company(OLD, "U01BEN"), may_wait=False)

    assert given_up.request.status is Status.PENDING
    assert given_up.answer.code == "unreadable"
    assert "Who is in legal could not be read, so nobody there counts now and nothing was recorded" in (
        given_up.answer.sentence
    )


def test_a_held_press_is_decided_once_the_group_is_known() -> None:
    request = waiting()

    assert pressed(request, "ben", company(timedelta(0), "U01BEN")).request.status is Status.APPROVED
    left = pressed(request, "ben", company(timedelta(0)))
    assert left.request.status is Status.PENDING
    assert left.answer.code == "not_a_reviewer"


def test_the_vote_of_somebody_who_left_the_group_counts_no_more() -> None:
    in_it, left = company(timedelta(0), "U01BEN"), company(timedelta(0))
    voted = pressed(waiting(approve=2), "ben", in_it).request

    assert pressed(voted, "ann", in_it).request.status is Status.APPROVED
    assert pressed(voted, "ann", left).request.status is Status.PENDING


def test_a_vote_that_is_counted_with_one_in_doubt_waits_although_its_own_is_sure() -> None:
    voted = pressed(waiting(approve=2), "ben", company(timedelta(0), "U01BEN")).request

    assert pressed(voted, "ann", company(OLD, "U01BEN")).waits_for == ("legal",)
    assert pressed(voted, "ann", company(OLD, "U01BEN"), Choice.CLAIM).waits_for == ()


def test_votes_that_need_a_group_each_wait_for_every_group() -> None:
    directory = company(OLD, "U01BEN", groups={"legal": ("ann",), "finance": ("ann", "ben")})
    request = opened(directory, voters=("legal", "finance"), approve=2, distinct_groups=True)

    assert pressed(request, "ann", directory).waits_for == ("legal",)


def test_a_refusal_says_why_a_group_cannot_be_read() -> None:
    fault = Membership(group=LEGAL, accounts=(), fetched_at=NOW, fault="The user group is switched off.")
    directory = resolved(company(None), {LEGAL: fault}, NOW)

    refused = pressed(waiting(), "dan", directory)

    assert refused.answer.code == "not_a_reviewer"
    assert "Nobody counts as being in legal: The user group is switched off. Ann can decide." in (
        refused.answer.sentence
    )


def test_the_owner_of_the_agent_is_no_reviewer_even_in_the_group() -> None:
    directory = company(timedelta(0), "U01CAT", agents={AGENT: AgentEntry(name=AGENT, owner="cat")})

    assert pressed(waiting(), "cat", directory).answer.code == "self_approval"
