"""What follows from what happened: one table, each effect once."""

from dataclasses import replace

import pytest

from bot.domain import consequences
from bot.domain.effects import CallbackType, Ping, PostCard, RedrawCards, SendCallback
from bot.domain.events import Event, EventKind, Fact
from bot.domain.status import Status
from tests.builders import CALLBACK_URL, opened


def started(posted: list[str], pinged: list[str], people: list[str]) -> Event:
    facts: dict[str, Fact] = {"step": 2, "round": 1, "posted": posted, "pinged": pinged, "people": people}
    return Event(kind=EventKind.STEP_STARTED, actor="clock", facts=facts)


def test_a_new_step_posts_where_no_card_stands_and_asks_again_where_one_does() -> None:
    effects = consequences.of(opened(), (started(["slack:C1"], ["slack:C2"], ["ann"]),))
    assert effects == (
        PostCard(destination="slack:C1", step=2, round=1),
        Ping(destination="slack:C2", line="Still waiting for a decision, asking again.", people=("ann",)),
    )


def test_a_line_mentions_no_whole_department() -> None:
    (ping,) = consequences.of(opened(), (started([], ["slack:C2"], [f"p{n}" for n in range(50)]),))
    assert isinstance(ping, Ping)
    assert len(ping.people) == consequences.MOST_MENTIONS


def test_copies_are_redrawn_once_however_many_events_ask_for_it() -> None:
    event = Event(kind=EventKind.VOTE_CAST, actor="person:ann")
    assert consequences.of(opened(), (event, event, event)) == (RedrawCards(),)


@pytest.mark.parametrize(
    ("kind", "status"),
    [
        (EventKind.VOTE_CAST, Status.PENDING),
        (EventKind.VOTE_WITHDRAWN, Status.PENDING),
        (EventKind.REQUEST_EDITED, Status.PENDING),
        (EventKind.REQUEST_CLAIMED, Status.PENDING),
        (EventKind.REQUEST_ESCALATED, Status.PENDING),
        (EventKind.VETO_STARTED, Status.PENDING),
        (EventKind.VETO_LIFTED, Status.PENDING),
        (EventKind.REQUEST_DECIDED, Status.REJECTED),
        (EventKind.REQUEST_EXPIRED, Status.EXPIRED),
        (EventKind.REQUEST_CANCELLED, Status.CANCELLED),
        (EventKind.APPROVAL_REDEEMED, Status.APPROVED),
        (EventKind.OUTCOME_REPORTED, Status.APPROVED),
        (EventKind.REQUEST_RATED, Status.APPROVED),
    ],
)
def test_every_change_that_people_act_on_is_redrawn_at_once(kind: EventKind, status: Status) -> None:
    request = replace(opened(), status=status)
    assert RedrawCards() in consequences.of(request, (Event(kind=kind, actor="clock"),))


def test_every_end_has_its_callback() -> None:
    assert set(consequences.FINAL_CALLBACK) == {status for status in Status if status.is_final}


def test_a_refused_press_changes_no_card() -> None:
    assert consequences.of(opened(), (Event(kind=EventKind.PRESS_REFUSED, actor="stranger"),)) == ()


def test_a_reverted_approval_is_told() -> None:
    event = Event(kind=EventKind.REQUEST_REVERTED, actor="person:ann")
    assert consequences.of(opened(), (event,)) == (
        RedrawCards(),
        SendCallback(type=CallbackType.REVERTED, url=CALLBACK_URL),
    )
