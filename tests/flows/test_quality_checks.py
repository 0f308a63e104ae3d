"""Stories of quality checks: an automatic approval is drawn, and judged by somebody who does not know it."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.fakes.browser import Browser
from tests.flows.teams_world import TeamsWorld, seen, words
from tests.flows.world import ANN, BEN, CAT, POLICY, World

_RULES = """
rules:
  - {{name: small-credit, owner: lea, why: Credits under 50 EUR are routine, review_by: 2027-02-01,
      when: 'action.name == "credit.issue"', then: auto, sample: 1.0}}
"""
_CREDIT = (
    "  credit.issue: {{owner: ann, reversible: true, amount: arguments.amount, currency: arguments.currency,"
    ' summary: "Credit {{amount}} {{currency}}"}}\n'
)
CREDIT = {"name": "credit.issue", "arguments": {"amount": "20.00", "currency": "EUR"}}


def sampling(policy: str) -> str:
    """The policy with a rule that approves, and of which every approval is drawn."""
    return policy.replace("escalation_policies:\n", f"{_CREDIT}{_RULES}escalation_policies:\n")


class SamplingWorld(World):
    """Every credit is approved by a rule and drawn."""

    policy = sampling(POLICY)


class SamplingTeamsWorld(TeamsWorld):
    """Likewise, with Teams beside Slack."""

    policy = sampling(TeamsWorld.policy)


@pytest.fixture
async def world(database_url: str, tmp_path: Path) -> AsyncIterator[SamplingWorld]:
    """A whole installation, running."""
    async with SamplingWorld(database_url, tmp_path) as world:
        yield world


@pytest.fixture
async def both(database_url: str, tmp_path: Path) -> AsyncIterator[SamplingTeamsWorld]:
    """A whole installation on both chat platforms."""
    async with SamplingTeamsWorld(database_url, tmp_path) as world:
        await world.installs()
        yield world


async def test_an_automatic_approval_is_judged_by_somebody_who_does_not_know_it(world: SamplingWorld) -> None:
    asked = await world.agent.asks(action=CREDIT)
    assert asked["status"] == "approved"
    await world.settles()
    card = await world.slack.card("#support")
    assert "Quality check: would you have approved this?" in card.words
    for told in ("small-credit", "routine", "Approved by", "by the rule", "Lea"):
        assert told not in card.words
    assert card.buttons == ["I would approve", "I would reject…", "Details"]
    await card.press("I would approve", by=ANN)
    await world.settles()
    await card.expect("Approved by the rule small-credit", "Ann agreed")
    assert (await world.agent.sees(asked["id"]))["decision"]["by"] == []
    assert world.agent.told() == ["approval.approved"]


async def test_a_verdict_against_it_names_a_reason_and_the_approval_stands(world: SamplingWorld) -> None:
    asked = await world.agent.asks(action=CREDIT)
    await world.settles()
    card = await world.slack.card("#support")
    await card.press("I would reject…", by=BEN)
    form = await world.slack.view(BEN, "Quality check")
    assert "Why would you reject it?" in form.words
    await form.submit({"Why would you reject it?": "Too risky", "In your words": "A new customer."})
    await world.settles()
    await card.expect("Ben disagreed, and would have rejected it: too risky", "A new customer.")
    assert (await world.agent.sees(asked["id"]))["status"] == "approved"


async def test_what_came_of_it_is_not_told_before_the_verdict(world: SamplingWorld) -> None:
    asked = await world.agent.asks(action=CREDIT)
    await world.settles()
    card = await world.slack.card("#support")
    outcome = {"status": "failed", "detail": "The bank refused."}
    assert (await world.agent.post(f"/v1/approvals/{asked['id']}/outcome", outcome)).status == 200
    message = {"text": "The credit could not be booked."}
    assert (await world.agent.post(f"/v1/approvals/{asked['id']}/messages", message)).status == 200
    await world.settles()
    assert "bank refused" not in (await world.slack.card("#support")).words
    assert not card.replies
    await card.press("Details", by=ANN)
    details = await (await world.slack.view(ANN, "Details")).expect("Quality check")
    assert "small-credit" not in details.words
    assert "bank refused" not in details.words
    await card.press("I would approve", by=ANN)
    await world.settles()
    await card.expect("The bank refused.")


async def test_the_agents_owner_does_not_judge_its_work(world: SamplingWorld) -> None:
    await world.agent.asks(action=CREDIT)
    await world.settles()
    card = await world.slack.card("#support")
    await card.press("I would approve", by=CAT)
    await world.settles()
    await card.expect("Quality check: would you have approved this?")


async def test_an_unanswered_quality_check_ends_quietly(world: SamplingWorld) -> None:
    await world.agent.asks(action=CREDIT)
    await world.settles()
    card = await world.slack.card("#support")
    await world.later(days=7)
    await card.expect("Approved by the rule small-credit", "Quality check: nobody gave a verdict")
    assert not card.replies


async def test_a_verdict_in_teams_is_recorded_on_every_card(both: SamplingTeamsWorld) -> None:
    asked, card = await both.asks(action=CREDIT)
    assert "small-credit" not in words(card.activity)
    assert "Quality check" in words(card.card)
    form = await both.teams.press(card, "I would reject…", by="Ben")
    assert "Why would you reject it?" in seen(form)
    again = await both.press_again(card, form, "Send", by="Ben")
    assert "Choose a reason" in seen(again)
    reason = {"placet_reason": "wrong_facts", "placet_words": "It arrived."}
    done = await both.press_again(card, again, "Send", by="Ben", inputs=reason)
    assert "you disagree with the rule small-credit" in seen(done)
    await both.settles()
    await both.teams.expect(card, "Ben disagreed")
    slack = await both.slack.card("#support")
    await slack.expect("Ben disagreed")
    assert (await both.agent.sees(asked["id"]))["status"] == "approved"


async def test_whoever_reads_the_browser_judges_there_and_learns_nothing_before(world: SamplingWorld) -> None:
    asked = await world.agent.asks(action=CREDIT)
    await world.settles()
    assert world._server is not None
    browser = Browser(str(world._server.make_url("")).rstrip("/"))
    page = await browser.get(f"/sign-in/{await world.app.sessions.create_link('ann')}")
    inbox = await browser.send(page.forms[0])
    details = await browser.get(f"/requests/{asked['id']}")
    decided = await browser.get("/?show=decided")
    for shown in (inbox, details):
        assert "Quality check: would you have approved this?" in shown.text
    for shown in (inbox, details, decided):
        for told in ("small-credit", "routine", "by the rule", "Approved by"):
            assert told not in shown.text
    assert asked["id"] not in decided.text
    judged = await browser.send(details.form(f"/requests/{asked['id']}/press", choice="agree"))
    assert "Approved by the rule small-credit" in judged.text
    assert "Ann agreed" in judged.text
    assert asked["id"] in (await browser.get("/?show=decided")).text
    await browser.close()


async def test_a_word_to_the_bot_tells_nothing_before_the_verdict(world: SamplingWorld) -> None:
    asked = await world.agent.asks(action=CREDIT)
    await world.settles()
    card = await world.slack.card("#support")
    for said in (f"show {asked['id']}", "claim", "cancel it was a mistake", "escalate", "ask why?", "stats"):
        await world.slack.mention("#support", said, by=ANN, thread_ts=card.ts)
        await world.settles()
    heard = " ".join((*world.slack.told(ANN), *card.replies))
    assert "This is a quality check" in heard
    for told in ("small-credit", "routine", "Approved by", "approved this at", "1 approved"):
        assert told not in heard
