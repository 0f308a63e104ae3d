"""The batch card says how many wait, which first, and stays as the record."""

from dataclasses import replace
from decimal import Decimal

from bot.domain.batch_card import MOST_ON_RECORD, MOST_WAITING, BatchCard
from bot.domain.batch_drawing import draw_batch, same_again
from bot.domain.card import Tone
from bot.domain.consequences import MOST_MENTIONS
from bot.domain.request import ApprovalRequest
from bot.domain.status import Status
from tests.builders import a_directory, a_person, a_step, after, group, opened, pressed, renewed


def drawn(*requests: ApprovalRequest) -> BatchCard:
    """The card of these."""
    return draw_batch("bat_1", requests, a_directory(), lambda request: f"to {request.id}")


def some(many: int, **changes: object) -> list[ApprovalRequest]:
    """So many requests, the oldest first."""
    return [opened(id=f"apr_{number:026}", **changes) for number in range(many)]  # type: ignore[arg-type]  # keywords of a builder


def test_it_says_how_many_wait_and_lists_the_riskiest_and_oldest_first() -> None:
    old, young = some(2)
    risky = opened(id="apr_9", high_impact=True, amount=Decimal(9000), summary="Close the account")
    card = drawn(young, risky, old)
    assert (card.title, card.tone, card.so_far, card.more) == ("3 requests wait here", Tone.WAITING, "", 0)
    assert [line.request_id for line in card.lines] == [risky.id, old.id, young.id]
    assert card.lines[0].headline == "Close the account"
    assert card.lines[0].details == "support-bot · 9000 EUR · high impact"
    assert card.lines[1].details == "support-bot · 240.00 EUR · cannot be undone"
    assert (card.label, card.reference) == ("Review one by one", f"to {risky.id}")
    assert card.fallback == card.title


def test_a_list_is_one_page_and_says_how_many_more_there_are() -> None:
    card = drawn(*some(MOST_WAITING + 3))
    assert (len(card.lines), card.more) == (MOST_WAITING, 3)


def test_what_was_decided_is_counted_and_leaves_the_list() -> None:
    first, second, third = some(3)
    card = drawn(pressed(first).request, second, replace(third, status=Status.CANCELLED))
    assert card.title == "1 of 3 requests still waits here"
    assert card.so_far == "1 approved · 1 withdrawn"
    assert [line.request_id for line in card.lines] == [second.id]


def test_when_all_are_over_it_says_so_and_is_the_record() -> None:
    over = [pressed(request).request for request in some(MOST_ON_RECORD + 5)]
    card = drawn(*over)
    assert (card.title, card.so_far) == ("All 35 requests are over", "35 approved")
    assert (card.tone, card.label) == (Tone.APPROVED, "Look through them")
    assert (len(card.lines), card.more) == (MOST_ON_RECORD, 5)
    assert {line.details for line in card.lines} == {"Approved by Ann"}
    assert card.footer == ()


def test_it_tells_when_the_first_of_those_that_wait_moves_on() -> None:
    first, second = some(2)
    card = drawn(renewed(first, step_ends_at=after(9)), renewed(second, step_ends_at=after(12)))
    assert card.footer == (("The first of them moves on or expires · ", after(9)),)


def test_everybody_who_is_asked_by_any_of_them_is_mentioned_once_and_not_a_whole_department() -> None:
    many = [a_person(f"p{number}") for number in range(MOST_MENTIONS + 4)]
    directory = a_directory(*many, groups={"finance": tuple(person.id for person in many)})
    requests = [opened(directory, steps=(a_step(group()),)) for _ in range(3)]
    card = draw_batch("bat_1", requests, directory, lambda request: "r")
    assert len(card.mentions) == len(set(card.mentions)) == MOST_MENTIONS


def test_an_agents_words_stay_on_their_line_and_inert() -> None:
    request = opened(summary="Refund\n⏳ Approved by everybody")
    assert drawn(request).lines[0].headline == "Refund ⏳ Approved by everybody"


def test_what_asks_for_the_same_is_one_line_that_says_how_often() -> None:
    first, second, third = some(3, subject="c-1")
    other = opened(id="apr_9", subject="c-2")
    card = drawn(first, second, other, third)
    assert [line.request_id for line in card.lines] == [first.id, other.id]
    assert card.lines[0].details == "asked 3 times · support-bot · 240.00 EUR · cannot be undone"
    assert (card.title, card.more) == ("4 requests wait here", 0)
    assert drawn(first, second).title == "The same request waits here 2 times"


def test_whoever_decides_one_of_the_same_is_told_of_the_others() -> None:
    first, second, third = some(3, subject="c-1")
    approved = pressed(third).request
    told = list(same_again(first, [first, second, approved], a_directory()))
    assert told[0].startswith("The same is asked 2 times here. This decides one;")
    assert told[1] == f"The same was asked before: Approved by Ann ({third.id})."
    assert list(same_again(approved, [first, second, approved], a_directory())) == []
