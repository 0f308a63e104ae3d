"""What is said in the thread of a card: kept with the request, shown, and deciding nothing."""

from dataclasses import replace

import pytest

from bot.domain import lifecycle
from bot.domain.directory import Identity
from bot.domain.effects import RedrawCards
from bot.domain.events import EventKind
from bot.domain.moves import Presser, Remark, Say
from bot.domain.request import ApprovalRequest
from bot.domain.said import LONGEST, MOST, Said
from bot.domain.status import Status
from bot.domain.transition import Transition
from tests.builders import AGENT, NOW, a_directory, facts, opened, presser, renewed
from tests.domain.card_reading import card_of


def remarked(text: str, by: Presser | None = None, request: ApprovalRequest | None = None) -> Transition:
    """What a message in the thread came to."""
    move = Remark(request_id="", command_id="", presser=by or presser("ben"), text=text)
    return lifecycle.fold(request or opened(), move, facts())


def test_a_remark_is_kept_and_decides_nothing() -> None:
    request = opened()
    said = remarked("approve, this looks right", request=request)
    (event,) = said.events
    assert (event.kind, event.actor) == (EventKind.PERSON_SAID, "person:ben")
    assert event.private == {"text": "approve, this looks right"}
    assert event.facts == {"via": "slack"}
    assert said.request.progress == replace(request.progress, said=1)
    assert said.request.status is Status.PENDING
    assert said.effects == (RedrawCards(urgent=False),)


def test_what_is_said_after_the_end_is_kept_as_well() -> None:
    request = replace(opened(), status=Status.APPROVED)
    assert len(remarked("Thank you", request=request).events) == 1


@pytest.mark.parametrize(
    "by",
    [
        presser("ann", is_bot=True),
        Presser(identity=Identity(platform="slack", user="U0STRANGER", tenant="T0HOME")),
        Presser(identity=Identity(platform="slack", user="U0GUEST", tenant="T0HOME"), is_guest=True),
        Presser(identity=Identity(platform="slack", user="U01ANN", tenant="T0OTHER"), is_outside=True),
        presser("dan"),
    ],
    ids=["a bot", "an unlinked account", "a guest", "another organisation", "a person who may not see it"],
)
def test_what_others_say_is_not_kept(by: Presser) -> None:
    said = remarked("I was here", by)
    assert (said.events, said.effects) == ((), ())
    assert said.answer.code == "not_kept"


def test_a_message_without_words_is_not_kept() -> None:
    assert remarked(" \u200b\n ").events == ()


def test_a_long_message_is_cut() -> None:
    (event,) = remarked("long " * 9999).events
    assert len(event.private["text"]) <= LONGEST


def test_one_request_keeps_so_many_and_no_more() -> None:
    full = renewed(opened(), said=MOST)
    assert remarked("one more", request=full).events == ()
    say = Say(request_id="", command_id="", agent=AGENT, text="one more")
    answer = lifecycle.fold(full, say, facts()).answer
    assert (answer.accepted, answer.code) == (False, "conflict")


def test_the_card_says_who_said_what_and_whose_words_it_were() -> None:
    said = (
        Said(by="person:ben", text="Which order?", at=NOW),
        Said(by=f"agent:{AGENT}", text="4892 \u202eevil", at=NOW),
    )
    shown = card_of(opened(), said=said).said
    assert [(each.heading.split(" · ")[0], each.text, each.from_agent) for each in shown] == [
        ("Ben", "Which order?", False),
        ("support-bot", "4892 \ufffdevil", True),
    ]


def test_somebody_who_left_the_policy_is_named_by_their_id() -> None:
    said = (Said(by="person:zoe", text="Hello", at=NOW),)
    (shown,) = card_of(opened(), said=said, directory=a_directory()).said
    assert "zoe" in shown.heading.lower()
