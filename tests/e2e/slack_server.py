"""A Slack workspace in a process: the emulator, started, stopped and asked what happened."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any, Literal, Self, TypeAlias
from urllib.parse import parse_qs
from urllib.request import Request, urlopen

from tests.ports import LOOPBACK, free_port

from .slack_courier import SlackCourier
from .slack_gate import SlackGate
from .waiting import wait_until
from .workspace import MEMBERS, ROOMS, emulator_config

Json: TypeAlias = dict[str, Any]
Mode: TypeAlias = Literal["events", "socket"]

BINARY = Path(__file__).parent / "node_modules/local-slack-linux-x64/bin/local-slack"
_HTTP_TIMEOUT_S = 30


class SlackServer:
    """The chat server of one test: emulator behind a gate that can fail as Slack does.

    `url` is where browsers look at it, `api_url` what the product under test calls. Everything is
    held in the emulator's memory: `restart` gives an empty workspace. To take the server away and
    bring it back *with* its messages, use `gate.shut()` and `gate.open()`.
    """

    def __init__(
        self,
        workdir: Path,
        *,
        request_url: str,
        mode: Mode = "events",
        binary: Path = BINARY,
    ) -> None:
        self._workdir = workdir
        self._binary = binary
        self._courier = SlackCourier(request_url=request_url)
        self._config = emulator_config(mode=mode, request_url=self._courier.url)
        self._port = free_port()
        self._process: subprocess.Popen[bytes] | None = None
        self.gate = SlackGate(upstream=self.url)

    @property
    def url(self) -> str:
        """The address of the web client and of the emulator itself."""
        return f"http://{LOOPBACK}:{self._port}"

    @property
    def api_url(self) -> str:
        """The base address of the Web API, through the gate; ends in a slash."""
        return f"{self.gate.url}/api/"

    def start(self) -> Self:
        """Start the emulator and open the gate; return when both answer."""
        config = self._workdir / "slack.json"
        config.write_text(json.dumps(self._config))
        files = self._workdir / "slack-files"
        files.mkdir(exist_ok=True)
        with (self._workdir / "slack.log").open("ab") as log:
            self._process = subprocess.Popen(
                [
                    *(self._binary, "--config", config, "--port", str(self._port)),
                    *("--base-host", LOOPBACK, "--files-dir", files),
                ],
                stdout=log,
                stderr=subprocess.STDOUT,
            )
        wait_until(self._answers, why=f"the Slack emulator did not start; see {self._workdir}/slack.log")
        self._courier.start()
        self.gate.open()
        return self

    def stop(self) -> None:
        """Stop emulator and gate; harmless when they do not run."""
        self.gate.shut()
        self._courier.stop()
        if self._process is not None:
            # It keeps nothing, so that it may as well be ended at once.
            self._process.kill()
            self._process.wait()
            self._process = None

    def restart(self) -> None:
        """Stop and start again at the same addresses: every message is gone."""
        self.stop()
        self.start()

    def reset(self) -> None:
        """Empty the workspace without a restart: messages, direct messages, modals, log."""
        self._control("reset", {})

    def messages(self, channel: str) -> list[Json]:
        """Return all messages of a channel, by name or id, oldest first: replies and private ones too."""
        found: list[Json] = self._get(f"/_control/messages/{channel_id(channel)}")["messages"]
        return found

    def cards(self, channel: str) -> list[Json]:
        """Return the top-level messages that everyone in the channel sees, oldest first."""
        return [m for m in self.messages(channel) if "thread_ts" not in m and "ephemeral_to" not in m]

    def thread(self, channel: str, ts: str) -> list[Json]:
        """Return the replies to the message `ts`, oldest first."""
        return [m for m in self.messages(channel) if m.get("thread_ts") == ts]

    def private_messages(self, channel: str, person: str) -> list[Json]:
        """Return what only `person` sees in the channel, oldest first."""
        return [m for m in self.messages(channel) if m.get("ephemeral_to") == MEMBERS[person].id]

    def direct_messages(self, person: str) -> list[Json]:
        """Return what the bot and `person` wrote to each other, oldest first."""
        member = MEMBERS[person].id
        rooms = [
            c["id"] for c in self._get("/_control/state")["channels"] if c["is_im"] and member in c["members"]
        ]
        return [message for room in rooms for message in self.messages(room)]

    def say(self, channel: str, person: str, text: str, *, thread_ts: str | None = None) -> str:
        """Post as `person`; return the timestamp once the product has answered the event."""
        body = {
            "channel": channel_id(channel),
            "user": MEMBERS[person].id,
            "text": text,
            "thread_ts": thread_ts,
        }
        ts: str = self._control("message", body)["message"]["ts"]
        return ts

    def press(self, channel: str, ts: str, person: str, action: Json) -> None:
        """Press without a browser: `action` is an element of the message, with its `block_id`."""
        body = {"channel": channel_id(channel), "messageTs": ts, "user": MEMBERS[person].id, "action": action}
        self._control("interact", body)

    def traffic(self, kind: str | None = None) -> list[Json]:
        """Return what passed to and from the product: `direction`, `kind`, `summary`, `detail`."""
        log: list[Json] = self._get("/_control/log")["log"]
        return [entry for entry in log if kind is None or entry["kind"] == kind]

    def interactions(self) -> list[Json]:
        """Return the payload of every press and submit that was sent to the product, oldest first."""
        sent = [e["detail"] for e in self.traffic("interactive") if e["direction"] == "to_bot"]
        return [json.loads(parse_qs(s)["payload"][0]) if isinstance(s, str) else s for s in sent]

    def _answers(self) -> bool:
        if self._process is not None and self._process.poll() is not None:
            raise AssertionError(f"the Slack emulator ended at once; see {self._workdir}/slack.log")
        try:
            return bool(self._get("/_control/state"))
        except OSError:
            return False

    def _control(self, action: str, body: Json) -> Json:
        data = json.dumps({k: v for k, v in body.items() if v is not None}).encode()
        request = Request(
            f"{self.url}/_control/{action}", data=data, headers={"Content-Type": "application/json"}
        )
        return _json_of(request)

    def _get(self, path: str) -> Json:
        return _json_of(Request(f"{self.url}{path}"))


def channel_id(channel: str) -> str:
    """Return the id of a channel given by name or by id."""
    return ROOMS[channel].id if channel in ROOMS else channel


def _json_of(request: Request) -> Json:
    with urlopen(request, timeout=_HTTP_TIMEOUT_S) as answer:
        body: Json = json.loads(answer.read())
        return body
