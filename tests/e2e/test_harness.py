"""The harness itself, proved with a toy bot: what these tests find, the real ones may rely on."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from urllib.error import HTTPError, URLError
from urllib.request import Request, urlopen

import pytest
from aiohttp import ClientError
from playwright.sync_api import Browser
from slack_sdk.errors import SlackApiError
from standardwebhooks import Webhook

from .agent_receiver import AgentReceiver
from .render.picture import render_blocks
from .render.typecheck import blocks_errors, view_errors
from .slack_desk import Desk
from .slack_server import SlackServer
from .toy_bot import ToyBot
from .toy_cards import card, reject_modal
from .waiting import wait_until

_SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"


@pytest.fixture(params=["events", "socket"])
def mode(request: pytest.FixtureRequest) -> str:
    """How Slack reaches the bot."""
    found: str = request.param
    return found


@pytest.fixture
def bot() -> ToyBot:
    return ToyBot()


@pytest.fixture
def slack(mode: str, bot: ToyBot, start_slack: Callable[..., SlackServer]) -> Iterator[SlackServer]:
    server = start_slack(request_url=bot.request_url, mode=mode)
    bot.start(server.api_url, socket_mode=mode == "socket")
    yield server
    bot.stop()


@pytest.fixture
def desk(slack: SlackServer, open_desk: Callable[..., Desk]) -> Desk:
    return open_desk(slack)


def test_one_person_presses_and_the_other_sees_the_card_change(
    bot: ToyBot, slack: SlackServer, desk: Desk, pictures: Path
) -> None:
    bot.post("#support", "Refund 240.00 EUR &amp; an apology &lt;@U01ANN&gt;")
    seen_by_ann = desk.as_user("ann").open_channel("support").card("Refund 240.00 EUR & an apology <@U01ANN>")
    seen_by_ann.expect_buttons("Approve", "Reject")

    desk.as_user("ben").open_channel("support").card("Refund").press("Approve")

    seen_by_ann.expect_text("Approved by @Ben Nevis")
    seen_by_ann.expect_buttons("Approve")
    assert [press["user"]["id"] for press in slack.interactions()] == ["U01BEN"]
    assert desk.as_user("ann").screenshot(pictures / "approved.png").stat().st_size > 10_000
    assert seen_by_ann.screenshot(pictures / "card.png").exists()


def test_a_late_press_is_answered_to_the_presser_alone(bot: ToyBot, slack: SlackServer, desk: Desk) -> None:
    bot.post("#support", "Refund")
    ann, ben = (desk.as_user(name).open_channel("support") for name in ("ann", "ben"))
    ben.card("Refund").press("Approve")
    card_of_ann = ann.card("Approved by")

    card_of_ann.press("Approve")

    ann.private("Too late.")
    assert len(slack.private_messages("support", "ann")) == 1
    ben.card("Approved by")
    ben.expect_no_card("Too late.")
    assert len(slack.cards("support")) == 1


def test_a_modal_is_filled_refused_and_submitted_by_the_one_who_pressed(
    bot: ToyBot, slack: SlackServer, desk: Desk, pictures: Path
) -> None:
    bot.post("#support", "Refund")
    ann, ben = (desk.as_user(name).open_channel("support") for name in ("ann", "ben"))
    ann.card("Refund").press("Reject")
    modal = ann.modal("Reject")
    ben.expect_no_modal()

    modal.submit()
    modal.expect_error("Please say why.")
    modal.choose("Reason", "Wrong amount").fill("In your words", "It was 204").screenshot(
        pictures / "modal.png"
    )
    modal.submit()

    ann.expect_no_modal()
    ben.card("Rejected by @Ann Arbor: wrong_amount, It was 204")


def test_untouched_inputs_are_submitted_with_their_initial_values(bot: ToyBot, desk: Desk) -> None:
    bot.post("#support", "Refund")
    ann = desk.as_user("ann").open_channel("support")
    ann.card("Refund").press("Reject")

    ann.modal().fill("In your words", "No").submit()

    ann.card("Rejected by @Ann Arbor: other, No")


@pytest.mark.parametrize("mode", ["events"], indirect=True)
def test_a_date_is_written_in_the_viewers_time(bot: ToyBot, desk: Desk) -> None:
    bot.post(
        "#support", "Until <!date^1772443800^{date_short_pretty} at {time}^https://example.com|09:30 UTC>."
    )
    desk.as_user("ann").open_channel("support").card("Until Mar 2, 2026 at 10:30 AM.")


def test_a_mention_is_answered_in_its_thread(bot: ToyBot, slack: SlackServer, desk: Desk) -> None:
    ann = desk.as_user("ann").open_channel("support")

    ann.mention("pending")

    asked = ann.card("pending")
    asked.thread_reply("Nothing pending.")
    asked.reply("Thank you")
    asked.thread_reply("Thank you")
    assert [reply["text"] for reply in slack.thread("support", asked.ts)] == ["Nothing pending.", "Thank you"]


def test_a_direct_message_reaches_one_person(bot: ToyBot, slack: SlackServer, desk: Desk) -> None:
    bot.post("U01BEN", "Only for Ben")

    desk.as_user("ben").open_bot_messages().card("Only for Ben")

    assert [message["text"] for message in slack.direct_messages("ben")] == ["Only for Ben"]
    assert slack.direct_messages("ann") == []


def test_the_chat_server_goes_and_comes_back_with_its_messages(
    mode: str, bot: ToyBot, slack: SlackServer, desk: Desk
) -> None:
    bot.post("#support", "Before")

    slack.gate.shut()
    with pytest.raises(URLError, match="refused"):
        urlopen(f"{slack.api_url}auth.test", timeout=5)
    slack.gate.open()

    bot.post("#support", "After")
    ann = desk.as_user("ann").open_channel("support")
    ann.card("After")
    before = ann.card("Before")
    if mode == "socket":
        ann.expect_bot_online()
    before.press("Approve")
    before.expect_text("Approved by @Ann Arbor")


@pytest.mark.parametrize("mode", ["events"], indirect=True)
def test_the_gate_brings_about_what_slack_does(bot: ToyBot, slack: SlackServer) -> None:
    slack.gate.limit_rate("chat.postMessage", retry_after_s=7, channel="#refunds")
    bot.post("#support", "Another channel is not limited")
    with pytest.raises(SlackApiError) as limited:
        bot.post("#refunds", "Too fast")
    assert limited.value.response.status_code == 429
    assert limited.value.response.headers["Retry-After"] == "7"

    slack.gate.fail("chat.postMessage", "is_archived")
    with pytest.raises(SlackApiError, match="is_archived"):
        bot.post("#refunds", "Into the archive")

    # Twice, for the client tries once more by itself: it arrived both times.
    slack.gate.lose_answers("chat.postMessage", times=2)
    with pytest.raises(ClientError):
        bot.post("#refunds", "Did it arrive?")
    assert [message["text"] for message in slack.cards("refunds")] == ["Did it arrive?", "Did it arrive?"]
    assert slack.gate.calls("chat.postMessage")[0].arguments["channel"] == "#support"


@pytest.mark.parametrize("mode", ["events"], indirect=True)
def test_a_restart_and_a_reset_empty_the_workspace(bot: ToyBot, slack: SlackServer, desk: Desk) -> None:
    ann = desk.as_user("ann").open_channel("support")
    for empty in (slack.restart, slack.reset):
        bot.post("#support", "Something")
        ann.card("Something")
        empty()
        ann.expect_no_card("Something")
        assert slack.messages("support") == []


def test_the_receiver_takes_signed_callbacks_and_can_be_difficult(agent: AgentReceiver) -> None:
    agent.secrets.append(_SECRET)
    assert _deliver(agent, "msg_1") == 200
    agent.answer(429, retry_after_s=3)
    assert _deliver(agent, "msg_1") == 429
    agent.down()
    with pytest.raises(URLError, match="refused"):
        _deliver(agent, "msg_1")
    agent.up()
    agent.answer(200)
    assert _deliver(agent, "msg_1", secret="whsec_c29tZXRoaW5nIGVsc2U=") == 200

    attempts = agent.callbacks("approval.approved")
    assert [(attempt.verified, attempt.status) for attempt in attempts] == [
        (True, 200),
        (True, 429),
        (False, 200),
    ]
    with pytest.raises(AssertionError, match="signature"):
        agent.wait_for("approval.approved", count=3)


def test_a_hanging_receiver_is_cut_when_it_goes_down(agent: AgentReceiver) -> None:
    agent.hang()
    with pytest.raises(TimeoutError):
        _deliver(agent, "msg_2", timeout_s=0.2)
    wait_until(agent.callbacks, why="the request to be noted")
    agent.down()
    assert [attempt.status for attempt in agent.callbacks()] == [None]


def test_blocks_are_drawn_and_checked(browser: Browser, pictures: Path) -> None:
    blocks = card("Refund *240.00 EUR*")
    assert render_blocks(browser, blocks, pictures / "rendered.png").stat().st_size > 1_000
    assert blocks_errors(blocks) == []
    assert view_errors(reject_modal("C0SUPPORT 1.0")) == []
    assert "nonsense" in blocks_errors([{"type": "nonsense"}])[0]


def _deliver(agent: AgentReceiver, id_: str, *, secret: str = _SECRET, timeout_s: float = 30.0) -> int:
    body = json.dumps({"type": "approval.approved", "data": {}})
    now = datetime.now(UTC)
    headers = {
        "webhook-id": id_,
        "webhook-timestamp": str(int(now.timestamp())),
        "webhook-signature": Webhook(secret).sign(id_, now, body),
    }
    try:
        with urlopen(Request(agent.url, data=body.encode(), headers=headers), timeout=timeout_s) as answer:
            status: int = answer.status
            return status
    except HTTPError as refused:
        with refused:
            return refused.code
