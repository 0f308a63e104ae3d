"""What people say in Teams: heard once, in their own words, and answered where it belongs."""

import json
from collections.abc import AsyncIterator
from typing import Any

import pytest

from bot.chat.listening import KEPT
from bot.domain.directory import Identity
from bot.domain.errors import Busy
from bot.speaking import Heard, Offer, Place
from tests.adapters.teams.desk import ANN, BEN, Desk, started
from tests.fakes import teams_payloads
from tests.fakes.fake_teams import Delivered, actions_of
from tests.fakes.teams_tenant import BOT, TENANT, Posted

OWN_WORDS = (
    "<p><span itemtype='http://schema.skype.com/Mention' itemid='0'>Placet</span> what about this?</p>"
)
PRIVATE = Heard(lines=("For your eyes.", "<at>everybody</at> [x](https://evil.example)"))


@pytest.fixture
async def desk() -> AsyncIterator[Desk]:
    """An installation as it comes."""
    async with started() as desk:
        await desk.installed()
        yield desk


@pytest.fixture
async def consented() -> AsyncIterator[Desk]:
    """An installation that is set to keep what does not mention the bot."""
    async with started(read_channel_messages=True) as desk:
        await desk.installed()
        yield desk


async def say(desk: Desk, said: str, *, by: str = "Ann", thread: str = "", **changes: Any) -> Delivered:
    """Somebody writes into the channel for approvals; `entities` and others replace what Teams would send."""
    tenant = desk.teams.tenant
    made = teams_payloads.message(
        tenant, desk.approvals_channel, tenant.accounts[by], said, at=desk.clock(), thread=thread
    )
    return await desk.teams.deliver(made | changes)


def unmentioned(text: str) -> dict[str, Any]:
    """What is said to others."""
    return {"text": text, "entities": []}


def own_chat(desk: Desk, name: str = "Ann") -> list[str]:
    """What a person was told in their own chat with the bot."""
    own = desk.teams.tenant.personal(desk.teams.tenant.accounts[name])
    return [json.dumps(posted.card, ensure_ascii=False) for posted in desk.teams.posted(own)]


async def said(desk: Desk) -> list[tuple[str, str]]:
    """Who said what about the only request."""
    [stored] = await desk.store.listing()
    return [(each.by, each.text) for each in stored.said]


async def carded(desk: Desk) -> Posted:
    """The card of a request, by the worker's way."""
    card = await desk.posted()
    [stored] = await desk.store.listing()
    desk.store.outbox.stand(stored, desk.destination, f"{desk.approvals_channel.id}/{card.id}")
    return card


async def test_a_mention_is_heard_in_the_persons_own_words(desk: Desk) -> None:
    tenant = desk.teams.tenant
    ben = tenant.accounts["Ben"]
    others = [
        {"type": "mention", "text": "<at>Placet</at>", "mentioned": {"id": BOT, "name": "Placet"}},
        {"type": "mention", "text": "<at>Ben</at>", "mentioned": {"id": ben.id, "name": "Ben"}},
        {
            "type": "mention",
            "text": "<at>Refunds</at>",
            "mentioned": {"id": "19:r@thread.tacv2", "name": "Refunds"},
        },
        {"type": "clientInfo", "locale": "en-US"},
    ]
    text = "<at>Placet</at>&nbsp;route refund.* to <at>Refunds</at> for <at>Ben</at> when a &lt; 3"
    await say(desk, "", text=text, entities=others, localTimezone="Europe/Berlin")
    [spoken] = desk.listener.heard
    assert spoken.text == "route refund.* to <at>Refunds</at> for <at>Ben</at> when a < 3"
    assert spoken.channel == desk.destination
    assert spoken.zone == "Europe/Berlin"
    assert spoken.presser.identity == Identity(platform="teams", user=ANN, tenant=TENANT)
    assert spoken.mentioned == {"<at>Ben</at>": Identity(platform="teams", user=BEN, tenant=TENANT)}
    group = desk.team.group_id
    assert spoken.places == {
        "<at>Refunds</at>": Place(destination=f"teams:{group}/19:r@thread.tacv2", label="#Refunds")
    }


async def test_two_people_of_one_name_are_nobody_in_particular(desk: Desk) -> None:
    both = [
        {"type": "mention", "text": "<at>Placet</at>", "mentioned": {"id": BOT, "name": "Placet"}},
        {"type": "mention", "text": "<at>Ben</at>", "mentioned": {"id": "29:ben-1", "name": "Ben"}},
        {"type": "mention", "text": "<at>Ben</at>", "mentioned": {"id": "29:ben-2", "name": "Ben"}},
    ]
    await say(desk, "", text="<at>Placet</at> to <at>Ben</at>", entities=both)
    assert [spoken.mentioned for spoken in desk.listener.heard] == [{}]


async def test_an_open_answer_stands_in_the_thread(desk: Desk) -> None:
    await say(desk, "help", thread="17")
    await desk.settle()
    [answer] = desk.teams.posted(desk.approvals_channel)
    assert answer.conversation == f"{desk.approvals_channel.id};messageid=17"
    assert "In a channel I only read what mentions me" in json.dumps(answer.card)


async def test_a_private_answer_goes_to_ones_own_chat_and_is_inert(desk: Desk) -> None:
    desk.listener.answer = PRIVATE
    await say(desk, "pending")
    await desk.settle()
    assert desk.teams.posted(desk.approvals_channel) == []
    [told] = own_chat(desk)
    assert "For your eyes." in told
    assert "<at>" not in told
    assert '"TextBlock"' not in told


async def test_a_private_answer_that_cannot_be_given_is_not_given_to_all(desk: Desk) -> None:
    desk.listener.answer = PRIVATE
    desk.teams.fail("create", 403, "ForbiddenOperationException", times=9)
    await say(desk, "pending")
    await desk.settle()
    [answer] = desk.teams.posted(desk.approvals_channel)
    assert "could not answer you privately" in json.dumps(answer.card)
    assert "For your eyes" not in json.dumps(answer.card)


@pytest.mark.parametrize(
    "html",
    [
        f"<blockquote itemtype='http://schema.skype.com/Reply'><p>pause *</p></blockquote>{OWN_WORDS}",
        f"{OWN_WORDS}<blockquote itemtype='http://schema.skype.com/Forward'>resume *<br>undo</blockquote>",
    ],
)
async def test_what_is_quoted_or_forwarded_is_not_said(desk: Desk, html: str) -> None:
    attached = [{"contentType": "text/html", "content": html}]
    await say(desk, "", text="<at>Placet</at> pause * what about this? resume *", attachments=attached)
    assert [spoken.text for spoken in desk.listener.heard] == ["what about this?"]


async def test_a_mention_inside_of_a_quotation_is_none(desk: Desk) -> None:
    html = (
        "<blockquote><span itemtype='http://schema.skype.com/Mention' itemid='0'>Placet</span> pause *"
        "</blockquote><p>look at that</p>"
    )
    attached = [{"contentType": "text/html", "content": html}]
    await say(desk, "", text="<at>Placet</at> pause * look at that", attachments=attached)
    assert desk.listener.heard == []


@pytest.mark.parametrize("kind", ["messageUpdate", "messageDelete", "messageReaction"])
async def test_what_is_changed_later_is_not_heard(desk: Desk, kind: str) -> None:
    await say(desk, "help", type=kind)
    await desk.settle()
    assert desk.listener.heard == []


async def test_who_speaks_is_told_when_nothing_can_be_done(desk: Desk) -> None:
    desk.listener.failing = Busy("The database does not answer; try again in a moment.")
    await say(desk, "pause *")
    await desk.settle()
    [told] = own_chat(desk)
    assert "try again in a moment" in told


async def test_an_offer_is_taken_once_it_is_pressed(desk: Desk) -> None:
    desk.listener.answer = Heard(lines=("Route them?",), offers=(Offer(label="Confirm", reference="r7"),))
    await say(desk, "route refund.* here")
    await desk.settle()
    own = desk.teams.tenant.personal(desk.teams.tenant.accounts["Ann"])
    [offer] = desk.teams.posted(own)
    desk.listener.answer = Heard(lines=("Done.",))
    answer = await desk.teams.press(offer, "Confirm", by="Ann")
    assert "Done." in answer.body
    [(reference, presser)] = desk.listener.accepted
    assert (reference, presser.identity.user) == ("r7", ANN)
    await desk.settle()
    assert desk.teams.posted(desk.approvals_channel) == []


async def test_what_is_confirmed_in_ones_own_chat_is_told_where_it_was_asked(desk: Desk) -> None:
    desk.listener.answer = Heard(lines=("Route them?",), offers=(Offer(label="Confirm", reference="r7"),))
    await say(desk, "route refund.* here", thread="17")
    await desk.settle()
    own = desk.teams.tenant.personal(desk.teams.tenant.accounts["Ann"])
    [offer] = desk.teams.posted(own)
    desk.listener.answer = Heard(lines=("Ann routed them here.",), private=False)
    await desk.teams.press(offer, "Confirm", by="Ann")
    await desk.settle()
    [told] = desk.teams.posted(desk.approvals_channel)
    assert told.conversation.endswith(";messageid=17")
    assert "Ann routed them here." in json.dumps(told.card)


async def test_an_undo_that_everybody_sees_is_answered_to_all_where_all_may_know(desk: Desk) -> None:
    offers = (Offer(label="Undo", reference="r8"),)
    desk.listener.answer = Heard(lines=("Routed.",), private=False, offers=offers)
    await say(desk, "route refund.* here")
    await desk.settle()
    [message] = desk.teams.posted(desk.approvals_channel)
    desk.listener.answer = Heard(lines=("Undone.",), private=False)
    answer = await desk.teams.press(message, "Undo", by="Ben")
    await desk.settle()
    assert "Undone." in answer.body
    assert "Undone." in json.dumps(desk.teams.posted(desk.approvals_channel)[-1].card)
    assert not [*actions_of(answer.json["value"])]


# -- in the thread of a card


async def test_without_consent_only_what_mentions_the_bot_is_kept(desk: Desk) -> None:
    card = await carded(desk)
    await say(desk, "", thread=card.id, **unmentioned("between us"))
    await say(desk, "qwertz the invoice looks odd", thread=card.id)
    await desk.settle()
    assert await said(desk) == [("person:ann", "qwertz the invoice looks odd")]
    assert len(desk.listener.heard) == 1


async def test_with_consent_replies_without_a_mention_are_kept(consented: Desk) -> None:
    card = await carded(consented)
    ben = consented.teams.tenant.accounts["Ben"]
    mention = {"type": "mention", "text": "<at>Ben</at>", "mentioned": {"id": ben.id, "name": "Ben"}}
    for _ in range(2):
        reply: dict[str, Any] = {"text": "I asked <at>Ben</at>", "entities": [mention], "id": "1700"}
        await say(consented, "", thread=card.id, **reply)
    await say(consented, "", by="Ben", **unmentioned("lunch?"))
    await say(consented, "", by="Ben", thread="17", **unmentioned("lunch!"))
    assert await said(consented) == [("person:ann", "I asked @Ben")]
    assert consented.listener.heard == []


async def test_with_consent_the_help_says_so(consented: Desk) -> None:
    await say(consented, "help")
    await consented.settle()
    [answer] = consented.teams.posted(consented.approvals_channel)
    assert "in the thread of a card in a channel is kept" in json.dumps(answer.card)


@pytest.mark.parametrize(
    "sender",
    [
        {"id": "28:another-bot", "name": "Another"},
        {"id": BOT, "name": "Placet"},
        {"id": "29:x", "name": "X", "role": "bot", "aadObjectId": ANN},
        {"id": "29:stranger", "name": "Sam", "aadObjectId": "00000000-0000-4000-8000-000000000099"},
    ],
)
async def test_what_others_say_in_the_thread_is_not_kept(consented: Desk, sender: Any) -> None:
    card = await carded(consented)
    changes: dict[str, Any] = {"from": sender, **unmentioned("Do it")}
    await say(consented, "", thread=card.id, **changes)
    assert await said(consented) == []


async def test_a_command_in_the_thread_knows_its_request_and_is_no_remark(desk: Desk) -> None:
    card = await carded(desk)
    await say(desk, "claim", thread=card.id)
    [spoken] = desk.listener.heard
    assert (spoken.text, spoken.request_id) == ("claim", (await desk.request()).id)
    assert await said(desk) == []


async def test_what_is_no_command_is_kept_and_said_so(desk: Desk) -> None:
    desk.listener.answer = Heard(lines=("I do not know that.",))
    card = await carded(desk)
    await say(desk, "qwertz", thread=card.id)
    await desk.settle()
    [told] = own_chat(desk)
    assert KEPT in told


async def test_a_reply_that_cannot_be_stored_is_asked_for_again(consented: Desk) -> None:
    card = await carded(consented)
    given: dict[str, Any] = {"thread": card.id, "id": "1700", **unmentioned("Wait")}
    consented.store.failing = Busy()
    assert (await say(consented, "", **given)).status == 503
    consented.store.failing = None
    assert (await say(consented, "", **given)).status == 200
    assert await said(consented) == [("person:ann", "Wait")]
