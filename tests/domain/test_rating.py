"""Rating what was decided, afterwards: by whom, and what it changes."""

from typing import Any

import pytest

from bot.domain import lifecycle
from bot.domain.choice import Choice
from bot.domain.directory import Directory
from bot.domain.effects import RedrawCards
from bot.domain.events import EventKind
from bot.domain.moves import Cancel
from bot.domain.ratings import Correction, Grade, Rated, Rating
from bot.domain.request import ApprovalRequest
from bot.domain.sentences import QUALITY_CHECK
from bot.domain.status import Mode, ReasonCode, Status
from bot.domain.transition import Transition
from bot.domain.visibility import may_see
from tests.builders import (
    AGENT,
    OTHER_DIGEST,
    a_directory,
    a_reason,
    after,
    facts,
    opened,
    pressed,
)
from tests.domain.card_reading import card_of, labels, said, words
from tests.domain.test_judging import asked

RIGHT, WRONG = Rated(grade=Grade.RIGHT), Rated(grade=Grade.WRONG)
CORRECTED = Rated(grade=Grade.WRONG, correction=Correction(arguments='{"order":"4892"}', digest=OTHER_DIGEST))


def decided(**changes: Any) -> ApprovalRequest:
    return pressed(opened(**changes), "ben").request


def rated(request: ApprovalRequest, name: str = "ann", **changes: Any) -> Transition:
    given: dict[str, Any] = {"rated": WRONG, "reason": a_reason(), "now": after(60)}
    return pressed(request, name, Choice.RATE, **given | changes)


def test_a_decision_is_rated_wrong_with_a_reason_and_stands() -> None:
    request = decided()
    done = rated(request, words="It was half the price.")
    assert done.request.progress.ratings == (
        Rating(
            person="ann",
            verdict=Grade.WRONG,
            at=after(60),
            reason=ReasonCode.WRONG_AMOUNT,
            text="It was half the price.",
            via="slack",
        ),
    )
    [event] = done.events
    assert event.kind is EventKind.REQUEST_RATED
    assert event.private == {"text": "It was half the price."}
    assert "half the price" not in str(event.facts)
    assert done.effects == (RedrawCards(),)
    assert done.request.progress.decision == request.progress.decision
    assert "the agent is not told" in done.answer.sentence


def test_a_right_one_needs_no_reason_and_keeps_none() -> None:
    [rating] = rated(decided(), rated=RIGHT, words="Well seen.").request.progress.ratings
    assert (rating.verdict, rating.reason, rating.text) == (Grade.RIGHT, None, "Well seen.")


@pytest.mark.parametrize(
    ("changes", "code"),
    [({"rated": None}, "grade_needed"), ({"rated": WRONG, "reason": None}, "reason_needed")],
)
def test_what_is_left_out_is_asked_for(changes: dict[str, Any], code: str) -> None:
    done = rated(decided(), **changes)
    assert done.answer.code == code
    assert done.request.progress.ratings == ()


def test_a_later_rating_takes_the_place_of_ones_own_and_of_nobody_elses() -> None:
    both = rated(rated(decided()).request, "ben", rated=RIGHT).request
    again = rated(both, rated=RIGHT, now=after(90))
    assert [(each.person, each.verdict) for each in again.request.progress.ratings] == [
        ("ben", Grade.RIGHT),
        ("ann", Grade.RIGHT),
    ]
    assert again.events[0].facts["replaces"] is True
    assert rated(again.request, rated=RIGHT).answer.code == "already"


def test_a_correction_keeps_why_it_was_wrong_and_a_new_word_keeps_the_correction() -> None:
    wrong = rated(decided(), words="Half the price.").request
    corrected = rated(wrong, rated=CORRECTED, reason=None)
    [rating] = corrected.request.progress.ratings
    assert (rating.reason, rating.text, rating.corrected) == (
        ReasonCode.WRONG_AMOUNT,
        "Half the price.",
        OTHER_DIGEST,
    )
    assert corrected.events[0].private["corrected"] == '{"order":"4892"}'
    [later] = rated(corrected.request, words="A third.").request.progress.ratings
    assert (later.text, later.corrected) == ("A third.", OTHER_DIGEST)
    [right] = rated(corrected.request, rated=RIGHT).request.progress.ratings
    assert right.corrected is None


def test_a_correction_alone_says_enough_and_voids_nothing() -> None:
    request = decided()
    done = rated(request, rated=CORRECTED, reason=None)
    assert done.answer.accepted
    assert (done.request.revision, done.request.proposal) == (request.revision, request.proposal)


_SMALL = a_directory(groups={"finance": ("ben", "cat")}, leads={"dan": ("refund.*",)})


@pytest.mark.parametrize(
    ("name", "directory", "may"),
    [
        ("ben", a_directory(), True),  # a reviewer
        ("dan", a_directory(), False),  # nobody to it
        ("dan", _SMALL, True),  # its lead
        ("ann", _SMALL, True),  # the action's owner
        ("cat", _SMALL, False),  # answers for the agent
        ("eve", a_directory(), False),  # unknown
    ],
)
def test_reviewers_leads_and_owners_rate(name: str, directory: Directory, *, may: bool) -> None:
    done = rated(decided(), name, directory=directory)
    assert done.answer.accepted is may
    assert bool(done.request.progress.ratings) is may


def test_the_owner_of_the_rule_sees_and_rates_what_it_did() -> None:
    request = opened(mode=Mode.AUTO, irreversible=False, rule="small", owner="dan")
    assert may_see(a_directory(), request, "dan")
    assert rated(request, "dan").answer.accepted
    waiting = opened(owner="dan")
    assert not may_see(a_directory(), waiting, "dan")


def test_nothing_is_rated_before_it_is_decided_nor_what_nobody_decided() -> None:
    assert rated(opened()).answer.code == "not_decided"
    request = opened()
    withdrawn = lifecycle.fold(
        request, Cancel(request_id=request.id, command_id="c", agent=AGENT, reason=""), facts()
    ).request
    assert withdrawn.status is Status.CANCELLED
    assert rated(withdrawn).answer.code == "not_decided"


def test_an_open_quality_check_comes_first() -> None:
    done = rated(asked())
    assert done.answer.sentence == QUALITY_CHECK
    judged = pressed(asked(), "ann", Choice.AGREE).request
    assert rated(judged).answer.accepted


def test_the_card_offers_it_once_decided_and_shows_what_was_said() -> None:
    assert "Rate…" not in labels(card_of(opened()))
    assert labels(card_of(decided())) == ["Details", "Rate…"]
    card = card_of(rated(decided(), rated=CORRECTED, words="Half.").request)
    assert "Ann rated it wrong: the amount is wrong, with a correction · 60m" in words(card.footer)
    assert said(card)["Ann on why it was wrong"] == "Half."
