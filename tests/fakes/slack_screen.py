"""What a person sees in Slack, and can do there."""

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from tests.fakes.slack_inputs import entry, initial, label_of
from tests.fakes.slack_reading import read
from tests.fakes.slack_workspace import Blocks, Message, OpenView

if TYPE_CHECKING:
    from tests.fakes.slack_http import Delivered
    from tests.fakes.slack_server import FakeSlack


class Card:
    """A message of the bot's, as it stands now."""

    def __init__(self, slack: "FakeSlack", message: Message) -> None:
        self._slack = slack
        self._message = message
        self._seen = message.edits

    @property
    def channel(self) -> str:
        """The id of the room it stands in."""
        return self._message.room

    @property
    def ts(self) -> str:
        """Its name within the room."""
        return self._message.ts

    @property
    def blocks(self) -> Blocks:
        """What it consists of."""
        return self._message.blocks

    @property
    def text(self) -> str:
        """What notifications show."""
        return read(self._message.text)

    @property
    def words(self) -> str:
        """Everything on it, a line a text."""
        return words_of(self._message.blocks)

    @property
    def buttons(self) -> list[str]:
        """The labels of its buttons."""
        return [read(element["text"]["text"]) for _, element in self._elements()]

    @property
    def mentioned(self) -> list[str]:
        """Whom it mentions."""
        return mentioned(self._message.blocks)

    @property
    def replies(self) -> list[str]:
        """What was said in its thread."""
        return [words_of(m.blocks) or read(m.text) for m in self.thread]

    @property
    def thread(self) -> list[Message]:
        """The messages of its thread."""
        return [
            m for m in self._slack.workspace.messages if m.thread_ts == self.ts and m.room == self.channel
        ]

    async def press(self, label: str, *, by: str) -> "Delivered":
        """Press a button; returns how the app answered Slack."""
        block_id, element = self._element(label)
        payload = self._slack.press_payload(by, self._message, element, block_id)
        return await self._slack.deliver(payload)

    def payload(self, label: str, *, by: str) -> dict[str, Any]:
        """What Slack would send for a press, to be sent as one likes."""
        block_id, element = self._element(label)
        return self._slack.press_payload(by, self._message, element, block_id)

    async def expect(self, *words: str) -> "Card":
        """Wait until all of these words are on it."""
        await self._slack.until(
            lambda: all(word in self.words for word in words), lambda: f"{words} on:\n{self.words}"
        )
        return self

    async def expect_update(self) -> "Card":
        """Wait until it was changed since this was last asked."""
        await self._slack.until(lambda: self._message.edits > self._seen, lambda: "the card to change")
        self._seen = self._message.edits
        return self

    def _elements(self) -> Iterator[tuple[str, Mapping[str, Any]]]:
        for block in self._message.blocks:
            if block["type"] == "actions":
                for element in block["elements"]:
                    yield block.get("block_id", ""), element

    def _element(self, label: str) -> tuple[str, Mapping[str, Any]]:
        for block_id, element in self._elements():
            if read(element["text"]["text"]) == label:
                return block_id, element
        raise AssertionError(f"There is no button {label!r} among {self.buttons}.")


class View:
    """A view that one person has open."""

    def __init__(self, slack: "FakeSlack", opened: OpenView) -> None:
        self._slack = slack
        self._opened = opened

    @property
    def is_open(self) -> bool:
        """Whether the person still sees it."""
        return self._opened.is_open

    @property
    def content(self) -> Mapping[str, Any]:
        """As the app sent it."""
        return self._opened.view

    @property
    def title(self) -> str:
        """Its title."""
        return read(self.content["title"]["text"])

    @property
    def words(self) -> str:
        """Everything in it, a line a text."""
        return words_of(self.content["blocks"])

    @property
    def submit_label(self) -> str | None:
        """The button at its end, None without one."""
        return read(self.content["submit"]["text"]) if "submit" in self.content else None

    @property
    def errors(self) -> list[str]:
        """What the app found wrong with the form."""
        return list(self._opened.errors.values())

    async def submit(self, fields: Mapping[str, Any] | None = None, *, check: bool = True) -> "Delivered":
        """Fill fields in by their labels and submit; with `check`, the client insists on what is required."""
        if "submit" not in self.content:
            raise AssertionError(f"The view {self.title!r} cannot be submitted.")
        return await self._slack.deliver(self.payload(fields, check=check), self._opened)

    def payload(self, fields: Mapping[str, Any] | None = None, *, check: bool = True) -> dict[str, Any]:
        """What Slack would send for the submission."""
        left = dict(fields or {})
        values = {
            block["block_id"]: {block["element"]["action_id"]: entry(block, left, check=check)}
            for block in self.content["blocks"]
            if block["type"] == "input"
        }
        if left:
            raise AssertionError(f"The view {self.title!r} has no fields {list(left)}.")
        return self._slack.submission_payload(self._opened, values)

    async def press(self, label: str) -> "Delivered":
        """Press a button in it."""
        for block in self.content["blocks"]:
            for element in block["elements"] if block["type"] == "actions" else ():
                if read(element["text"]["text"]) == label:
                    payload = self._slack.view_press_payload(self._opened, element, block["block_id"])
                    return await self._slack.deliver(payload)
        raise AssertionError(f"There is no button {label!r} in {self.title!r}.")

    def held(self, label: str) -> Any:
        """What the input of this label holds at first."""
        [block] = [b for b in self.content["blocks"] if b["type"] == "input" and label_of(b) == label]
        return initial(block["element"])

    async def expect(self, *words: str) -> "View":
        """Wait until all of these words are in it."""
        await self._slack.until(
            lambda: all(word in f"{self.title}\n{self.words}" for word in words),
            lambda: f"{words} in:\n{self.title}\n{self.words}",
        )
        return self

    def close(self) -> None:
        """Close it, as with the cross."""
        self._opened.is_open = False


def words_of(blocks: Blocks) -> str:
    """Every text of the blocks, a line each."""
    return "\n".join(read(text["text"]) for text in texts_of(blocks))


def mentioned(blocks: Blocks) -> list[str]:
    """The ids of everybody and everything that the blocks mention."""
    found = []
    for text in texts_of(blocks):
        if text["type"] == "mrkdwn":
            parts = text["text"].split("<")[1:]
            found += [
                part.split(">")[0][1:] for part in parts if part.startswith("@") or part[:2] in ("!c", "!h")
            ]
    return found


def texts_of(part: Any) -> Iterator[Mapping[str, Any]]:
    """Every text object, in reading order."""
    if isinstance(part, Mapping):
        if part.get("type") in ("plain_text", "mrkdwn"):
            yield part
        else:
            for value in part.values():
                yield from texts_of(value)
    elif isinstance(part, list | tuple):
        for value in part:
            yield from texts_of(value)
