"""What else a person can do: only what makes sense now, and only for those who are asked."""

from decimal import Decimal

from bot.domain import lifecycle
from bot.domain.choice import Choice
from bot.domain.directory import Directory
from bot.domain.more import MOVES, OVER, MoreForm, more_form
from bot.domain.request import ApprovalRequest
from tests.builders import a_directory, a_press, facts, opened, pressed
from tests.domain.steered import away, steered


def form(request: ApprovalRequest, name: str = "ann", directory: Directory | None = None) -> MoreForm:
    known = directory or a_directory()
    return more_form(request, known, known.people[name], reference="ref")


def offered(request: ApprovalRequest, name: str = "ann") -> list[Choice]:
    return [move.choice for move in form(request, name).moves]


def test_a_fresh_request_offers_what_can_begin() -> None:
    assert offered(opened()) == [Choice.CLAIM, Choice.ASK, Choice.HAND_OVER, Choice.ESCALATE]
    assert form(opened()).people == (("ben", "Ben"),)


def test_whoever_holds_it_can_let_go_and_others_can_take_it() -> None:
    held = pressed(opened(), choice=Choice.CLAIM).request
    assert offered(held)[0] is Choice.RELEASE
    [takes, *_] = form(held, "ben").moves
    assert (takes.choice, takes.label) == (Choice.CLAIM, "I look into it instead of Ann")


def test_a_vote_can_be_taken_back_by_whoever_cast_it() -> None:
    voted = pressed(opened(approve=2)).request
    assert Choice.WITHDRAW in offered(voted)
    assert Choice.WITHDRAW not in offered(voted, "ben")


def test_the_last_step_cannot_be_escalated() -> None:
    last = pressed(opened(), choice=Choice.ESCALATE).request
    assert Choice.ESCALATE not in offered(last)
    assert Choice.ESCALATE not in offered(opened(choices=("approve", "reject")))


def test_nobody_is_offered_who_could_not_decide_or_is_away() -> None:
    assert form(opened(amount=Decimal(900))).people == ()
    assert Choice.HAND_OVER not in offered(opened(amount=Decimal(900)))
    assert form(opened(), directory=steered(away("ben"))).people == ()


def test_somebody_who_is_not_asked_is_told_who_is() -> None:
    strange = form(opened(), "dan")
    assert strange.moves == ()
    assert strange.note.endswith("Ann or Ben can decide.")


def test_what_is_over_offers_nothing() -> None:
    over = form(pressed(opened()).request)
    assert (over.moves, over.note) == ((), OVER)


def test_everything_that_is_offered_is_taken_when_it_is_sent() -> None:
    for request in (opened(approve=2), pressed(opened(approve=2)).request):
        for move in form(request).moves:
            press = a_press(request, choice=move.choice, words="Was it paid?", to="ben")
            assert move.choice in MOVES
            assert lifecycle.fold(request, press, facts()).answer.code == "recorded", move
