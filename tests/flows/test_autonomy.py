"""Rules go up by their owners on evidence, and down by themselves; owners are asked once a month."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.domain.ids import COMMAND, new_id
from bot.domain.moves import Presser
from bot.domain.status import Mode
from tests.builders import slack
from tests.fakes.browser import Browser
from tests.fakes.slack_workspace import Message
from tests.flows.world import ANN, BEN, POLICY, World

RULE = """
autonomy: {{at_least: 4, approved: 0.5, errors: 0.5}}
rules:
  - name: small
    owner: ann
    why: Credits under 50 EUR are routine.
    match: credit.issue
    when: 'impact.currency == "EUR" && impact.amount < 50.0'
    then: gate
    may_become: [notify, auto]
"""
ACTION = """  credit.issue:
    {{owner: ann, reversible: true, amount: arguments.amount, currency: EUR, summary: Credit}}
escalation_policies:"""

ANNS, BENS = Presser(identity=slack(ANN)), Presser(identity=slack(BEN))


class RuledWorld(World):
    """An installation whose only rule gates, and may earn autonomy."""

    policy = POLICY.replace("escalation_policies:", ACTION) + RULE

    async def credits(self, outcome: str, *, count: int = 4, by: str | None = None) -> list[dict[str, Any]]:
        """Small credits, approved by somebody where they wait, and what came of each."""
        made = []
        for _ in range(count):
            asked = await self.agent.asks(
                action={"name": "credit.issue", "arguments": {"amount": "20.00"}},
                impact={"level": "low", "reversible": True},
            )
            # One message a second may go into a channel.
            await self.later(seconds=2)
            if by is not None:
                await (await self.slack.card("#support")).press("Approve", by=by)
            report = {"status": outcome}
            assert (await self.agent.post(f"/v1/approvals/{asked['id']}/outcome", report)).status == 200
            made.append(asked)
        return made

    async def measures(self) -> None:
        """What happened so far is in the measures."""
        await self.app.upkeep.housekeeping.seal()
        await self.app.upkeep.housekeeping.measure()

    async def weeks_pass(self, weeks: int) -> None:
        """So many weeks, and what was measured before them is of the past."""
        await self.later(weeks=weeks)
        await self.measures()

    async def month_passes(self) -> None:
        """The first of the next month, in the morning: owners are asked."""
        now = self.clock()
        first = (now.replace(day=1) + timedelta(days=32)).replace(day=1, hour=9)
        await self.later(seconds=(first - now).total_seconds())
        await self.measures()
        await self.app.oversight.reviewing.step()
        await self.settles()

    def in_own_chat(self, user: str) -> list[Message]:
        """What a person was told in direct messages."""
        rooms = {room.id for room in self.slack.workspace.rooms.values() if room.person == user}
        return [message for message in self.slack.workspace.messages if message.room in rooms]

    async def review(self) -> str:
        """The id of the last review that Ann was sent."""
        review = next(m for m in reversed(self.in_own_chat(ANN)) if buttons(m))
        return str(buttons(review)[0]["value"]).partition(":")[2]

    async def answers(self, label: str, *, by: str) -> str:
        """Press a button of the last review that Ann was sent; what is answered."""
        review = next(m for m in reversed(self.in_own_chat(ANN)) if buttons(m))
        before = {message.ts: message.text for message in self.in_own_chat(by)}
        element = next(each for each in buttons(review) if each["text"]["text"] == label)

        def told() -> list[str]:
            return [m.text for m in self.in_own_chat(by) if before.get(m.ts) != m.text]

        payload = self.slack.press_payload(by, review, element, review.blocks[-1]["block_id"])
        await self.slack.deliver(payload)
        await self.slack.until(lambda: bool(told()), lambda: f"{by} is answered")
        return told()[-1]


def buttons(message: Message) -> list[Any]:
    """The buttons below a message."""
    return [each for block in message.blocks if block["type"] == "actions" for each in block["elements"]]


def labels(message: Message) -> list[str]:
    """What they say."""
    return [each["text"]["text"] for each in buttons(message)]


@pytest.fixture
async def world(database_url: str, tmp_path: Path) -> AsyncIterator[RuledWorld]:
    async with RuledWorld(database_url, tmp_path) as world:
        await world.app.oversight.reviewing.step()
        yield world


async def test_nobody_is_asked_about_a_rule_that_is_new(world: RuledWorld) -> None:
    await world.settles()

    assert world.in_own_chat(ANN) == []


async def test_the_owner_loosens_a_rule_that_has_earned_it(world: RuledWorld) -> None:
    await world.credits("succeeded", by=BEN)
    await world.month_passes()

    [review] = world.in_own_chat(ANN)
    assert "Your rule small demands gate: a person decides. What should become of it?" in review.text
    assert "People approved as it came: 4 of 4 (100%; between 51% and 100%)" in review.text
    assert labels(review) == ["Keep", "Loosen"]
    told = await world.answers("Loosen", by=ANN)

    assert "small demands notify from now on" in told
    [asked] = await world.credits("succeeded", count=1)
    assert (asked["status"], asked["mode"], asked["ruling"]["rule"]) == ("approved", "notify", "small")
    assert "Its owner let it earn notify on what people made of 4 requests." in asked["ruling"]["why"]


async def test_nobody_but_the_owner_moves_a_rule(world: RuledWorld) -> None:
    await world.credits("succeeded", by=ANN)
    await world.month_passes()

    heard = await world.app.speaking.accept(f"loosen:{await world.review()}", BENS)

    assert heard.lines == ("Only the owner of small moves it.",)
    [asked] = await world.credits("succeeded", count=1, by=ANN)
    assert asked["mode"] == "gate"


async def test_a_rule_that_has_not_earned_it_cannot_be_loosened_and_says_why(world: RuledWorld) -> None:
    await world.credits("succeeded", count=2, by=ANN)
    await world.month_passes()

    [review] = world.in_own_chat(ANN)
    assert labels(review) == ["Keep"]
    assert "It has not earned notify yet. People judged 2 of its requests, and 4 are needed." in review.text


async def test_a_rule_loses_its_autonomy_by_itself_and_its_owner_hears_of_it(world: RuledWorld) -> None:
    await world.credits("succeeded", by=BEN)
    await world.month_passes()
    await world.answers("Loosen", by=ANN)
    await world.weeks_pass(6)
    await world.credits("failed")
    await world.measures()

    await world.app.oversight.autonomy.step()
    await world.settles()

    told = world.in_own_chat(ANN)[-1].text
    assert "Your rule small demands gate now. It lost its autonomy by itself. 4 of 4 failed" in told
    [asked] = await world.credits("failed", count=1, by=BEN)
    assert asked["mode"] == "gate"


async def test_it_falls_once_however_often_and_wherever_it_is_looked_at(world: RuledWorld) -> None:
    await world.credits("succeeded", by=BEN)
    await world.month_passes()
    await world.answers("Loosen", by=ANN)
    await world.weeks_pass(6)
    await world.credits("failed")
    await world.measures()

    for _ in range(3):
        await world.app.oversight.autonomy.step()
    await world.restarts()
    await world.app.oversight.autonomy.step()
    await world.settles()

    assert sum("lost its autonomy" in message.text for message in world.in_own_chat(ANN)) == 1


async def test_a_second_answer_changes_nothing_but_tightening_always_does(world: RuledWorld) -> None:
    await world.credits("succeeded", by=BEN)
    await world.month_passes()
    told = await world.answers("Loosen", by=ANN)

    # The answer takes the place of what was asked.
    assert "Your rule small demanded gate." in told
    [answered] = world.in_own_chat(ANN)
    assert labels(answered) == ["Tighten"]
    again = await world.app.speaking.accept(f"keep:{await world.review()}", ANNS)
    assert "Loosened at" in again.lines[-1]
    await world.credits("succeeded", count=1)
    await world.month_passes()
    review = next(m for m in reversed(world.in_own_chat(ANN)) if buttons(m))
    assert labels(review) == ["Keep", "Tighten"]
    assert "1 ran without people" in review.text
    await world.answers("Keep", by=ANN)

    assert "small demands gate from now on" in await world.answers("Tighten", by=ANN)
    [asked] = await world.credits("succeeded", count=1, by=BEN)
    assert asked["mode"] == "gate"


async def test_an_old_review_takes_no_rule_further_than_it_said(world: RuledWorld) -> None:
    await world.credits("succeeded", by=BEN)
    await world.month_passes()
    old = await world.review()
    await world.credits("succeeded", by=BEN)
    await world.month_passes()
    assert await world.review() != old
    assert "small demands notify from now on" in await world.answers("Loosen", by=ANN)
    await world.credits("succeeded")

    again = await world.app.speaking.accept(f"loosen:{old}", ANNS)

    assert again.lines == ("small was moved since you looked, and demands notify now; look again first.",)
    [asked] = await world.credits("succeeded", count=1)
    assert asked["mode"] == "notify"


async def test_a_review_that_is_answered_tells_nobody_else_its_numbers(world: RuledWorld) -> None:
    await world.credits("succeeded", by=ANN)
    await world.month_passes()
    review = await world.review()
    await world.answers("Keep", by=ANN)

    heard = await world.app.speaking.accept(f"keep:{review}", BENS)

    assert heard.lines == ("Only the owner of small sees its review.",)


async def test_an_owner_is_asked_once_a_month(world: RuledWorld) -> None:
    await world.credits("succeeded", by=BEN)
    await world.month_passes()
    for _ in range(3):
        await world.app.oversight.reviewing.step()
    await world.settles()

    assert len(world.in_own_chat(ANN)) == 1


async def test_a_rule_stands_where_it_was_moved_unless_its_file_says_otherwise(
    world: RuledWorld,
) -> None:
    await world.credits("succeeded", by=BEN)
    await world.month_passes()
    await world.answers("Loosen", by=ANN)

    await world.policy_says("then: gate\n    may_become: [notify, auto]", "then: auto")
    [asked] = await world.credits("succeeded", count=1)
    assert asked["mode"] == "auto"
    await world.policy_says("then: auto", "then: gate\n    may_become: [notify, auto]")

    await world.restarts()
    await world.app.store.learn()

    assert world.app.policy.current().rules.order[0].then is Mode.NOTIFY


async def test_owners_find_their_rules_in_the_browser_and_move_them_there(world: RuledWorld) -> None:
    await world.credits("succeeded", by=BEN)
    await world.measures()
    assert world._server is not None
    browser = Browser(str(world._server.make_url("")).rstrip("/"))
    page = await browser.get(f"/sign-in/{await world.app.sessions.create_link('ann')}")
    inbox = await browser.send(page.forms[0])

    assert 'href="/rules"' in inbox.text
    rules = await browser.get("/rules")
    assert "Demands gate" in rules.text
    assert "People approved as it came: 4 of 4" in rules.text
    moved = await browser.send(rules.form("/rules/small"), choice="loosen")
    assert "small demands notify from now on." in moved.text
    assert "Demands notify" in moved.text
    old = await browser.send(rules.form("/rules/small"), choice="loosen", nonce=new_id(COMMAND))
    assert "small was moved since you looked, and demands notify now; look again first." in old.text
    again = await browser.send(moved.form("/rules/small"), choice="loosen")
    assert "small demands auto from now on." in again.text
    await browser.close()
    [asked] = await world.credits("succeeded", count=1)
    assert asked["mode"] == "auto"


async def test_whoever_owns_no_rule_finds_no_page_of_rules(world: RuledWorld) -> None:
    assert world._server is not None
    browser = Browser(str(world._server.make_url("")).rstrip("/"))
    page = await browser.get(f"/sign-in/{await world.app.sessions.create_link('ben')}")
    inbox = await browser.send(page.forms[0])

    assert 'href="/rules"' not in inbox.text
    assert (await browser.get("/rules")).status == 404
    await browser.close()
