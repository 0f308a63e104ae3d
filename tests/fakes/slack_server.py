"""A fake Slack on 127.0.0.1: the Web API with Slack's limits, and people who press buttons.

    async with FakeSlack() as slack:
        slack.add_channel("support")
        slack.connect("http://127.0.0.1:8080/slack/events")
        card = await slack.card("#support")
        await card.press("Approve", by="U01ANN")
        await card.expect("Approved by Ann")

Without `connect`, an app that opened a Socket Mode connection gets its traffic there.
"""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any, Self

from tests.fakes import slack_payloads
from tests.fakes.slack_http import Delivered, SlackServer
from tests.fakes.slack_reading import read
from tests.fakes.slack_screen import Card, View
from tests.fakes.slack_workspace import (
    BOT_TOKEN,
    BOT_USER,
    RESPONSE_URL_LIVES,
    TEAM,
    TRIGGER_LIVES,
    Message,
    OpenView,
    ResponseUrl,
    Room,
    Trigger,
    UserGroup,
    Workspace,
)


class FakeSlack(SlackServer):
    """One workspace with one app in it."""

    bot_token = BOT_TOKEN

    def __init__(
        self,
        clock: Callable[[], datetime] | None = None,
        *,
        burst: int = 3,
        workspace: Workspace | None = None,
    ) -> None:
        """`burst`: so many messages within as many seconds and channel are let through."""
        super().__init__(clock or (lambda: datetime.now(UTC)), burst=burst, workspace=workspace)
        self.burst = burst

    async def __aenter__(self) -> Self:
        await self.open()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.shut()

    # -- the workspace, as its administrator sees it

    def add_channel(self, name: str, *, is_private: bool = False) -> Room:
        """A channel with the bot in it; `refunds` has the id `C0REFUNDS`."""
        return self.workspace.add_room(name, is_private=is_private)

    def archive(self, name: str) -> None:
        """Nothing can be written there any more."""
        self._room(name).is_archived = True

    def remove_bot(self, name: str) -> None:
        """The bot is no longer in the channel."""
        self._room(name).has_bot = False

    def delete(self, card: Card) -> None:
        """Somebody deletes a message."""
        message = self.workspace.message(card.channel, card.ts)
        if message is not None:
            self.workspace.messages.remove(message)

    # -- what people see

    async def card(self, channel: str, *, number: int = -1, count: int = 1) -> Card:
        """Wait for at least `count` cards in a channel (`#name`, id or `@user`), and look at one of them."""
        await self.until(lambda: len(self.cards(channel)) >= count, lambda: f"{count} cards in {channel}")
        return self.cards(channel)[number]

    def cards(self, channel: str) -> list[Card]:
        """The bot's messages that have a card's heading, oldest first."""
        room = self._room(channel)
        return [
            Card(self, message)
            for message in self.workspace.messages
            if message.room == room.id and any(b["type"] == "header" for b in message.blocks)
        ]

    def messages(self, channel: str) -> list[Message]:
        """Everything in a channel, threads included."""
        room = self._room(channel)
        return [message for message in self.workspace.messages if message.room == room.id]

    def told(self, user: str) -> list[str]:
        """What a person was told privately, in the channel."""
        return [read(private.text) for private in self.workspace.private if private.user == user]

    async def expect_told(self, user: str, *words: str) -> str:
        """Wait until a person was told something with these words."""

        def found() -> str | None:
            return next((t for t in self.told(user) if all(word in t for word in words)), None)

        await self.until(lambda: found() is not None, lambda: f"{words} told to {user}: {self.told(user)}")
        return found() or ""

    async def own_card(self, user: str, *, count: int = 1) -> Card:
        """Wait until a person has cards in channels that they alone see, and look at the latest one."""

        def found() -> list[Message]:
            own = self.workspace.own.get(user, ())
            return [message for message in own if any(b["type"] == "actions" for b in message.blocks)]

        await self.until(lambda: len(found()) >= count, lambda: f"{count} cards that {user} alone sees")
        return Card(self, found()[-1])

    async def view(self, user: str, title: str = "") -> View:
        """Wait until a person has a view open, with this title where one is given."""

        def found() -> View | None:
            opened = self.workspace.view_of(user)
            view = View(self, opened) if opened else None
            return view if view is not None and title in ("", view.title) else None

        await self.until(lambda: found() is not None, lambda: f"a view {title!r} of {user}")
        view = found()
        if view is None:
            raise AssertionError("it was there a moment ago")
        return view

    def has_view(self, user: str) -> bool:
        """Whether a person has a view open now."""
        return self.workspace.view_of(user) is not None

    # -- what people do

    async def mention(
        self, channel: str, text: str, *, by: str, event_id: str = "", **more: Any
    ) -> Delivered:
        """Somebody names the bot in a message."""
        given = {"type": "app_mention", **more}
        return await self.say(channel, f"<@{BOT_USER}> {text}", by=by, event_id=event_id, **given)

    async def say(self, channel: str, text: str, *, by: str, event_id: str = "", **more: Any) -> Delivered:
        """Somebody writes a message, in a thread where `thread_ts` is given."""
        number = self.workspace.next()
        payload = slack_payloads.message(
            self.workspace.accounts[by],
            self._room(channel),
            text,
            event_id=event_id or f"Ev{number}",
            team=self.workspace.team,
            **{"ts": f"{int(self.clock().timestamp())}.{number:06d}", **more},
        )
        return await self.deliver(payload)

    async def regroup(self, group: UserGroup, *users: str) -> Delivered:
        """A user group is these people from now on, and the app is told."""
        group.users[:] = users
        event = {"type": "subteam_members_changed", "subteam_id": group.id, "team_id": TEAM}
        return await self.deliver(slack_payloads.happening(event, event_id=f"Ev{self.workspace.next()}"))

    def press_payload(
        self, by: str, message: Message, element: Mapping[str, Any], block_id: str
    ) -> dict[str, Any]:
        """What Slack sends when this person presses."""
        number, now = self.workspace.next(), self.clock()
        self.workspace.triggers[f"{number}.trigger"] = Trigger(user=by, until=now + TRIGGER_LIVES)
        self.workspace.response_urls[str(number)] = ResponseUrl(
            user=by, room=message.room, ts=message.ts, until=now + RESPONSE_URL_LIVES
        )
        return slack_payloads.press(
            self.workspace.accounts[by],
            self.workspace.rooms[message.room],
            message,
            element,
            block_id,
            trigger_id=f"{number}.trigger",
            response_url=f"{self.url}/response/{number}",
            action_ts=f"{now.timestamp():.0f}.{number:06d}",
            team=self.workspace.team,
            is_ephemeral=any(message is own for own in self.workspace.own.get(by, ())),
        )

    async def press_own(self, by: str, element: Mapping[str, Any]) -> Delivered:
        """Press a button of what this person alone sees."""
        message = self.workspace.own[by][-1]
        return await self.deliver(self.press_payload(by, message, element, message.blocks[-1]["block_id"]))

    def submission_payload(self, opened: OpenView, values: Mapping[str, Any]) -> dict[str, Any]:
        """What Slack sends when this view is submitted."""
        number = self.workspace.next()
        trigger = Trigger(user=opened.user, until=self.clock() + TRIGGER_LIVES)
        self.workspace.triggers[f"{number}.trigger"] = trigger
        account = self.workspace.accounts[opened.user]
        trigger_id, team = f"{number}.trigger", self.workspace.team
        return slack_payloads.submission(account, opened, values, trigger_id=trigger_id, team=team)

    def view_press_payload(
        self, opened: OpenView, element: Mapping[str, Any], block_id: str
    ) -> dict[str, Any]:
        """What Slack sends when a button of this view is pressed."""
        number, now = self.workspace.next(), self.clock()
        self.workspace.triggers[f"{number}.trigger"] = Trigger(user=opened.user, until=now + TRIGGER_LIVES)
        return slack_payloads.view_press(
            self.workspace.accounts[opened.user],
            opened,
            element,
            block_id,
            trigger_id=f"{number}.trigger",
            action_ts=f"{now.timestamp():.0f}.{number:06d}",
            team=self.workspace.team,
        )

    async def deliver(self, payload: Mapping[str, Any], opened: OpenView | None = None) -> Delivered:
        """Send to the app, over HTTP or its socket; what it answers happens to the view."""
        delivered = await self.carry(payload)
        if opened is not None and delivered.status == 200:
            self._follow(opened, delivered.json)
            self._note_change()
        return delivered

    def _follow(self, opened: OpenView, answer: Mapping[str, Any]) -> None:
        action = answer.get("response_action")
        if action == "errors":
            opened.errors = answer["errors"]
        elif action == "update":
            self.methods.call("views.update", {"view_id": opened.id, "view": answer["view"]})
        else:
            opened.is_open = False

    def _room(self, name: str) -> Room:
        room = self.workspace.room(name)
        if room is None:
            raise AssertionError(f"There is no channel {name}; add it first.")
        return room
