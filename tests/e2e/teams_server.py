"""A Microsoft Teams in a process: the Playground, started, stopped and asked what happened."""

from __future__ import annotations

import json
import os
import signal
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self
from urllib.error import HTTPError
from urllib.request import Request, urlopen
from uuid import uuid4

from tests.ports import LOOPBACK, free_port

from .teams_tenant import BOT_ID, BOT_NAME, PEOPLE, TEAM_ID, TENANT_ID, playground_config
from .teams_wire import Call, Json, TeamsWire
from .waiting import wait_until

_CLI = Path(__file__).parent / "node_modules/@microsoft/m365agentsplayground/cli.js"
_CARD = "application/vnd.microsoft.card.adaptive"
_HTTP_TIMEOUT_S = 30
_START_TIMEOUT_S = 90


@dataclass(frozen=True, kw_only=True, slots=True)
class Posted:
    """A card as it is on screen now."""

    #: of the message
    id: str
    #: where it is; in a channel with the thread's id after the channel's
    conversation: str
    content: Json

    def action(self, title: str) -> Json:
        """The button with this label, as a press carries it; asserts there is one."""
        found = [each for each in _actions(self.content) if each.get("title") == title]
        assert found, f"no button {title!r} on the card: {json.dumps(self.content)}"
        return {
            key: value for key, value in found[0].items() if key in ("type", "id", "title", "verb", "data")
        }


class TeamsServer:
    """The chat server of one test. `url` is where a browser looks at it; one person, Ann, sits there."""

    def __init__(self, workdir: Path, *, messages_url: str) -> None:
        self._workdir = workdir
        self._port = free_port()
        self._bot_url = messages_url
        self._process: subprocess.Popen[bytes] | None = None
        self.wire = TeamsWire(bot_url=messages_url, teams_url=self.url)

    @property
    def url(self) -> str:
        """The address of the web page."""
        return f"http://{LOOPBACK}:{self._port}"

    def start(self) -> Self:
        """Open the wire and start the Playground; return when it answers."""
        self.wire.open()
        # JSON is YAML too. A configuration that it refuses ends it without a word.
        (self._workdir / ".m365agentsplayground.yml").write_text(json.dumps(playground_config()))
        with self.log_file.open("ab") as log:
            self._process = subprocess.Popen(
                [
                    *("node", _CLI, "start", "--disable-telemetry", "-c", "msteams"),
                    *("-e", self.wire.messages_url, "-p", str(self._port)),
                    *("--service-url", self.wire.service_url),
                ],
                cwd=self._workdir,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                # It would open a browser of its own.
                env={**os.environ, "BROWSER": "none"},
            )
        wait_until(
            self._answers,
            why=lambda: f"the Playground did not start:\n{self.log()}",
            timeout_s=_START_TIMEOUT_S,
        )
        return self

    def stop(self) -> None:
        """Stop Playground and wire; harmless when they do not run."""
        if self._process is not None:
            # It keeps nothing, so that it may as well be ended at once.
            os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()
            self._process = None
        self.wire.shut()

    @property
    def log_file(self) -> Path:
        """What it prints."""
        return self._workdir / "playground.log"

    def log(self) -> str:
        """Everything that the Playground has said so far."""
        others = sorted((self._workdir / "devTools").glob("*.log"))
        return "\n".join(path.read_text() for path in (self.log_file, *others) if path.exists())

    def cards(self, conversation: str) -> list[Posted]:
        """The cards of a channel or chat as everybody sees them now, oldest first."""
        shown: dict[str, Posted] = {}
        for call in self.wire.calls:
            posted = _posted(call)
            if posted is not None and posted.conversation.partition(";")[0] == conversation:
                shown[posted.id] = posted
        return list(shown.values())

    def wait_for_cards(self, conversation: str, count: int = 1) -> list[Posted]:
        """Wait until a channel or chat holds as many cards, and return them."""
        wait_until(
            lambda: len(self.cards(conversation)) >= count,
            why=lambda: f"{count} card(s) in {conversation}; the bot asked for {_told(self.wire.calls)}",
        )
        return self.cards(conversation)

    def wait_for_channels(self) -> None:
        """Wait until the bot has learned which channels the team has."""
        wait_until(
            lambda: any(c.path.endswith("/conversations") and c.method == "GET" for c in self.wire.calls),
            why=lambda: f"the bot to ask for the channels; it asked for {_told(self.wire.calls)}",
        )

    def wait_for_install(self, conversation: str, action: str = "add") -> None:
        """Wait until the bot has taken in that it was added to a channel or chat, or removed from it."""
        wait_until(
            lambda: any(
                (each.activity["type"], each.activity["conversation"]["id"], each.status)
                == ("installationUpdate", conversation, 200)
                and each.activity["action"].startswith(action)
                for each in self.wire.delivered
            ),
            why=lambda: f"{action} {conversation}; {[each.activity for each in self.wire.delivered[-2:]]}",
        )

    def press(self, card: Posted, person: str, title: str, **typed: str) -> tuple[int, Json]:
        """Press as somebody who does not sit at the screen; return how the bot answered.

        The Playground knows one user, so that the press goes to the bot as Teams would send it.
        """
        action = card.action(title)
        action["data"] = {**action.get("data", {}), **typed}
        return self.send(
            person,
            card.conversation,
            {
                "type": "invoke",
                "name": "adaptiveCard/action",
                "replyToId": card.id,
                "value": {"action": action, "trigger": "manual"},
            },
        )

    def send(self, person: str, conversation: str, activity: Json) -> tuple[int, Json]:
        """Send the bot an activity of somebody; return status and body."""
        found = json.dumps(_envelope(person, conversation, self.wire.service_url) | activity).encode()
        request = Request(
            self._bot_url, data=found, method="POST", headers={"Content-Type": "application/json"}
        )
        try:
            with urlopen(request, timeout=_HTTP_TIMEOUT_S) as answer:
                return answer.status, json.loads(answer.read() or b"{}")
        except HTTPError as refused:
            with refused:
                return refused.code, {"text": refused.read().decode()}

    def _answers(self) -> bool:
        assert self._process is not None
        assert self._process.poll() is None, f"the Playground ended at once:\n{self.log()}"
        try:
            with urlopen(self.url, timeout=_HTTP_TIMEOUT_S) as answer:
                return bool(answer.status == 200)
        except OSError:
            return False


def _envelope(person: str, conversation: str, service_url: str) -> dict[str, Any]:
    who = PEOPLE[person]
    channel = conversation.partition(";")[0]
    return {
        "id": str(uuid4()),
        "channelId": "msteams",
        "serviceUrl": service_url,
        "from": {"id": who.id, "name": who.real_name, "aadObjectId": who.object_id},
        "recipient": {"id": BOT_ID, "name": BOT_NAME},
        "conversation": {
            "id": conversation,
            "isGroup": True,
            "conversationType": "channel",
            "tenantId": TENANT_ID,
        },
        "channelData": {"tenant": {"id": TENANT_ID}, "team": {"id": TEAM_ID}, "channel": {"id": channel}},
    }


def _posted(call: Call) -> Posted | None:
    """The card that a call put on screen, new or in place of one."""
    activity = call.body.get("activity", call.body)
    contents = [a["content"] for a in activity.get("attachments") or () if a.get("contentType") == _CARD]
    if call.status >= 300 or not contents:
        return None
    parts = call.path.strip("/").split("/")  # v3 conversations [id activities [id]]
    answer = call.answer or {}
    conversation = parts[2] if len(parts) > 2 else answer["id"]
    replaced = parts[4] if call.method == "PUT" else None
    found = replaced or answer.get("activityId") or answer.get("id")
    return None if found is None else Posted(id=found, conversation=conversation, content=contents[0])


def _actions(node: Any) -> list[Json]:
    """Every action on a card, wherever it stands; not the ones that are fallbacks of others."""
    if isinstance(node, list):
        return [action for each in node for action in _actions(each)]
    if not isinstance(node, dict):
        return []
    own = [node] if str(node.get("type", "")).startswith("Action.") else []
    return own + [a for key, each in node.items() if key not in ("fallback", "data") for a in _actions(each)]


def _told(calls: list[Call]) -> str:
    return "; ".join(f"{call.method} {call.path} ({call.status})" for call in calls) or "nothing"
