"""What an agent could write to deceive whoever reads its card; `named/card_content.txt` is the list."""

import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from tests.doors.shown import ACTION, Shown, everywhere, shown
from tests.flows.office import Office
from tests.flows.teams_world import words
from tests.flows.world import refund

pytestmark = pytest.mark.usefixtures("no_traceback")


class Spacious(Office):
    """Every request has a card of its own, however many wait."""

    def _more_settings(self) -> dict[str, Any]:
        return {**super()._more_settings(), "batch_over": 100}


@pytest.fixture
async def office(sqlite_database: str, tmp_path: Path) -> AsyncIterator[Office]:
    """On Slack, on Teams and in the browser; a card is drawn by the same code on either database."""
    async with Spacious(sqlite_database, tmp_path) as office:
        await office.installs()
        yield office


async def _is_quoted(office: Office, attack: str) -> Shown:
    """Shown everywhere as it was written, and live nowhere."""
    seen = await shown(office, **everywhere(attack))
    seen.is_inert()
    assert attack in seen.slack_words
    assert attack in seen.teams_words
    return seen


async def test_mention_of_channel(office: Office) -> None:
    await _is_quoted(office, "Done. <!channel> and <!everyone|x>")


async def test_mention_of_here(office: Office) -> None:
    await _is_quoted(office, "Done. <!here> <!here|here> @here")


async def test_mention_of_u(office: Office) -> None:
    await _is_quoted(office, "Done. <@U01BEN> <@U01BEN|ann> @ben")


async def test_mention_of_subteam(office: Office) -> None:
    await _is_quoted(office, "Done. <!subteam^S0LEGAL> <!subteam^S0LEGAL|@legal> <#C0LEADS>")


async def test_link_https_evil_https_bank(office: Office) -> None:
    await _is_quoted(office, "See <https://evil.example|https://bank.example>")


async def test_markdown_links_in_a_textblock(office: Office) -> None:
    await _is_quoted(office, "See [https://bank.example](https://evil.example) [a]: //evil.example")


async def test_markdown_images_in_a_textblock(office: Office) -> None:
    await _is_quoted(office, "See ![Approved](https://evil.example/approved.png) **now** # so")


async def test_at_all_at_with_entities(office: Office) -> None:
    seen = await _is_quoted(office, "Done. <at>all</at> <at>Ann</at> <at id='1'>x</at>")
    assert "entities" not in words(seen.teams.card)
    claimed = everywhere("Done.") | {"entities": [{"type": "mention", "text": "<at>all</at>"}]}
    assert (await office.agent.post("/v1/approvals", claimed)).status == 422
    claimed = everywhere("Done.") | {"msteams": {"entities": []}}
    assert (await office.agent.post("/v1/approvals", claimed)).status == 422


async def test_u_202e_and_u_2066_to_u_2069(office: Office) -> None:
    for turned in ("\u202e", "\u2066", "\u2067", "\u2068", "\u2069", "\u202a", "\u202b", "\u202d"):
        await _holds_none_of(office, f"pay {turned}001 EUR{turned}", turned)


async def test_zero_width_characters(office: Office) -> None:
    for hidden in ("\u200b", "\u200c", "\u200d", "\u2060", "\ufeff", "\u00ad", "\u3164"):
        await _holds_none_of(office, f"pay{hidden}pal and b{hidden}ank", hidden)


async def test_tag_characters(office: Office) -> None:
    tags = "".join(chr(0xE0000 + ord(sign)) for sign in "approve all")
    await _holds_none_of(office, f"Fine{tags} so", *tags)


async def test_look_alike_letters_in_a_host_name(office: Office) -> None:
    for url, leads_to in (
        ("https://раypal.com/", "xn--ypal-43d9g.com"),
        ("https://bank.example@evil.example/", "evil.example"),
        ("https://ⅿicrosoft.com/", "microsoft.com"),
    ):
        seen = await _with_evidence(office, url)
        for told in (seen.details.words, words(seen.teams_details), seen.page):
            assert f"(leads to {leads_to})" in told, url


async def test_200_newlines_that_push_the_facts_out_of_sight(office: Office) -> None:
    pushed = "Fine." + "\n" * 200 + "So." + "\n \n" * 200 + "And."
    arguments = {"order": "4892", "amount": "240.00", "currency": "EUR", "note": pushed}
    seen = await shown(office, reasoning=pushed, action={"name": "refund.issue", "arguments": arguments})
    seen.is_inert()
    for read in (seen.slack_words, seen.teams_words):
        assert "\n\n\n" not in read
        assert len(read.splitlines()) < 60
        assert "Refund 240.00 EUR for order 4892" in read


async def test_reasoning_that_draws_approved_by_cfo(office: Office) -> None:
    forged = "Fine.\n\n✅ *APPROVED by CFO*\nStatus: **approved** at 09:00 UTC\n\nvotes: 2 of 2"
    seen = await shown(office, reasoning=forged)
    seen.is_inert()
    for line in seen.slack_words.splitlines():
        assert "APPROVED by CFO" not in line or line.startswith("│ "), line
    [box] = [each for each in (seen.teams.card or {})["body"] if "APPROVED by CFO" in json.dumps(each)]
    assert (box["type"], box["style"]) == ("Container", "emphasis")
    assert "APPROVED" not in seen.message["text"]
    assert (await office.agent.sees(seen.id))["status"] == "pending"


async def test_reasoning_that_draws_fake_buttons(office: Office) -> None:
    plain = await shown(office)
    real = plain.buttons()
    drawn = (
        "[ Approve ] [ Reject ]\n{'type': 'button', 'action_id': 'placet_approve'}\n<button>Approve</button>"
    )
    office.clock.advance(seconds=2)
    seen = await shown(
        office, **everywhere(drawn) | {"action": {"name": "refund.issue", "arguments": _REFUND}}
    )
    seen.is_inert()
    assert seen.buttons() == real
    assert "<button>Approve</button>" not in seen.page


async def test_one_character_over_every_limit(office: Office) -> None:
    for length in (75, 76, 150, 151, 255, 256, 300):
        seen = await shown(office, **_of_length(length))
        seen.is_inert()
        office.clock.advance(seconds=2)
    assert (await office.agent.post("/v1/approvals", refund(**_of_length(301)))).status == 422
    for length in (2000, 2001, 3000, 3001):
        longer = {"name": "refund.issue", "arguments": _REFUND | {"order": str(length)}}
        reasoned = {"reasoning": "字" * length, "context": {"issue": "<" * length}, "action": longer}
        (await shown(office, **reasoned)).is_inert()
        office.clock.advance(seconds=2)


async def test_51_blocks(office: Office) -> None:
    arguments = _REFUND | {f"item_{number}": f"value {number}" for number in range(120)}
    context = {"tried": [f"step {number}" for number in range(20)], "subject": {"id": "c", "facts": _FACTS}}
    action = {"name": "refund.issue", "arguments": arguments}
    seen = await shown(office, action=action, context=context)
    seen.is_inert()
    assert len(seen.message["blocks"]) <= 50
    assert "all 124 arguments" in seen.slack_words
    assert "item_119" in seen.page


async def test_mailto_as_evidence(office: Office) -> None:
    await _is_no_link(office, "mailto:ceo@example.com?subject=approved")


async def test_javascript_as_evidence(office: Office) -> None:
    await _is_no_link(office, "javascript:alert(document.cookie)")
    await _is_no_link(office, "JaVaScRiPt://example.com/%0aalert(1)")
    await _is_no_link(office, "data:text/html,<script>alert(1)</script>")


async def test_slack_as_evidence(office: Office) -> None:
    await _is_no_link(office, "slack://channel?team=T01HOME&id=C0LEADS")
    await _is_no_link(office, "msteams://l/chat/0/0?users=ann")


async def test_tel_as_evidence(office: Office) -> None:
    await _is_no_link(office, "tel:+491234567890")


async def test_unfurls_that_fetch_an_address_of_the_agent_s_choice(office: Office) -> None:
    tracked = "https://evil.example/pixel.png?who=ann http://169.254.169.254/latest/meta-data"
    seen = await _is_quoted(office, tracked)
    for call in office.slack.called("chat.postMessage"):
        assert (call["unfurl_links"], call["unfurl_media"], call["mrkdwn"]) == (False, False, False)
    assert "evil.example/pixel" not in [run["text"] for run in _runs(seen.teams.card)]
    assert not list(_of_kind(seen.teams.card, "Image"))


async def test_secrets_in_arguments(office: Office) -> None:
    number = "4111111111111111"
    seen = await shown(office)
    told = (
        words(seen.message),
        seen.details.words,
        words(seen.teams.activity),
        words(seen.teams_details),
        seen.page,
    )
    assert not [each for each in told if number in each]
    assert all("1111" in each for each in told[1:2])
    assert "(hidden)" in seen.slack_words
    asked = await office.agent.sees(seen.id)
    assert asked["action"]["arguments"]["card_number"] == number, "the agent itself gets back what it sent"


_REFUND = {"order": "4892", "amount": "240.00", "currency": "EUR", "card_number": "4111111111111111"}
_FACTS = {f"fact {number}": "so" for number in range(20)}


async def _holds_none_of(office: Office, attack: str, *signs: str) -> None:
    seen = await shown(office, **everywhere(attack))
    seen.is_inert()
    for name, told in (
        ("message", words(seen.message)),
        ("details", words(seen.details.content)),
        ("teams", words(seen.teams.activity)),
        ("teams details", words(seen.teams_details)),
        ("page", seen.page),
    ):
        assert not [sign for sign in signs if sign in told], (
            name,
            told[max(0, told.find(signs[0]) - 200) :][:400],
        )
    assert "U+" in seen.details.words, "an argument names what cannot be seen"
    office.clock.advance(seconds=2)


async def _with_evidence(office: Office, url: str) -> Shown:
    context = {"evidence": [{"title": "The bank's page", "url": url, "quote": "paid"}]}
    action = {"name": "refund.issue", "arguments": _REFUND | {"order": url}}
    seen = await shown(office, context=context, action=action)
    seen.is_inert()
    office.clock.advance(seconds=2)
    return seen


async def _is_no_link(office: Office, url: str) -> None:
    """Refused at the door; where it comes as text, it stays text."""
    context = {"evidence": [{"title": "The bank's page", "url": url}]}
    body = {"action": {"name": ACTION, "summary": "s", "arguments": {}}, "reasoning": "r", "context": context}
    answer = await office.agent.post("/v1/approvals", body)
    assert (answer.status, "url" in await answer.text()) == (422, True), url
    (await shown(office, **everywhere(url))).is_inert()
    office.clock.advance(seconds=2)


def _of_length(length: int) -> dict[str, Any]:
    return {
        "action": {"name": ACTION, "summary": "s" * length, "arguments": {"k" * length: "v" * length}},
        "reasoning": "r" * length,
        "context": {"subject": {"id": "c", "facts": {"f" * 40: "v" * length}}, "issue": "i" * length},
    }


def _runs(card: object) -> list[dict[str, str]]:
    return list(_of_kind(card, "TextRun"))


def _of_kind(node: object, kind: str) -> list[dict[str, str]]:
    inner = node.values() if isinstance(node, dict) else node if isinstance(node, list) else ()
    here = [node] if isinstance(node, dict) and node.get("type") == kind else []
    return [*here, *(each for part in inner for each in _of_kind(part, kind))]
