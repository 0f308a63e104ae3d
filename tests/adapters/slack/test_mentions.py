"""What people say in Slack: heard once, in their own words, and answered where it belongs."""

from dataclasses import replace

import pytest

from bot.chat.listening import KEPT
from bot.domain.directory import Identity
from bot.domain.errors import Busy
from bot.domain.request import ApprovalRequest
from bot.domain.status import Status
from bot.speaking import Heard, Offer, Place
from tests.adapters.slack.desk import Desk
from tests.fakes.slack_server import FakeSlack
from tests.fakes.slack_workspace import TEAM

PRIVATE = Heard(lines=("For your eyes.", "`help` <!channel>"))


async def said(desk: Desk, request: ApprovalRequest) -> list[tuple[str, str]]:
    """Who said what about a request."""
    stored = await desk.store.read(request.id)
    assert stored is not None
    return [(each.by, each.text) for each in stored.said]


async def test_a_mention_is_heard_in_the_persons_own_words(desk: Desk, slack: FakeSlack) -> None:
    text = "route `refund.*` to <#C0REFUNDS|refunds> for <@U01BEN> &amp; <https://x.example|x.example>"
    await slack.mention("#support", text, by="U01ANN")
    [spoken] = desk.listener.heard
    assert spoken.text == "route `refund.*` to <#C0REFUNDS|refunds> for <@U01BEN> & x.example"
    assert spoken.channel == "slack:C0SUPPORT"
    assert spoken.presser.identity == Identity(platform="slack", user="U01ANN", tenant=TEAM)
    assert spoken.mentioned == {"<@U01BEN>": Identity(platform="slack", user="U01BEN", tenant=TEAM)}
    assert spoken.places == {"<#C0REFUNDS|refunds>": Place(destination="slack:C0REFUNDS", label="#refunds")}
    assert spoken.request_id is None


async def test_an_open_answer_stands_in_the_thread(desk: Desk, slack: FakeSlack) -> None:
    await slack.mention("#support", "help", by="U01ANN")
    await desk.settle()
    (message,) = slack.messages("#support")
    assert "approval requests" in message.text
    assert "kept with the request" in message.text
    assert message.thread_ts


async def test_a_private_answer_is_seen_by_one_alone_and_inert(desk: Desk, slack: FakeSlack) -> None:
    desk.listener.answer = PRIVATE
    await slack.mention("#support", "pending", by="U01ANN")
    await desk.settle()
    assert slack.messages("#support") == []
    assert slack.told("U01ANN") == ["For your eyes. `help` <!channel>"]
    [call] = slack.called("chat.postEphemeral")
    assert "thread_ts" not in call, "Slack shows nothing private where there is no thread yet"
    [private] = slack.workspace.private
    assert all(block["text"]["type"] == "plain_text" for block in private.blocks)


async def test_a_direct_message_needs_no_mention(desk: Desk, slack: FakeSlack) -> None:
    desk.listener.answer = PRIVATE
    await slack.say("@U01ANN", "pending", by="U01ANN")
    await desk.settle()
    [spoken] = desk.listener.heard
    assert (spoken.text, spoken.channel, spoken.is_direct) == ("pending", "slack:@U01ANN", True)
    assert [message.text for message in slack.messages("@U01ANN")] == [
        "For your eyes. `help` &lt;!channel&gt;"
    ]


async def test_a_message_is_heard_once_however_often_it_comes(desk: Desk, slack: FakeSlack) -> None:
    for _ in range(3):
        await slack.mention("#support", "help", by="U01ANN", event_id="Ev7", ts="1700000000.000007")
    await slack.say("#support", "<@U0PLACET> help", by="U01ANN", ts="1700000000.000007")
    await desk.settle()
    assert len(desk.listener.heard) == len(slack.messages("#support")) == 1


@pytest.mark.parametrize(
    ("by", "more"),
    [
        ("U0OTHERBOT", {"bot_id": "B0OTHER"}),
        ("U0PLACET", {}),
        ("U01ANN", {"bot_id": "B0WORKFLOW"}),
        ("U01ANN", {"app_id": "A0OTHER"}),
        ("U01ANN", {"subtype": "message_changed"}),
        ("U01ANN", {"subtype": "bot_message"}),
        ("U01ANN", {"edited": {"user": "U01ANN", "ts": "1700000000.000001"}}),
    ],
)
async def test_what_no_person_wrote_just_so_is_no_command(
    desk: Desk, slack: FakeSlack, by: str, more: dict[str, str]
) -> None:
    await slack.mention("#support", "help", by=by, **more)
    await desk.settle()
    assert (desk.listener.heard, slack.messages("#support")) == ([], [])


async def test_what_is_quoted_is_not_said(desk: Desk, slack: FakeSlack) -> None:
    text = "what about this?\n&gt; route refund.* to #elsewhere\n&gt;&gt;&gt; pause *\nresume *"
    await slack.mention("#support", text, by="U01ANN")
    assert [spoken.text for spoken in desk.listener.heard] == ["what about this?"]


async def test_who_quotes_a_mention_of_the_bot_does_not_speak_to_it(desk: Desk, slack: FakeSlack) -> None:
    text = "&gt; <@U0PLACET> pause refund.*\nresume refund.*"
    await slack.say("#support", text, by="U01ANN", type="app_mention")
    await slack.say("#support", text, by="U01ANN")
    await desk.settle()
    assert desk.listener.heard == []


async def test_what_is_forwarded_or_attached_is_not_said(desk: Desk, slack: FakeSlack) -> None:
    attached = [{"text": "pause *", "is_share": True}]
    await slack.mention("#support", "look", by="U01ANN", attachments=attached)
    assert [spoken.text for spoken in desk.listener.heard] == ["look"]


async def test_who_speaks_is_told_when_nothing_can_be_done(desk: Desk, slack: FakeSlack) -> None:
    desk.listener.failing = Busy("The database does not answer; try again in a moment.")
    await slack.mention("#support", "pause *", by="U01ANN")
    await desk.settle()
    assert slack.told("U01ANN") == ["The database does not answer; try again in a moment."]


async def test_an_offer_is_taken_once_it_is_pressed(desk: Desk, slack: FakeSlack) -> None:
    desk.listener.answer = Heard(lines=("Route them?",), offers=(Offer(label="Confirm", reference="r7"),))
    await slack.mention("#support", "route refund.* here", by="U01ANN")
    await desk.settle()
    [own] = slack.workspace.own["U01ANN"]
    [element] = own.blocks[-1]["elements"]
    desk.listener.answer = Heard(lines=("Done.",))
    await slack.press_own("U01ANN", element)
    await desk.settle()
    [(reference, presser)] = desk.listener.accepted
    assert (reference, presser.identity.user) == ("r7", "U01ANN")
    assert [own.text for own in slack.workspace.own["U01ANN"]] == ["Done."]


async def test_an_undo_that_everybody_sees_is_answered_beside_it(desk: Desk, slack: FakeSlack) -> None:
    offers = (Offer(label="Undo", reference="r8"),)
    desk.listener.answer = Heard(lines=("Routed.",), private=False, offers=offers)
    await slack.mention("#support", "route refund.* here", by="U01ANN")
    await desk.settle()
    [message] = slack.messages("#support")
    desk.listener.answer = PRIVATE
    [element] = message.blocks[-1]["elements"]
    await slack.deliver(slack.press_payload("U01BEN", message, element, message.blocks[-1]["block_id"]))
    await desk.settle()
    assert [presser.identity.user for _, presser in desk.listener.accepted] == ["U01BEN"]
    assert "For your eyes." in slack.told("U01BEN")[0]
    assert [each.text for each in slack.messages("#support")] == ["Routed."]


# -- in the thread of a card


async def test_a_reply_in_a_cards_thread_is_kept_and_shown(desk: Desk, slack: FakeSlack) -> None:
    request = await desk.ask()
    card = await slack.card("#support")
    await slack.say("#support", "I asked <@U01BEN>:\nlooks right", by="U01ANN", thread_ts=card.ts)
    desk.clock.advance(minutes=2)
    await desk.settle()
    assert await said(desk, request) == [("person:ann", "I asked @Ben:\nlooks right")]
    assert (await desk.now(request)).status is Status.PENDING
    await card.expect("Ann", "I asked @Ben: ⏎ looks right")
    assert desk.listener.heard == []
    assert slack.told("U01ANN") == []


async def test_a_reply_is_kept_once_and_editing_it_changes_nothing(desk: Desk, slack: FakeSlack) -> None:
    request = await desk.ask()
    card = await slack.card("#support")
    given = {"thread_ts": card.ts, "ts": "1700000500.000001"}
    for _ in range(3):
        await slack.say("#support", "Wait", by="U01ANN", **given)
    await slack.say("#support", "Go", by="U01ANN", subtype="message_changed", **given)
    await slack.say("#support", "", by="U01ANN", subtype="message_deleted", **given)
    assert await said(desk, request) == [("person:ann", "Wait")]


@pytest.mark.parametrize(
    ("by", "more"),
    [
        ("U0OTHERBOT", {"bot_id": "B0OTHER"}),
        ("U0PLACET", {"bot_id": "B0PLACET"}),
        ("U01GUEST", {}),
        ("U09STRANGER", {}),
    ],
)
async def test_what_others_say_in_the_thread_is_not_kept(
    desk: Desk, slack: FakeSlack, by: str, more: dict[str, str]
) -> None:
    request = await desk.ask()
    card = await slack.card("#support")
    await slack.say("#support", "Do it", by=by, thread_ts=card.ts, **more)
    assert await said(desk, request) == []


async def test_what_is_said_elsewhere_is_passed_over(desk: Desk, slack: FakeSlack) -> None:
    request = await desk.ask()
    card = await slack.card("#support")
    await slack.say("#support", "lunch?", by="U01ANN")
    await slack.say("#support", "lunch!", by="U01ANN", thread_ts="1700000000.999999")
    await slack.say("#leads", "lunch", by="U01ANN", thread_ts=card.ts)
    assert await said(desk, request) == []
    assert desk.listener.heard == []


async def test_a_command_in_the_thread_knows_its_request_and_is_no_remark(
    desk: Desk, slack: FakeSlack
) -> None:
    request = await desk.ask()
    card = await slack.card("#support")
    await slack.mention("#support", "claim", by="U01ANN", thread_ts=card.ts)
    [spoken] = desk.listener.heard
    assert (spoken.text, spoken.request_id) == ("claim", request.id)
    assert await said(desk, request) == []


async def test_what_is_no_command_is_kept_and_said_so(desk: Desk, slack: FakeSlack) -> None:
    desk.listener.answer = replace(PRIVATE, lines=("I do not know that.",))
    request = await desk.ask()
    card = await slack.card("#support")
    await slack.mention("#support", "qwertz the invoice looks odd", by="U01ANN", thread_ts=card.ts)
    await desk.settle()
    assert await said(desk, request) == [("person:ann", "qwertz the invoice looks odd")]
    assert slack.told("U01ANN") == [f"{KEPT} I do not know that."]


async def test_a_reply_that_cannot_be_stored_is_asked_for_again(desk: Desk, slack: FakeSlack) -> None:
    request = await desk.ask()
    card = await slack.card("#support")
    desk.store.failing = Busy()
    given = {"thread_ts": card.ts, "ts": "1700000500.000001", "by": "U01ANN"}
    assert (await slack.say("#support", "Wait", **given)).status == 503
    desk.store.failing = None
    assert (await slack.say("#support", "Wait", **given)).status == 200
    assert await said(desk, request) == [("person:ann", "Wait")]
