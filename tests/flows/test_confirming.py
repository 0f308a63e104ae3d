"""Approvals that are confirmed: by a word, in Slack, in Teams and in the browser; or in the browser alone."""

import re
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from tests.fakes.browser import Browser
from tests.fakes.fake_teams import actions_of
from tests.flows.teams_world import TeamsWorld, seen, words
from tests.flows.world import ANN, BEN, STRANGER

_LINK = re.compile(r"http://[^\s|>\"]+/sign-in/[\w-]{43}")


class ConfirmingWorld(TeamsWorld):
    """Both chats, and browsers."""

    def __init__(self, database_url: str, folder: Path) -> None:
        super().__init__(database_url, folder)
        self.browsers: list[Browser] = []
        #: where the last sign-in led
        self.landed = ""

    def browser(self) -> Browser:
        """One that nobody is signed in with."""
        assert self._server is not None
        self.browsers.append(Browser(str(self._server.make_url("/")).rstrip("/")))
        return self.browsers[-1]

    async def signed_in(self, person: str) -> Browser:
        """A browser in which a person is signed in."""
        return await self.follows(await self.app.inbox_links.make(person))

    async def follows(self, link: str) -> Browser:
        """Somebody opens a link that they were sent, and presses the button there."""
        browser = self.browser()
        path = link.replace(self.app.settings.public_url, "")
        headers = {"Origin": self.app.settings.public_url}
        assert (await browser.get(path)).status == 200
        self.landed = (await browser.post(path, {}, headers=headers)).url
        return browser

    def link_told(self, text: str) -> str:
        """The one link in something that one person was told."""
        [link] = set(_LINK.findall(text))
        return str(link)

    async def __aexit__(self, *_: object) -> None:
        for browser in self.browsers:
            await browser.close()
        await super().__aexit__()


def _saying(line: str) -> str:
    text = TeamsWorld.policy.replace("    valid_for: 1h\n", f"    valid_for: 1h\n{line}")
    return text.replace('"slack:#support", "teams', '"slack:#support", "web:support", "teams')


class TypingWorld(ConfirmingWorld):
    """The order's number has to be typed."""

    policy = _saying("    confirm: type\n    confirm_word: arguments.order\n")


class BrowserWorld(ConfirmingWorld):
    """Refunds are approved in the browser only."""

    policy = _saying("    confirm: browser\n")


@pytest.fixture
async def typing(database_url: str, tmp_path: Path) -> AsyncIterator[TypingWorld]:
    async with TypingWorld(database_url, tmp_path) as world:
        await world.installs()
        yield world


@pytest.fixture
async def browsing(database_url: str, tmp_path: Path) -> AsyncIterator[BrowserWorld]:
    async with BrowserWorld(database_url, tmp_path) as world:
        await world.installs()
        yield world


async def status(world: ConfirmingWorld, asked: dict[str, Any]) -> str:
    return str((await world.agent.sees(asked["id"]))["status"])


async def test_in_slack_the_word_is_typed_at_the_end_of_the_review(typing: TypingWorld) -> None:
    asked, _ = await typing.asks()
    card = await typing.slack.card("#support")
    assert "Approve" not in card.buttons
    await card.press("Review…", by=ANN)
    view = await typing.slack.view(ANN, "Review")
    await view.expect("Type 4892 to approve")
    await view.submit({"Type 4892 to approve": "4829"})
    assert "Type 4892" in view.errors[0]
    assert await status(typing, asked) == "pending"
    await view.submit({"Type 4892 to approve": " 4892 "})
    await typing.settles()
    await card.expect("Approved by Ann")
    assert await status(typing, asked) == "approved"


async def test_a_word_typed_by_nobody_approves_nothing(typing: TypingWorld) -> None:
    asked, _ = await typing.asks()
    card = await typing.slack.card("#support")
    await card.press("Review…", by=BEN)
    view = await typing.slack.view(BEN, "Review")
    await view.expect("Type 4892 to approve")
    await view.submit(check=False)
    assert view.errors
    forged = card.payload("Review…", by=BEN)
    forged["actions"][0]["action_id"] = "placet_approve"
    await typing.slack.deliver(forged)
    assert await status(typing, asked) == "pending"


async def test_in_teams_the_word_is_typed_at_the_end_of_the_review(typing: TypingWorld) -> None:
    asked, card = await typing.asks()
    view = await typing.teams.press(card, "Review…", by="Ann")
    assert "Type 4892 to approve" in seen(view)
    wrong = await typing.press_again(card, view, "Approve", by="Ann", inputs={"placet_confirm": "no"})
    assert "Type 4892" in seen(wrong)
    assert await status(typing, asked) == "pending"
    view = await typing.teams.press(card, "Review…", by="Ann")
    right = await typing.press_again(card, view, "Approve", by="Ann", inputs={"placet_confirm": "4892"})
    assert "Approved by Ann" in seen(right)
    assert await status(typing, asked) == "approved"


async def test_in_the_browser_the_word_is_typed_beside_the_button(typing: TypingWorld) -> None:
    asked, _ = await typing.asks()
    ann = await typing.signed_in("ann")
    own = {"Origin": typing.app.settings.public_url}
    page = await ann.get(f"/requests/{asked['id']}")
    form = page.form(f"/requests/{asked['id']}/press", choice="approve")
    assert "Type 4892 to approve" in page.text
    await ann.post(form.action, {**form.fields, "confirmed": "4829"}, headers=own)
    assert await status(typing, asked) == "pending"
    await ann.post(form.action, {**form.fields, "confirmed": "4892"}, headers=own)
    assert await status(typing, asked) == "approved"


async def test_in_slack_whoever_may_approve_is_led_into_the_browser_alone(browsing: BrowserWorld) -> None:
    asked, _ = await browsing.asks()
    card = await browsing.slack.card("#support")
    assert card.buttons[0] == "Approve in the browser…"
    await card.press("Approve in the browser…", by=ANN)
    await browsing.settles()
    assert await status(browsing, asked) == "pending"
    [private] = [each for each in browsing.slack.workspace.private if each.user == ANN]
    link = browsing.link_told(str(private.blocks))
    assert all("/sign-in/" not in str(m.blocks) for m in browsing.slack.workspace.messages)
    ann = await browsing.follows(link)
    assert browsing.landed.endswith(f"/requests/{asked['id']}")
    page = await ann.get(f"/requests/{asked['id']}")
    form = page.form(f"/requests/{asked['id']}/press", choice="approve")
    await ann.post(form.action, form.fields, headers={"Origin": browsing.app.settings.public_url})
    await browsing.settles()
    assert await status(browsing, asked) == "approved"
    await card.expect("Approved by Ann")


async def test_whoever_asks_for_the_inbox_in_slack_signs_in_with_the_link_they_alone_get(
    browsing: BrowserWorld,
) -> None:
    await browsing.slack.mention("#support", "inbox", by=BEN)
    await browsing.settles()
    assert browsing.app.platforms.slack is not None
    await browsing.app.platforms.slack.background.settle()
    [private] = [each for each in browsing.slack.workspace.private if each.user == BEN]
    assert all("/sign-in/" not in str(m.blocks) for m in browsing.slack.workspace.messages)
    link = browsing.link_told(str(private.blocks))
    ben = await browsing.follows(link)
    assert "Ben" in (await ben.get("/")).text
    await browsing.follows(link)
    assert "/sign-in/" in browsing.landed


async def test_whoever_asks_for_the_inbox_in_a_channel_of_teams_gets_the_link_in_their_own_chat(
    browsing: BrowserWorld,
) -> None:
    await browsing.teams.mention(browsing.approvals, "inbox", by="Ann")
    await browsing.settles()
    ann = browsing.teams.tenant.accounts["Ann"]
    assert all("/sign-in/" not in words(m.activity) for m in browsing.teams.posted(browsing.approvals))
    [told] = browsing.teams.posted(browsing.teams.tenant.personal(ann))
    [opened] = [each for each in actions_of(told.card or {}) if each["type"] == "Action.OpenUrl"]
    visitor = await browsing.follows(str(opened["url"]))
    assert "Ann" in (await visitor.get("/")).text


async def test_a_stranger_is_led_nowhere(browsing: BrowserWorld) -> None:
    await browsing.asks()
    card = await browsing.slack.card("#support")
    browsing.slack.workspace.accounts[STRANGER] = browsing.slack.workspace.accounts["U01GUEST"]
    await card.press("Approve in the browser…", by=STRANGER)
    await browsing.settles()
    assert all("/sign-in/" not in str(each.blocks) for each in browsing.slack.workspace.private)


async def test_in_teams_the_link_comes_in_the_own_chat(browsing: BrowserWorld) -> None:
    asked, card = await browsing.asks()
    answer = await browsing.press(card, "Approve in the browser…", by="Ann")
    assert "in the browser only" in answer
    assert "/sign-in/" not in answer
    await browsing.settles()
    ann = browsing.teams.tenant.accounts["Ann"]
    [told] = browsing.teams.posted(browsing.teams.tenant.personal(ann))
    [opened] = [each for each in actions_of(told.card or {}) if each["type"] == "Action.OpenUrl"]
    await browsing.follows(str(opened["url"]))
    assert browsing.landed.endswith(f"/requests/{asked['id']}")
    assert "/sign-in/" not in words(card.card)
    assert await status(browsing, asked) == "pending"


async def test_a_policy_that_demands_more_now_holds_for_what_waits(typing: TypingWorld) -> None:
    asked, _ = await typing.asks()
    card = await typing.slack.card("#support")
    await card.press("Review…", by=ANN)
    view = await typing.slack.view(ANN, "Review")
    await view.expect("Type 4892 to approve")
    await typing.policy_says("confirm: type\n    confirm_word: arguments.order", "confirm: browser")
    await view.submit({"Type 4892 to approve": "4892"})
    assert await status(typing, asked) == "pending"
    await typing.policy_says("    confirm: browser\n", "")
    await card.press("Review…", by=BEN)
    other = await typing.slack.view(BEN, "Review")
    await other.expect("Type 4892 to approve")
    await other.submit({"Type 4892 to approve": "4892"})
    assert await status(typing, asked) == "approved"
