"""Cards in Slack, and what becomes of them when Slack says no, nothing or nonsense."""

import logging
from datetime import timedelta
from typing import Any

import pytest

from adapters.slack.errors import BROKEN, HOPELESS, SlackUnavailable
from adapters.slack.switchboard import Switchboard
from bot.domain.card import Card
from bot.ports import Done, GiveUp, RetryLater, Sent
from tests.adapters.slack.cards_of import a_card, many_arguments
from tests.adapters.slack.desk import Desk
from tests.builders import opened
from tests.domain.card_reading import card_of
from tests.fakes.clock import START, MovedClock
from tests.fakes.slack_server import FakeSlack

SUPPORT = "slack:C0SUPPORT"


@pytest.fixture
def channel(desk: Desk) -> Switchboard:
    """Of a connected installation."""
    return desk.product.channel


@pytest.fixture
def card() -> Card:
    """Waits for a decision."""
    return a_card(mentions=("ann", "ben", "nobody"))


async def message(channel: Switchboard, card: Card) -> str:
    """The name of a copy that was just posted."""
    sent = await channel.post(SUPPORT, card)
    assert isinstance(sent, Done)
    return sent.message


async def test_a_card_is_posted_with_its_people_mentioned_and_nothing_unfurled(
    channel: Switchboard, slack: FakeSlack, card: Card
) -> None:
    sent = await channel.post(SUPPORT, card)
    posted = await slack.card("#support")
    assert sent == Done(message=f"C0SUPPORT/{posted.ts}")
    assert posted.mentioned == ["U01ANN", "U01BEN"]
    (arguments,) = slack.called("chat.postMessage")
    assert (arguments["unfurl_links"], arguments["unfurl_media"], arguments["mrkdwn"]) == (
        False,
        False,
        False,
    )


async def test_a_card_to_a_person_stands_in_their_direct_messages(
    channel: Switchboard, slack: FakeSlack, card: Card
) -> None:
    sent = await channel.post("slack:@U01ANN", card)
    posted = await slack.card("@U01ANN")
    assert sent == Done(message=f"D0U01ANN/{posted.ts}")
    assert await channel.redraw("slack:@U01ANN", f"D0U01ANN/{posted.ts}", a_card(headline="Another")) == sent
    assert "Another" in posted.words


async def test_a_redraw_replaces_what_stands(channel: Switchboard, slack: FakeSlack, card: Card) -> None:
    name = await message(channel, card)
    posted = await slack.card("#support")
    assert await channel.redraw(SUPPORT, name, a_card(headline="Refund 1.00 EUR")) == Done(message=name)
    assert "Refund 1.00 EUR" in posted.words
    assert len(slack.cards("#support")) == 1


@pytest.mark.parametrize("code", sorted(HOPELESS))
async def test_what_will_never_work_is_given_up_with_a_remedy(
    channel: Switchboard, slack: FakeSlack, card: Card, code: str
) -> None:
    slack.fail("chat.postMessage", code)
    sent = await channel.post(SUPPORT, card)
    assert isinstance(sent, GiveUp)
    assert SUPPORT in sent.why


@pytest.mark.parametrize("code", sorted(BROKEN))
async def test_a_broken_connection_is_tried_again_and_loudly(
    channel: Switchboard, slack: FakeSlack, card: Card, code: str, caplog: pytest.LogCaptureFixture
) -> None:
    slack.fail("chat.postMessage", code, times=2)
    with caplog.at_level(logging.ERROR):
        sent = await channel.post(SUPPORT, card)
        await channel.post(SUPPORT, card)
    assert sent == RetryLater(why=BROKEN[code])
    assert [record.message for record in caplog.records] == [f"Nothing reaches Slack: {BROKEN[code]}"]


async def test_an_archived_channel_counts_as_unreachable(
    channel: Switchboard, slack: FakeSlack, card: Card
) -> None:
    slack.archive("support")
    sent = await channel.post(SUPPORT, card)
    assert isinstance(sent, GiveUp)
    assert "archived" in sent.why


async def test_a_channel_without_the_bot_asks_for_an_invitation(
    channel: Switchboard, slack: FakeSlack, card: Card
) -> None:
    slack.remove_bot("support")
    sent = await channel.post(SUPPORT, card)
    assert isinstance(sent, GiveUp)
    assert "/invite" in sent.why


async def test_a_deleted_card_is_given_up(channel: Switchboard, slack: FakeSlack, card: Card) -> None:
    name = await message(channel, card)
    slack.delete(await slack.card("#support"))
    sent = await channel.redraw(SUPPORT, name, card)
    assert sent == GiveUp(why=f"The card was deleted in {SUPPORT}.")


async def test_a_limit_is_waited_out_as_long_as_slack_asks(
    channel: Switchboard, slack: FakeSlack, card: Card
) -> None:
    slack.limit("chat.postMessage", after=17)
    sent = await channel.post(SUPPORT, card)
    assert isinstance(sent, RetryLater)
    assert (sent.after, sent.uncertain) == (timedelta(seconds=17), False)
    assert len(slack.called("chat.postMessage")) == 1


@pytest.mark.parametrize("retry_after", ["soon", "-1", "", "9" * 20, "0"])
async def test_a_strange_retry_after_is_no_reason_to_hurry(
    channel: Switchboard, slack: FakeSlack, card: Card, retry_after: str
) -> None:
    slack.limit("chat.postMessage", after=retry_after)  # type: ignore[arg-type]  # strange on purpose
    sent = await channel.post(SUPPORT, card)
    assert isinstance(sent, RetryLater)
    assert sent.after is not None
    assert timedelta(seconds=1) <= sent.after <= timedelta(minutes=1)


async def test_more_than_a_message_a_second_runs_into_the_fakes_limit(
    channel: Switchboard, slack: FakeSlack, clock: MovedClock
) -> None:
    sent = [await channel.post(SUPPORT, a_card()) for _ in range(4)]
    assert [type(each) for each in sent] == [Done, Done, Done, RetryLater]
    clock.advance(seconds=3)
    assert isinstance(await channel.post(SUPPORT, a_card()), Done)


@pytest.mark.parametrize("carried_out", [True, False])
async def test_a_dropped_connection_leaves_a_post_in_doubt_and_is_not_repeated(
    channel: Switchboard, slack: FakeSlack, card: Card, *, carried_out: bool
) -> None:
    slack.drop("chat.postMessage", carried_out=carried_out)
    sent = await channel.post(SUPPORT, card)
    assert isinstance(sent, RetryLater)
    assert sent.uncertain
    assert len(slack.called("chat.postMessage")) == 1
    assert len(slack.cards("#support")) == carried_out


async def test_a_server_that_is_not_there_leaves_no_doubt(
    channel: Switchboard, slack: FakeSlack, card: Card
) -> None:
    await slack.shut()
    # The first one may have gone out on a connection that was still open.
    await channel.post(SUPPORT, card)
    sent = await channel.post(SUPPORT, card)
    assert isinstance(sent, RetryLater)
    assert not sent.uncertain
    await slack.open()
    assert isinstance(await channel.post(SUPPORT, card), Done)


@pytest.mark.parametrize("code", ["internal_error", "fatal_error", "service_unavailable"])
async def test_slacks_own_failures_leave_a_post_in_doubt(
    channel: Switchboard, slack: FakeSlack, card: Card, code: str
) -> None:
    slack.fail("chat.postMessage", code)
    sent = await channel.post(SUPPORT, card)
    assert isinstance(sent, RetryLater)
    assert sent.uncertain


async def test_an_error_nobody_knows_is_tried_again(
    channel: Switchboard, slack: FakeSlack, card: Card
) -> None:
    slack.fail("chat.postMessage", "moon_in_wrong_phase")
    assert await channel.post(SUPPORT, card) == RetryLater(why="Slack answered moon_in_wrong_phase.")


@pytest.mark.parametrize(
    "answer",
    [
        (200, "text/html", "<h1>Welcome to the hotel's network</h1>"),
        (200, "text/plain", "ok"),
        (200, "application/json", "[]"),
        (200, "application/json", "null"),
        (200, "application/json", "{nonsense"),
        (200, "application/json", ""),
        (200, "application/gzip", "x"),
        (200, "application/json", "[" * 200_000),
        (200, "application/json", " " * (17 * 1024 * 1024)),
        (502, "text/html", "Bad Gateway"),
        (503, "text/plain", "x"),
        (503, "application/json", "{}"),
        (500, "application/json", '{"ok": false, "error": "internal_error"}'),
    ],
)
async def test_an_answer_that_is_not_slacks_leaves_a_post_in_doubt(
    channel: Switchboard, slack: FakeSlack, card: Card, answer: tuple[int, str, str]
) -> None:
    slack.answer_raw("chat.postMessage", *answer)
    sent = await channel.post(SUPPORT, card)
    assert isinstance(sent, RetryLater)
    assert sent.uncertain


@pytest.mark.parametrize("body", ['{"ok": true}', '{"ok": true, "channel": 7, "ts": null}'])
async def test_a_yes_that_does_not_say_where_leaves_a_post_in_doubt(
    channel: Switchboard, slack: FakeSlack, card: Card, body: str
) -> None:
    slack.answer_raw("chat.postMessage", 200, "application/json", body)
    sent = await channel.post(SUPPORT, card)
    assert isinstance(sent, RetryLater)
    assert sent.uncertain


@pytest.mark.parametrize("body", ['{"ok": true}', '{"ok": true, "ts": "1.000001"}'])
async def test_a_yes_that_does_not_name_the_card_is_no_change_of_it(
    channel: Switchboard, slack: FakeSlack, card: Card, body: str
) -> None:
    name = await message(channel, card)
    slack.answer_raw("chat.update", 200, "application/json", body)
    sent = await channel.redraw(SUPPORT, name, card)
    assert isinstance(sent, RetryLater)
    assert await channel.redraw(SUPPORT, name, card) == Done(message=name)


@pytest.mark.parametrize("body", ['{"ok": true}', '{"ok": true, "messages": null}'])
async def test_a_history_without_messages_is_not_taken_for_an_empty_channel(
    channel: Switchboard, slack: FakeSlack, card: Card, body: str
) -> None:
    await message(channel, card)
    slack.answer_raw("conversations.history", 200, "application/json", body)
    with pytest.raises(SlackUnavailable):
        await channel.find(SUPPORT, card.request_id, START)


@pytest.mark.parametrize("code", ["msg_blocks_too_long", "msg_too_long", "invalid_blocks"])
async def test_a_card_that_slack_finds_too_long_is_drawn_shorter(
    channel: Switchboard, slack: FakeSlack, code: str
) -> None:
    card = a_card(arguments=many_arguments(30))
    slack.fail("chat.postMessage", code)
    assert isinstance(await channel.post(SUPPORT, card), Done)
    first, second = slack.called("chat.postMessage")
    assert len(str(second["blocks"])) < len(str(first["blocks"]))
    assert "30 arguments" in (await slack.card("#support")).words

    slack.fail("chat.update", code, times=2)
    posted = await slack.card("#support")
    assert isinstance(await channel.redraw(SUPPORT, f"C0SUPPORT/{posted.ts}", card), Done)


async def test_a_card_that_slack_takes_in_no_size_is_given_up(
    channel: Switchboard, slack: FakeSlack, card: Card
) -> None:
    slack.fail("chat.postMessage", "invalid_blocks", times=9)
    sent = await channel.post(SUPPORT, card)
    assert isinstance(sent, GiveUp)
    assert "report" in sent.why


@pytest.mark.parametrize(
    "destination",
    [
        "slack:#support",
        "slack:",
        "slack:@",
        "slack:support",
        "teams:x",
        "slack:C0 SUPPORT",
        "slack:C0\n",
        "slack:<!here>",
    ],
)
async def test_what_names_no_place_is_given_up(
    channel: Switchboard, slack: FakeSlack, card: Card, destination: str
) -> None:
    slack.calls.clear()
    assert isinstance(await channel.post(destination, card), GiveUp)
    assert await channel.find(destination, card.request_id, opened().created_at) is None
    assert slack.calls == []


async def test_a_channel_of_another_workspace_is_given_up(channel: Switchboard, card: Card) -> None:
    assert isinstance(await channel.post("slack:T01HOME/C0SUPPORT", card), Done)
    sent = await channel.post("slack:T09OTHER/C0SUPPORT", card)
    assert isinstance(sent, GiveUp)
    assert sent.why.startswith("slack:T09OTHER/C0SUPPORT is in a workspace that has not installed the app")


@pytest.mark.parametrize("name", ["", "C0SUPPORT", "C0SUPPORT/x", "C0/1.1/2", "x y/1.1"])
async def test_what_names_no_message_is_given_up(channel: Switchboard, card: Card, name: str) -> None:
    assert isinstance(await channel.redraw(SUPPORT, name, card), GiveUp)
    assert isinstance(await channel.ping(SUPPORT, name, "line", ()), GiveUp)


# -- looking for a card after a post in doubt


async def test_a_card_that_a_post_in_doubt_left_is_found(
    channel: Switchboard, slack: FakeSlack, clock: MovedClock
) -> None:
    request = opened()
    began_at = clock()
    for _ in range(2):
        await channel.post(SUPPORT, a_card())
    slack.drop("chat.postMessage", carried_out=True)
    await channel.post(SUPPORT, card_of(request))
    clock.advance(seconds=10)
    for _ in range(3):
        await channel.post(SUPPORT, a_card())
    lost = slack.cards("#support")[2]
    assert await channel.find(SUPPORT, request.id, began_at) == f"C0SUPPORT/{lost.ts}"
    assert await channel.find("slack:@U01ANN", request.id, began_at) is None
    assert await channel.find(SUPPORT, opened().id, began_at) is None


async def test_a_copy_of_our_card_by_somebody_else_is_not_taken_for_ours(
    channel: Switchboard, slack: FakeSlack, card: Card, clock: MovedClock
) -> None:
    await channel.post(SUPPORT, card)
    slack.messages("#support")[0].user = "U0OTHERBOT"
    assert await channel.find(SUPPORT, card.request_id, clock()) is None


@pytest.mark.parametrize("code", ["missing_scope", "not_in_channel", "unknown_method", "channel_not_found"])
async def test_a_channel_that_cannot_be_searched_holds_nothing(
    channel: Switchboard, slack: FakeSlack, card: Card, clock: MovedClock, code: str
) -> None:
    slack.fail("conversations.history", code)
    assert await channel.find(SUPPORT, card.request_id, clock()) is None


async def test_a_search_that_fails_for_now_is_no_answer(
    channel: Switchboard, slack: FakeSlack, card: Card, clock: MovedClock
) -> None:
    slack.limit("conversations.history")
    with pytest.raises(SlackUnavailable):
        await channel.find(SUPPORT, card.request_id, clock())
    slack.drop("conversations.history", times=2)
    with pytest.raises(SlackUnavailable):
        await channel.find(SUPPORT, card.request_id, clock())


async def test_a_post_in_doubt_is_not_posted_twice(desk: Desk, slack: FakeSlack) -> None:
    slack.drop("chat.postMessage", carried_out=True)
    request = await desk.ask()
    slack.limit("conversations.history")
    for _ in range(3):
        desk.clock.advance(seconds=60)
        await desk.settle()
    assert len(slack.cards("#support")) == 1
    (copy,) = await desk.store.copies(request.id)
    assert copy.message == f"C0SUPPORT/{slack.cards('#support')[0].ts}"


# -- lines beside a card


async def test_a_ping_mentions_people_in_the_cards_thread(
    channel: Switchboard, slack: FakeSlack, card: Card
) -> None:
    name = await message(channel, card)
    assert await channel.ping(SUPPORT, name, "Reminder: this still waits.", ("ann", "nobody")) == Done()
    posted = await slack.card("#support")
    (reply,) = posted.thread
    assert posted.replies == ["<@U01ANN>\nReminder: this still waits."]
    assert reply.text == "<@U01ANN> Reminder: this still waits."


async def test_a_line_of_an_agent_mentions_nobody(channel: Switchboard, slack: FakeSlack, card: Card) -> None:
    name = await message(channel, card)
    await channel.ping(SUPPORT, name, "support-bot: <!channel> <@U01BEN> https://evil.example", ())
    (reply,) = (await slack.card("#support")).thread
    assert reply.text.startswith("support-bot: &lt;!channel&gt; &lt;@U01BEN&gt;")
    assert [block["text"]["type"] for block in reply.blocks] == ["plain_text"]
    assert reply.arguments["unfurl_links"] is False


async def test_a_dropped_ping_is_in_doubt(channel: Switchboard, slack: FakeSlack, card: Card) -> None:
    name = await message(channel, card)
    slack.drop("chat.postMessage")
    sent = await channel.ping(SUPPORT, name, "line", ())
    assert isinstance(sent, RetryLater)
    assert sent.uncertain


# -- private answers


def addresses(slack: FakeSlack, user: str, url: str = "") -> str:
    """An address as the listener makes it."""
    return f"slack:C0SUPPORT:{user}:{url}"


async def answer_url(slack: FakeSlack, channel: Switchboard, card: Card) -> str:
    """Where one press can be answered."""
    await channel.post(SUPPORT, card)
    url: str = (await slack.card("#support")).payload("Approve", by="U01ANN")["response_url"]
    return url


async def test_an_answer_goes_the_way_the_press_came(
    channel: Switchboard, slack: FakeSlack, card: Card
) -> None:
    url = await answer_url(slack, channel, card)
    slack.calls.clear()
    assert await channel.tell(addresses(slack, "U01ANN", url), "Not you <!here>.") == Done()
    assert slack.told("U01ANN") == ["Not you <!here>."]
    assert slack.calls == []


async def test_an_answer_that_comes_too_late_for_that_is_shown_to_one_person_in_the_channel(
    channel: Switchboard, slack: FakeSlack, card: Card, clock: MovedClock
) -> None:
    url = await answer_url(slack, channel, card)
    clock.advance(minutes=31)
    assert await channel.tell(addresses(slack, "U01ANN", url), "Late.") == Done()
    assert slack.told("U01ANN") == ["Late."]
    assert [call.method for call in slack.calls][-1] == "chat.postEphemeral"


@pytest.mark.parametrize(
    "code", ["user_not_in_channel", "channel_not_found", "is_archived", "not_in_channel"]
)
async def test_an_answer_to_somebody_who_left_the_channel_goes_to_them_directly(
    channel: Switchboard, slack: FakeSlack, code: str
) -> None:
    slack.fail("chat.postEphemeral", code)
    assert await channel.tell(addresses(slack, "U01ANN"), "Not you.") == Done()
    assert [m.text for m in slack.messages("@U01ANN")] == ["Not you."]


async def test_a_person_is_told_in_their_direct_messages(channel: Switchboard, slack: FakeSlack) -> None:
    assert await channel.tell("slack:@U01ANN", "The policy cannot be used.") == Done()
    assert [m.text for m in slack.messages("@U01ANN")] == ["The policy cannot be used."]


async def test_a_response_url_of_another_host_is_never_asked(channel: Switchboard, slack: FakeSlack) -> None:
    for url in (
        "https://evil.example/x",
        "http://169.254.169.254/latest",
        "https://127.0.0.1/x",
        "http://[::1",
    ):
        assert await channel.tell(addresses(slack, "U01ANN", url), "Hello.") == Done()
    assert slack.told("U01ANN") == ["Hello."] * 4


@pytest.mark.parametrize(
    "address", ["slack:", "slack:x", "teams:a:b:c", "slack:C0SUPPORT", "slack:C0SUPPORT::", "slack:c:u:x y"]
)
async def test_an_address_that_is_not_ours_is_given_up(channel: Switchboard, address: str) -> None:
    assert isinstance(await channel.tell(address, "Hello."), GiveUp)


@pytest.mark.parametrize(
    ("fault", "kind"),
    [({"error": "token_revoked"}, RetryLater), ({"error": "ratelimited"}, RetryLater)],
)
async def test_an_answer_is_not_tried_elsewhere_when_nothing_would_get_through(
    channel: Switchboard, slack: FakeSlack, fault: dict[str, Any], kind: type[Sent]
) -> None:
    slack.fail("chat.postEphemeral", fault["error"])
    assert isinstance(await channel.tell(addresses(slack, "U01ANN"), "Hello."), kind)
    assert slack.called("chat.postMessage") == []


async def test_an_answer_that_reaches_nobody_is_given_up(channel: Switchboard, slack: FakeSlack) -> None:
    slack.fail("chat.postEphemeral", "user_not_in_channel")
    slack.fail("chat.postMessage", "user_disabled")
    assert isinstance(await channel.tell(addresses(slack, "U01ANN"), "Hello."), GiveUp)


async def test_the_token_is_in_no_log_and_no_repr(
    desk: Desk, slack: FakeSlack, card: Card, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG):
        slack.fail("chat.postMessage", "invalid_auth")
        await desk.product.channel.post(SUPPORT, card)
    assert slack.bot_token not in caplog.text
    assert slack.bot_token not in repr(desk.settings)
    assert slack.signing_secret not in repr(desk.settings)
