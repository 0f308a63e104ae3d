"""Handoff packet: whoever decides has the whole before them, and a packet that lacks a part is refused."""

from html import unescape
from typing import Any

from tests.capabilities.desk import Desk
from tests.fakes.browser import Browser
from tests.flows.world import ANN
from tests.policy.packets import merged, refund

#: the parts that this desk demands beside those of the ready-made policy
DEMANDED = (
    "context.subject.name",
    "context.subject.tier",
    "context.subject.facts.LTV",
    "context.tried",
    "context.evidence",
    "context.conversation",
    "impact.summary",
)
CONVERSATION = [
    {"from": "customer" if number % 2 else "support-bot", "text": f"Line {number} of what was said."}
    for number in range(1, 31)
]
WHOLE = refund(
    "300.00",
    0.62,
    recommendation="Approve: the carrier pays us back.",
    context={
        "subject": {
            "name": "Maria Example",
            "tier": "gold",
            "facts": {"customer since": "2019", "LTV": "2,400 EUR"},
        },
        "issue": "My parcel never came, and I want my money back.",
        "tried": ["Asked the carrier", "Offered to send it again, which she declined"],
        "evidence": [
            {
                "title": "The carrier's letter",
                "url": "https://carrier.example.com/letters/7",
                "quote": "The parcel is lost.",
            }
        ],
        "conversation": CONVERSATION,
    },
    impact={"level": "medium", "summary": "300 EUR that the carrier pays back"},
    signals={"sentiment": "worried"},
)


async def _demanding(desk: Desk) -> None:
    lines = "".join(f"      - {part}\n" for part in DEMANDED)
    await desk.policy_says("      - context.issue\n", f"      - context.issue\n{lines}")


async def test_a_packet_that_lacks_parts_is_refused_and_all_of_them_are_named_at_once(support: Desk) -> None:
    await _demanding(support)
    lacking: dict[str, Any] = {"context": {"issue": None, "subject": {"tier": None}}, "recommendation": "  "}
    problem = await support.refused(refund("300.00", **lacking))

    missing = ["context.issue", "recommendation", *DEMANDED]
    assert [part for part in missing if part not in problem["detail"]] == []
    assert "context.subject.id" not in problem["detail"]
    assert "which the packet lacks; add them" in problem["detail"]
    # Nothing was stored, and nobody was asked.
    assert (await (await support.agent.http.get("/v1/approvals")).json())["approvals"] == []
    await support.settles()
    assert support.slack.cards("#support") == []

    for part in missing:
        problem = await support.refused(merged(WHOLE, _without(part)))
        assert f"has to come with {part}, which the packet lacks; add it." in problem["detail"]
    assert (await support.asks(WHOLE))["status"] == "pending"


async def test_the_card_has_who_and_what_and_why_and_details_have_every_word(support: Desk) -> None:
    await _demanding(support)
    asked = await support.asks(WHOLE)
    card = await support.card("support")
    await card.press("Details", by=ANN)
    details = await support.slack.view(ANN, "Details")
    page = await _page(support, asked["id"])

    packet = (
        "Refund 300.00 EUR for order 4892",
        # who the customer is, and what they are worth
        *("Maria Example", "gold", "customer since", "2019", "LTV", "2,400 EUR"),
        # the issue as stated, and what was tried
        *("The issue as stated", "My parcel never came, and I want my money back."),
        *("Tried so far", "Asked the carrier", "Offered to send it again, which she declined"),
        # why it was escalated, and the recommended next step
        *("Rule: default, owned by Ann.", "Confidence", "62%", "worried"),
        *("Recommendation", "Approve: the carrier pays us back."),
        # impact and evidence
        *("medium: 300 EUR that the carrier pays back", "The carrier's letter", "The parcel is lost."),
        "carrier.example.com/letters/7",
    )
    for words in (details.words, page):
        assert [part for part in packet if part not in words] == []
    # What a glance needs is on the card itself.
    await card.expect(*packet[:3], "The carrier confirmed in writing", "Approve: the carrier pays us back.")

    said = [line["text"] for line in CONVERSATION]
    assert [line for line in said if line not in page] == []
    assert [line for line in said if line not in details.words] == []


async def test_what_the_agent_does_not_know_is_marked(support: Desk) -> None:
    await support.asks(merged(WHOLE, {"signals": {"missing": ["proof of purchase", "bank account"]}}))
    await (await support.card("support")).expect(
        "Missing, the agent says: “proof of purchase”, “bank account”.",
        "It is an exception to the refund policy, or the agent lacks something",
    )


def _without(part: str) -> dict[str, Any]:
    """A change that takes a part out of a body."""
    name, _, rest = part.partition(".")
    return {name: _without(rest) if rest else None}


async def _page(desk: Desk, request_id: str) -> str:
    """The text of a request's page in Ann's browser."""
    browser = Browser(str(desk.agent.http._base_url).rstrip("/"))
    try:
        link = await desk.app.sessions.create_link("ann")
        await browser.send((await browser.get(f"/sign-in/{link}")).forms[0])
        return unescape((await browser.get(f"/requests/{request_id}")).text)
    finally:
        await browser.close()
