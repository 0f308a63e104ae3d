"""Who pressed, with what Slack vouches for."""

from datetime import timedelta

import pytest

from adapters.slack import identity
from bot.domain.status import Status
from tests.adapters.slack.desk import Desk
from tests.fakes.clock import MovedClock
from tests.fakes.slack_server import FakeSlack


async def press(desk: Desk, slack: FakeSlack, by: str) -> None:
    """Somebody approves a new card."""
    await desk.ask()
    await (await slack.card("#support")).press("Approve", by=by)
    await desk.settle()


async def test_an_account_is_asked_about_once_in_a_while(
    desk: Desk, slack: FakeSlack, clock: MovedClock
) -> None:
    for _ in range(3):
        await press(desk, slack, "U01ANN")
    assert [call["user"] for call in slack.called("users.info")] == ["U01ANN"]
    clock.advance(minutes=11)
    await press(desk, slack, "U01ANN")
    assert len(slack.called("users.info")) == 2


async def test_a_reviewer_decides_though_slack_tells_nothing_about_them(desk: Desk, slack: FakeSlack) -> None:
    request = await desk.ask()
    slack.fail("users.info", "ratelimited", times=9)
    await (await slack.card("#support")).press("Approve", by="U01ANN")
    assert (await desk.now(request)).status is Status.APPROVED


async def test_an_account_that_slack_does_not_tell_about_is_not_asked_about_at_every_press(
    desk: Desk, slack: FakeSlack, clock: MovedClock
) -> None:
    slack.fail("users.info", "ratelimited", times=9)
    for _ in range(3):
        await press(desk, slack, "U01CAT")
    assert len(slack.called("users.info")) == 1
    clock.advance(seconds=31)
    await press(desk, slack, "U01CAT")
    assert len(slack.called("users.info")) == 2


async def test_what_was_known_of_a_bot_outlives_an_outage(
    desk: Desk, slack: FakeSlack, clock: MovedClock
) -> None:
    await press(desk, slack, "U0OTHERBOT")
    clock.advance(minutes=11)
    slack.fail("users.info", "ratelimited", times=9)
    await press(desk, slack, "U0OTHERBOT")
    assert slack.told("U0OTHERBOT") == ["Bots do not decide; a person has to press."] * 2


async def test_our_own_account_is_a_bot_whatever_slack_tells(desk: Desk, slack: FakeSlack) -> None:
    slack.fail("users.info", "ratelimited", times=9)
    await press(desk, slack, "U0PLACET")
    assert slack.told("U0PLACET") == ["Bots do not decide; a person has to press."]


async def test_a_slow_answer_about_an_account_does_not_hold_up_the_press(
    desk: Desk, slack: FakeSlack, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The fake is stopped in the middle of an answer: the connection hangs, and the press is taken."""
    monkeypatch.setattr(identity, "PATIENCE", timedelta(seconds=0.1))
    request = await desk.ask()
    slack.hang("users.info")
    await (await slack.card("#support")).press("Approve", by="U01ANN")
    assert (await desk.now(request)).status is Status.APPROVED


async def test_a_stranger_is_known_by_the_home_of_the_account_alone(desk: Desk, slack: FakeSlack) -> None:
    slack.fail("users.info", "user_not_visible", times=9)
    await press(desk, slack, "U09STRANGER")
    assert slack.told("U09STRANGER") == ["You belong to another organisation, so you cannot decide here."]
