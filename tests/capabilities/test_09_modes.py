"""Modes per rule: one agent suggests, waits, may be stopped, tells afterwards and runs."""

from typing import Any

from tests.capabilities.desk import MIA, Desk
from tests.flows.world import BEN
from tests.policy.packets import letter, merged

POST = {"channel": "blog", "title": "News", "to": None, "subject": None, "text": None}
#: what one agent asks for within minutes: the mode, the rule, and what becomes of it at once
DAY: list[tuple[dict[str, Any], tuple[str, str, str]]] = [
    (letter(name="thread.read", action={"arguments": {"thread": "t-7"}}), ("auto", "read-only", "approved")),
    (letter(name="message.internal"), ("auto", "alone", "approved")),
    (letter(0.95), ("auto", "sure-reply", "approved")),
    (letter(0.87), ("notify", "fair-reply", "approved")),
    (letter(0.92, "message.followup"), ("veto", "sure-followup", "pending")),
    (
        merged(letter(name="post.publish"), {"action": {"arguments": POST}, "recommendation": "Publish."}),
        ("gate", "default", "pending"),
    ),
    (
        letter(context={"subject": {"facts": {"do not contact": "asked in May"}}}),
        ("refuse", "do-not-contact", "rejected"),
    ),
]


async def test_one_agent_mixes_all_modes_and_each_does_what_it_says(messages: Desk) -> None:
    asked = [await messages.asks(body) for body, _ in DAY]
    found = [(one["mode"], one["ruling"]["rule"], one["status"]) for one in asked]
    assert found == [expected for _, expected in DAY]
    told = [*["approval.approved"] * 4, "approval.rejected"]
    assert messages.agent.told() == told
    assert [await messages.agent.redeems(one) for one in asked] == [200, 200, 200, 200, 409, 409, 409]

    # Only three of them are anybody's business in chat, each in its own way.
    news, window = messages.slack.cards("#desk")
    await news.expect("Approved by the rule fair-reply", "Replies of which the agent is fairly sure run")
    assert news.mentioned == []
    assert news.buttons[:2] == ["Override…", "Details"]
    await window.expect("Runs by itself", "unless somebody objects")
    assert {"Stop…", "Approve now"} <= set(window.buttons)
    [post] = messages.slack.cards("#communications")
    await post.expect("Publish on blog: News", "High impact", "This cannot be undone.")

    # The window passes and the message runs; nothing passes for what is gated.
    await messages.later(minutes=12)
    assert messages.agent.told() == told
    await messages.later(minutes=2)
    await window.expect("Approved, as nobody objected")
    assert messages.agent.told() == [*told, "approval.approved"]
    assert (await messages.agent.sees(asked[5]["id"]))["status"] == "pending"
    await post.press("Review…", by=MIA)
    view = await messages.slack.view(MIA, "Review")
    await messages.slack.until(lambda: view.submit_label is not None, lambda: view.words)
    await view.submit()
    await messages.settles()
    assert (await messages.agent.sees(asked[5]["id"]))["decision"]["by"] == ["mia"]


async def test_a_new_agent_only_suggests_messages_until_people_trust_it(new_messages: Desk) -> None:
    desk = new_messages
    await desk.policy_says("agent_action_approved_30d < 50", "agent_action_approved_30d < 2")
    await desk.policy_says("sample: 0.05", "sample: 0.0")
    suggestion = letter(0.99, action={"arguments": {"text": "It arrives tomorow."}})
    asked = await desk.asks(suggestion)
    assert (asked["status"], asked["mode"], asked["ruling"]["rule"]) == ("pending", "gate", "suggested-first")
    card = await desk.card("desk")
    await card.expect(
        "Reply to Jo: Your parcel", "It arrives tomorow.", "Every message is a suggestion until"
    )
    assert card.buttons[:3] == ["Approve", "Reject", "Edit…"]

    # What somebody corrects is what is sent.
    await card.press("Edit…", by=BEN)
    view = await desk.slack.view(BEN, "Edit")
    await desk.slack.until(lambda: view.submit_label is not None, lambda: view.words)
    await view.submit({"text": "It arrives tomorrow."})
    await view.submit()
    await desk.settles()
    [told] = desk.agent.callbacks
    sent = told["data"]["approval"]
    assert (told["type"], sent["decision"]["type"]) == ("approval.approved", "edit")
    assert sent["action"]["arguments"]["text"] == "It arrives tomorrow."
    assert [await desk.agent.redeems(one) for one in (asked, sent)] == [422, 200]

    assert (await desk.asks(letter(0.99)))["status"] == "pending"
    await desk.presses("desk", "Approve", by=BEN)
    trusted = await desk.asks(letter(0.99))
    assert (trusted["status"], trusted["ruling"]["rule"]) == ("approved", "sure-reply")
    # Follow-ups are a kind of their own, of which people have seen none.
    assert (await desk.asks(letter(0.99, "message.followup")))["ruling"]["rule"] == "suggested-first"
