"""The fake Slack refuses what Slack refuses."""

from typing import Any

import pytest

from adapters.slack.client import Refused, SlackClient
from bot.settings import SlackSettings
from tests.fakes.clock import MovedClock
from tests.fakes.slack_limits import faults_of_view
from tests.fakes.slack_server import FakeSlack


def section(text: str) -> dict[str, Any]:
    """A paragraph."""
    return {"type": "section", "text": {"type": "plain_text", "text": text}}


def button(**changes: Any) -> dict[str, Any]:
    """A row with one button."""
    text = {"type": "plain_text", "text": "Approve"}
    return {"type": "actions", "elements": [{"type": "button", "action_id": "a", "text": text} | changes]}


async def post(slack: FakeSlack, blocks: list[dict[str, Any]], **arguments: Any) -> str:
    """The error word, empty when it was posted."""
    client = SlackClient(SlackSettings(bot_token=slack.bot_token, api_url=slack.api_url))
    given = {"channel": "C0SUPPORT", "text": "x", **arguments}
    try:
        await client.ask(lambda web: web.chat_postMessage(blocks=blocks, **given))
    except Refused as refused:
        return refused.code
    finally:
        await client.close()
    return ""


@pytest.mark.parametrize(
    "blocks",
    [
        [section("x")] * 51,
        [section("x" * 3001)],
        [section("&amp;" * 601)],
        [section("")],
        [section("🙂" * 1501)],
        [{"type": "header", "text": {"type": "plain_text", "text": "x" * 151}}],
        [{"type": "header", "text": {"type": "mrkdwn", "text": "x"}}],
        [{"type": "section"}],
        [{"type": "section", "fields": [{"type": "mrkdwn", "text": "x" * 2001}]}],
        [{"type": "section", "fields": [{"type": "mrkdwn", "text": "x"}] * 11}],
        [{"type": "context", "elements": [{"type": "mrkdwn", "text": "x"}] * 11}],
        [section("x") | {"block_id": "b"}] * 2,
        [button(text={"type": "plain_text", "text": "x" * 76})],
        [button(text={"type": "mrkdwn", "text": "x"})],
        [button(value="x" * 2001)],
        [button(style="loud")],
        [{"type": "rich_text", "elements": []}],
        [
            {
                "type": "input",
                "label": {"type": "plain_text", "text": "x"},
                "element": {"type": "plain_text_input"},
            }
        ],
    ],
)
async def test_blocks_over_a_limit_are_refused(slack: FakeSlack, blocks: list[dict[str, Any]]) -> None:
    assert await post(slack, blocks) == "invalid_blocks"


async def test_what_is_within_the_limits_is_taken(slack: FakeSlack, clock: MovedClock) -> None:
    for blocks in ([section("x" * 3000)], [section("x")] * 50, [button(value="x" * 2000)]):
        assert await post(slack, blocks) == ""
        clock.advance(seconds=1)


async def test_blocks_that_are_too_long_together_are_refused(slack: FakeSlack) -> None:
    assert await post(slack, [section("x" * 3000)] * 5) == "msg_blocks_too_long"


async def test_other_refusals(slack: FakeSlack) -> None:
    slack.add_channel("old")
    slack.archive("old")
    slack.remove_bot("leads")
    assert await post(slack, [section("x")], channel="C0OLD") == "is_archived"
    assert await post(slack, [section("x")], channel="C0LEADS") == "not_in_channel"
    assert await post(slack, [section("x")], channel="C0NOWHERE") == "channel_not_found"
    assert await post(slack, [section("x")], channel="U0OTHERBOT") == "cannot_dm_bot"
    assert await post(slack, [], text="x" * 4001) == "msg_too_long"


async def test_one_message_a_second_and_a_short_burst(slack: FakeSlack, clock: MovedClock) -> None:
    codes = [await post(slack, [section("x")]) for _ in range(5)]
    assert codes == ["", "", "", "ratelimited", "ratelimited"]
    assert await post(slack, [section("x")], channel="C0LEADS") == ""
    clock.advance(seconds=3)
    assert await post(slack, [section("x")]) == ""


@pytest.mark.parametrize(
    "changes",
    [
        {"title": {"type": "plain_text", "text": "x" * 25}},
        {"submit": {"type": "plain_text", "text": "x" * 25}},
        {"private_metadata": "x" * 3001},
        {"blocks": [section("x")] * 101},
        {"blocks": [section("x" * 3000)] * 90},
        {"blocks": []},
    ],
)
def test_views_over_a_limit_are_refused(changes: dict[str, Any]) -> None:
    view = {"type": "modal", "title": {"type": "plain_text", "text": "x"}, "blocks": [section("x")]}
    assert faults_of_view(view) == []
    assert faults_of_view(view | changes) != []
