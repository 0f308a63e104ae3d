"""Presses are recorded before Slack hears of them; when that takes too long or fails, people are told."""

import asyncio

import pytest

from bot.chat.recording import LATE, NOT_RECORDED
from bot.domain.errors import Busy
from bot.domain.status import Status
from tests.adapters.slack.desk import Desk
from tests.fakes.slack_server import FakeSlack

REASON = {"Why not?": "Too risky"}


async def test_slack_is_answered_only_after_the_commit(desk: Desk, slack: FakeSlack) -> None:
    request = await desk.ask()
    card = await slack.card("#support")
    desk.store.gate = asyncio.Event()
    pressing = asyncio.create_task(card.press("Approve", by="U01ANN"))
    await asyncio.wait((pressing,), timeout=0.2)
    assert not pressing.done()

    desk.store.gate.set()
    assert (await pressing).status == 200
    assert (await desk.now(request)).status is Status.APPROVED


async def test_a_slow_commit_is_announced_and_its_result_follows(hasty_desk: Desk, slack: FakeSlack) -> None:
    request = await hasty_desk.ask()
    card = await slack.card("#support")
    hasty_desk.store.gate = asyncio.Event()
    assert (await card.press("Approve", by="U01ANN")).status == 200
    assert await slack.expect_told("U01ANN", "The result follows") == LATE
    assert (await hasty_desk.now(request)).status is Status.PENDING

    hasty_desk.store.gate.set()
    await hasty_desk.settle()
    assert slack.told("U01ANN") == [LATE, "Approved. support-bot may run it now."]
    await card.expect("✅ Approved by Ann")


async def test_a_slow_refusal_is_told_once(hasty_desk: Desk, slack: FakeSlack) -> None:
    await hasty_desk.ask()
    card = await slack.card("#support")
    hasty_desk.store.gate = asyncio.Event()
    await card.press("Approve", by="U01CAT")
    hasty_desk.store.gate.set()
    await hasty_desk.settle()
    first, second = slack.told("U01CAT")
    assert first == LATE
    assert "You are not among the reviewers" in second


async def test_a_slow_commit_that_fails_in_the_end_is_told(hasty_desk: Desk, slack: FakeSlack) -> None:
    await hasty_desk.ask()
    card = await slack.card("#support")
    hasty_desk.store.gate = asyncio.Event()
    await card.press("Approve", by="U01ANN")
    hasty_desk.store.failing = OSError("the disk is gone")
    hasty_desk.store.gate.set()
    await hasty_desk.product.background.settle()
    assert slack.told("U01ANN") == [LATE, NOT_RECORDED]


@pytest.mark.parametrize("error", [Busy(), OSError("the database is gone")])
async def test_what_cannot_be_recorded_is_told_at_once(
    desk: Desk, slack: FakeSlack, error: Exception
) -> None:
    request = await desk.ask()
    card = await slack.card("#support")
    desk.store.failing = error
    assert (await card.press("Approve", by="U01ANN")).status == 200
    await desk.product.background.settle()
    assert slack.told("U01ANN") == [Busy().sentence if isinstance(error, Busy) else NOT_RECORDED]

    desk.store.failing = None
    await card.press("Approve", by="U01ANN")
    assert (await desk.now(request)).status is Status.APPROVED


async def test_a_form_that_cannot_be_recorded_stays_as_it_was_filled_in(desk: Desk, slack: FakeSlack) -> None:
    request = await desk.ask()
    await (await slack.card("#support")).press("Reject", by="U01ANN")
    view = await slack.view("U01ANN", "Reject")
    desk.store.failing = OSError("the database is gone")
    await view.submit(REASON)
    assert view.errors == [NOT_RECORDED]

    desk.store.failing = None
    await view.submit(REASON)
    await view.expect("Rejected. support-bot is told why.")
    assert (await desk.now(request)).status is Status.REJECTED


async def test_a_slow_form_shows_its_result_when_it_comes(hasty_desk: Desk, slack: FakeSlack) -> None:
    await hasty_desk.ask()
    await (await slack.card("#support")).press("Reject", by="U01ANN")
    view = await slack.view("U01ANN", "Reject")
    hasty_desk.store.gate = asyncio.Event()
    await view.submit(REASON)
    await view.expect(LATE)
    hasty_desk.store.gate.set()
    await view.expect("Rejected. support-bot is told why.")
    await hasty_desk.settle()
    assert slack.told("U01ANN") == []


async def test_the_result_of_a_slow_form_that_was_closed_is_told(hasty_desk: Desk, slack: FakeSlack) -> None:
    await hasty_desk.ask()
    await (await slack.card("#support")).press("Reject", by="U01ANN")
    view = await slack.view("U01ANN", "Reject")
    hasty_desk.store.gate = asyncio.Event()
    await view.submit(REASON)
    view.close()
    hasty_desk.store.gate.set()
    await hasty_desk.settle()
    assert slack.told("U01ANN") == ["Rejected. support-bot is told why."]


async def test_a_review_that_cannot_be_recorded_says_so(desk: Desk, slack: FakeSlack) -> None:
    request = await desk.ask(high_impact=True)
    await (await slack.card("#support")).press("Review…", by="U01ANN")
    view = await (await slack.view("U01ANN", "Review")).expect("order: 4892")
    desk.store.failing = OSError("the database is gone")
    await view.submit()
    await view.expect(NOT_RECORDED)
    desk.store.failing = None
    assert (await desk.now(request)).status is Status.PENDING


async def test_details_that_cannot_be_read_say_so(hasty_desk: Desk, slack: FakeSlack) -> None:
    await hasty_desk.ask()
    card = await slack.card("#support")
    hasty_desk.store.read_gate = asyncio.Event()
    await card.press("Details", by="U01ANN")
    view = await slack.view("U01ANN")
    await view.expect("Placet cannot reach its database right now")

    hasty_desk.store.read_gate = None
    hasty_desk.store.failing = OSError("the database is gone")
    await card.press("Details", by="U01BEN")
    await (await slack.view("U01BEN")).expect("Placet cannot reach its database right now")


async def test_a_submission_delivered_twice_is_recorded_once(desk: Desk, slack: FakeSlack) -> None:
    request = await desk.ask()
    await (await slack.card("#support")).press("Reject", by="U01ANN")
    view = await slack.view("U01ANN", "Reject")
    payload = view.payload(REASON)
    first, again = await slack.deliver(payload), await slack.deliver(payload)
    assert first.json == again.json
    kinds = [event.kind.value for event in desk.store.events(request.id)]
    assert kinds.count("vote.cast") == 1
    assert "press.refused" not in kinds


async def test_a_submission_that_carries_something_else_is_refused(desk: Desk, slack: FakeSlack) -> None:
    request = await desk.ask()
    await (await slack.card("#support")).press("Reject", by="U01ANN")
    view = await slack.view("U01ANN", "Reject")
    for metadata in ("", "{}", "[]", '{"reference": "forged"}', "x" * 4000):
        payload = view.payload(REASON)
        payload["view"]["private_metadata"] = metadata
        assert (await slack.deliver(payload)).status == 200
    assert (await desk.now(request)).status is Status.PENDING


async def test_a_reason_that_is_not_offered_is_refused(desk: Desk, slack: FakeSlack) -> None:
    request = await desk.ask()
    await (await slack.card("#support")).press("Reject", by="U01ANN")
    payload = (await slack.view("U01ANN", "Reject")).payload(REASON)
    payload["view"]["state"]["values"]["placet_reason"]["placet_reason"]["selected_option"]["value"] = "mood"
    delivered = await slack.deliver(payload)
    assert "not one of ours" in delivered.body
    assert (await desk.now(request)).status is Status.PENDING
