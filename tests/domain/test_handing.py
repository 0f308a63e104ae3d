"""Handing over: told to one who could decide, on record with both names, and no right comes with it."""

from decimal import Decimal
from itertools import pairwise

import pytest

from bot.domain import lifecycle
from bot.domain.choice import Choice
from bot.domain.directory import Directory
from bot.domain.effects import Ping, PostCard, RedrawCards
from bot.domain.events import EventKind
from bot.domain.handing import MOST_HANDED, takers
from bot.domain.moves import Due
from bot.domain.request import ApprovalRequest
from bot.domain.transition import Transition
from tests.builders import a_directory, a_person, after, facts, opened, pressed

MANY = tuple("abcdefgh")


def crowd() -> Directory:
    people = {name: a_person(name) for name in MANY}
    return a_directory(*people.values(), groups={"finance": MANY})


def handed(
    request: ApprovalRequest, by: str = "ann", to: str | None = "ben", **changes: object
) -> Transition:
    return pressed(request, by, Choice.HAND_OVER, to=to, **changes)  # type: ignore[arg-type]  # builder's changes


def test_the_other_person_holds_it_and_both_names_are_on_record() -> None:
    done = handed(opened(), words="You know the customer.")
    claim = done.request.progress.claim
    assert claim is not None
    assert (claim.person, claim.handed_by, claim.lapses_at) == ("ben", ("ann",), after(30))
    (event,) = done.events
    assert (event.kind, event.actor) == (EventKind.REQUEST_HANDED_OVER, "person:ann")
    assert event.facts["to"] == "ben"
    assert event.private["words"] == "You know the customer."
    assert done.answer.sentence == "Handed over to Ben, who is told."


def test_the_other_person_is_told_directly_and_where_everybody_reads() -> None:
    effects = handed(opened(), words="You know the customer.").effects
    assert RedrawCards() in effects
    direct = ("slack:@U01BEN", "teams:@teams-ben", "web:@ben")
    assert [e.destination for e in effects if isinstance(e, PostCard)] == list(direct)
    line = "Ann hands this over to you. “You know the customer.”"
    for destination in direct:
        assert Ping(destination=destination, line=line, people=("ben",)) in effects
    told = "Ann hands this over to Ben. “You know the customer.”"
    assert Ping(destination="slack:C0REFUNDS", line=told, people=("ben",)) in effects


def test_escalation_goes_on_from_where_it_stands() -> None:
    request = opened()
    done = handed(request).request
    assert done.progress.step_ends_at == request.progress.step_ends_at
    moved = lifecycle.fold(done, Due(request_id=done.id, command_id="cmd_1"), facts(after(15))).request
    assert moved.progress.step == 2
    assert moved.progress.claim is None


@pytest.mark.parametrize(
    ("to", "code"),
    [("dan", "cannot_take_it"), ("eve", "person_needed"), (None, "person_needed"), ("ann", "yourself")],
)
def test_it_is_handed_only_to_those_who_could_decide_and_they_are_named(to: str | None, code: str) -> None:
    refused = handed(opened(), to=to)
    assert refused.answer.code == code
    assert refused.request.progress.claim is None
    if code != "yourself":
        assert refused.answer.sentence.endswith("Ben could take it.")


def test_limits_count_before_it_is_handed_over() -> None:
    refused = handed(opened(amount=Decimal(900)))
    assert refused.answer.sentence == (
        "Ben could not approve this, so it was not handed over. There is nobody else who could."
    )


def test_nobody_is_handed_what_they_would_approve_for_themselves() -> None:
    both = a_directory(groups={"finance": ("ann", "cat")})
    assert handed(opened(both), to="cat", directory=both).answer.code == "cannot_take_it"


def test_somebody_who_is_not_asked_hands_nothing_over() -> None:
    assert handed(opened(), by="dan").answer.code == "not_a_reviewer"


def test_whoever_has_voted_is_not_asked_to_look_into_it() -> None:
    voted = pressed(opened(approve=2), "ben").request
    assert "Ben has voted on this already." in handed(voted).answer.sentence


def test_it_never_comes_back_to_hands_that_it_went_through() -> None:
    directory = crowd()
    once = handed(opened(directory), "a", "b", directory=directory)
    twice = handed(once.request, "b", "c", directory=directory)
    back = handed(twice.request, "c", "a", directory=directory)
    assert back.answer.sentence.startswith("A has handed this on already.")
    assert {person.id for person in takers(twice.request, directory, "c")} == set("defgh")


def test_it_goes_through_so_many_hands_and_no_further() -> None:
    directory = crowd()
    request = opened(directory)
    for by, to in pairwise(MANY[: MOST_HANDED + 1]):
        done = handed(request, by, to, directory=directory)
        assert done.answer.accepted
        request = done.request
    over = handed(request, MANY[MOST_HANDED], MANY[MOST_HANDED + 1], directory=directory)
    assert over.answer.code == "handed_too_often"
    assert over.request.progress.claim == request.progress.claim


def test_being_handed_it_gives_no_authority() -> None:
    done = handed(opened()).request
    less = a_directory(a_person("ben", denied=("refund.*",)))
    assert pressed(done, "ben", directory=less).answer.code == "denied"
