"""The product as its operators run it: a process of its own, which can be killed."""

from __future__ import annotations

import json
import os
import signal
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Self, TypeAlias
from urllib.error import HTTPError
from urllib.request import Request, urlopen

from tests.ports import LOOPBACK, free_port

from .running import Apart, Running, Starting
from .teams_tenant import TENANT_ID
from .waiting import wait_until
from .workspace import APP_TOKEN, BOT_TOKEN, SIGNING_SECRET

Json: TypeAlias = dict[str, Any]

_START_TIMEOUT_S = 120
_STOP_TIMEOUT_S = 60
_COMMAND_TIMEOUT_S = 60
_REQUEST_TIMEOUT_S = 45
_SECRET_KEY = "e2e-secret-key-of-more-than-32-characters"


@dataclass(frozen=True, kw_only=True, slots=True)
class AgentKey:
    """What `placet keys create` prints once."""

    api_key: str
    callback_secret: str


class PlacetProcess:
    """`placet serve` in `workdir`, on a port that stays the same over restarts.

    `settings` are further environment variables (`PLACET_…`); they win over those given here. `starting` is
    how its processes come about.
    """

    def __init__(
        self,
        workdir: Path,
        starting: Starting | None = None,
        *,
        policy: str,
        settings: Mapping[str, str] | None = None,
    ) -> None:
        self._workdir = workdir
        self._port = free_port()
        self._starting = starting or Apart()
        self._process: Running | None = None
        self.log_file = workdir / "placet.log"
        policy_file = workdir / "policy.yml"
        policy_file.write_text(policy)
        self.environment = {
            **{name: value for name, value in os.environ.items() if not name.startswith("PLACET_")},
            "PLACET_DATABASE_URL": f"sqlite:///{workdir / 'placet.db'}",
            "PLACET_POLICY": str(policy_file),
            "PLACET_SECRET_KEY": _SECRET_KEY,
            "PLACET_HOST": LOOPBACK,
            "PLACET_PORT": str(self._port),
            "PLACET_PUBLIC_URL": self.url,
            "PLACET_CALLBACK_ALLOW_NETWORKS": "127.0.0.0/8",
            **(settings or {}),
        }

    @property
    def url(self) -> str:
        """Where the product answers; no slash at the end."""
        return f"http://{LOOPBACK}:{self._port}"

    @property
    def pid(self) -> int:
        """The process that runs now."""
        assert self._process is not None, "placet serve was not started"
        return self._process.pid

    @property
    def port(self) -> int:
        """Where it listens."""
        return self._port

    @property
    def slack_request_url(self) -> str:
        """Where Slack sends its traffic in HTTP mode."""
        return f"{self.url}/slack/events"

    def connect_slack(self, api_url: str, *, socket_mode: bool = False) -> Self:
        """Let the next start use the Slack workspace of the tests."""
        self.environment |= {
            "PLACET_SLACK_BOT_TOKEN": BOT_TOKEN,
            "PLACET_SLACK_SIGNING_SECRET": SIGNING_SECRET,
            "PLACET_SLACK_API_URL": api_url,
            **({"PLACET_SLACK_APP_TOKEN": APP_TOKEN} if socket_mode else {}),
        }
        return self

    @property
    def teams_messages_url(self) -> str:
        """Where Teams sends its traffic."""
        return f"{self.url}/api/messages"

    def connect_teams(self) -> Self:
        """Let the next start believe whoever speaks as Teams: the Playground sends no tokens."""
        self.environment |= {"PLACET_TEAMS_UNAUTHENTICATED": "true", "PLACET_TEAMS_TENANT_ID": TENANT_ID}
        return self

    def start(self, *arguments: str) -> Self:
        """Start `placet serve` and return when it is ready."""
        self._process = self._started("serve", *arguments, out=self.log_file, err=self.log_file)
        wait_until(
            self._is_ready,
            why=lambda: f"placet serve did not get ready:\n{self.log()}",
            timeout_s=_START_TIMEOUT_S,
        )
        return self

    def terminate(self) -> int:
        """Ask it to stop, as a service manager does; return its exit code."""
        return self._end(signal.SIGTERM)

    def kill(self) -> None:
        """End it at once, as when the machine loses power."""
        self._end(signal.SIGKILL)

    def restart(self) -> None:
        """Stop in good order and start again."""
        self.terminate()
        self.start()

    def stop(self) -> None:
        """End it for good at the end of a test; harmless when it does not run."""
        if self._process is not None:
            self.kill()

    def log(self) -> str:
        """Return everything it has written so far."""
        return self.log_file.read_text() if self.log_file.exists() else ""

    def run(self, *arguments: str) -> str:
        """Run a short command beside the server and return what it printed; asserts that it succeeded."""
        with TemporaryDirectory() as folder:
            out, err = Path(folder) / "out", Path(folder) / "err"
            code = self._started(*arguments, out=out, err=err).wait(timeout_s=_COMMAND_TIMEOUT_S)
            assert code == 0, f"placet {' '.join(arguments)} ended with {code}:\n{err.read_text()}"
            return out.read_text()

    def create_key(self, agent: str = "support-bot") -> AgentKey:
        """Make an agent's API key and callback secret."""
        made = json.loads(self.run("keys", "create", "--agent", agent, "--json"))
        return AgentKey(api_key=made["api_key"], callback_secret=made["callback_secret"])

    def submit(
        self, key: AgentKey, request: Mapping[str, object], *, idempotency_key: str | None = None
    ) -> Json:
        """Submit an approval request as the agent; return the resource."""
        headers = {} if idempotency_key is None else {"Idempotency-Key": idempotency_key}
        return self.call("POST", "/v1/approvals", key, body=request, headers=headers)

    def approval(self, key: AgentKey, approval_id: str, *, wait_s: int = 0) -> Json:
        """Return the resource now, or as soon as it is final within `wait_s` seconds."""
        return self.call("GET", f"/v1/approvals/{approval_id}?wait={wait_s}", key)

    def call(
        self,
        method: str,
        path: str,
        key: AgentKey,
        *,
        body: Mapping[str, object] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Json:
        """Call the agents' interface; raises AssertionError with the problem document when it is refused."""
        request = Request(
            self.url + path,
            method=method,
            data=None if body is None else json.dumps(body).encode(),
            headers={
                "Authorization": f"Bearer {key.api_key}",
                "Content-Type": "application/json",
                **(headers or {}),
            },
        )
        try:
            with urlopen(request, timeout=_REQUEST_TIMEOUT_S) as answer:
                resource: Json = json.loads(answer.read())
                return resource
        except HTTPError as refused:
            with refused:
                raise AssertionError(f"{method} {path}: {refused.code} {refused.read().decode()}") from None

    def _is_ready(self) -> bool:
        assert self._process is not None
        code = self._process.poll()
        assert code is None, f"placet serve ended with {code}:\n{self.log()}"
        try:
            with urlopen(f"{self.url}/readyz", timeout=2) as answer:
                ready: bool = answer.status == 200
                return ready
        except HTTPError as not_yet:
            not_yet.close()
            return False
        except OSError:
            return False

    def _end(self, how: signal.Signals) -> int:
        assert self._process is not None, "placet serve does not run"
        self._process.signal(how)
        code = self._process.wait(timeout_s=_STOP_TIMEOUT_S)
        self._process = None
        return code

    def _started(self, *arguments: str, out: Path, err: Path) -> Running:
        return self._starting.start(
            *arguments, folder=self._workdir, environment=self.environment, out=out, err=err
        )
