"""An agent platform that takes callbacks, and can be as difficult as real ones are."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self

from tests.ports import LOOPBACK, free_port

from .waiting import PATIENCE_S, wait_until

_TOLERANCE_S = 300
_LONGEST_HANG_S = 60


@dataclass(frozen=True, kw_only=True, slots=True)
class Callback:
    """One POST that arrived, whatever was answered."""

    id: str
    body: bytes
    headers: Mapping[str, str]
    verified: bool
    status: int | None
    """What it was answered with; None when it was left hanging."""

    @property
    def event(self) -> dict[str, Any]:
        """The body: `type`, `timestamp`, `data`."""
        event: dict[str, Any] = json.loads(self.body)
        return event

    @property
    def type(self) -> str:
        """What happened, such as `approval.approved`."""
        found: str = self.event["type"]
        return found

    @property
    def approval(self) -> dict[str, Any]:
        """The approval request as it was when this was written."""
        found: dict[str, Any] = self.event["data"]["approval"]
        return found


@dataclass(frozen=True, kw_only=True, slots=True)
class _Behaviour:
    """How the receiver answers."""

    status: int | None = 200
    headers: Mapping[str, str] = field(default_factory=dict)


class AgentReceiver:
    """Takes signed callbacks at `url`, in a thread of its own.

    `secrets` (`whsec_…`) are those it accepts; add to them once a key is made. The address stays
    the same over `down` and `up`.
    """

    def __init__(self, *secrets: str) -> None:
        self.secrets = list(secrets)
        self._port = free_port()
        self._behaviour = _Behaviour()
        self._callbacks: list[Callback] = []
        self._awake = threading.Event()
        self._server: ThreadingHTTPServer | None = None
        self._thread: threading.Thread | None = None

    @property
    def url(self) -> str:
        """Where callbacks go."""
        return f"http://{LOOPBACK}:{self._port}/placet"

    def up(self) -> Self:
        """Listen; harmless when it does."""
        if self._server is None:
            self._awake.clear()
            self._server = _server(self._port, self)
            self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True)
            self._thread.start()
        return self

    def down(self) -> None:
        """Refuse connections; requests left hanging are cut."""
        self._awake.set()
        if self._server is not None and self._thread is not None:
            self._server.shutdown()
            self._thread.join()
            self._server.server_close()
            self._server = None

    def answer(self, status: int = 200, *, retry_after_s: int | None = None) -> None:
        """Answer everything from now on with `status`, and with `Retry-After` if given."""
        headers = {} if retry_after_s is None else {"Retry-After": str(retry_after_s)}
        self._behaviour = _Behaviour(status=status, headers=headers)

    def redirect(self, location: str) -> None:
        """Answer everything from now on with a redirect."""
        self._behaviour = _Behaviour(status=307, headers={"Location": location})

    def hang(self) -> None:
        """Take requests from now on and never answer, until `down`."""
        self._behaviour = _Behaviour(status=None)

    def callbacks(self, type_: str | None = None) -> list[Callback]:
        """Return every attempt that arrived, oldest first."""
        return [callback for callback in list(self._callbacks) if type_ is None or callback.type == type_]

    def wait_for(self, type_: str, *, count: int = 1, timeout_s: float = PATIENCE_S) -> Callback:
        """Wait for `count` attempts of this type and return the newest; asserts that it is signed."""
        wait_until(
            lambda: len(self.callbacks(type_)) >= count,
            why=lambda: f"{count} callback(s) {type_}; there are {[c.type for c in self._callbacks]}",
            timeout_s=timeout_s,
        )
        newest = self.callbacks(type_)[-1]
        assert newest.verified, f"the signature of {newest.id} is wrong: {newest.headers}"
        return newest

    def take(self, headers: Mapping[str, str], body: bytes) -> _Behaviour:
        """Note one request and return how to answer it; called by the server."""
        behaviour = self._behaviour
        self._callbacks.append(
            Callback(
                id=headers.get("webhook-id", ""),
                body=body,
                headers=headers,
                verified=any(is_signed(secret, headers, body) for secret in self.secrets),
                status=behaviour.status,
            )
        )
        if behaviour.status is None:
            self._awake.wait(_LONGEST_HANG_S)
        return behaviour


def is_signed(secret: str, headers: Mapping[str, str], body: bytes) -> bool:
    """Check a Standard Webhooks signature (https://www.standardwebhooks.com) with `whsec_…`.

    Written out here, so that the product's own signing is checked by other code.
    """
    key = base64.b64decode(secret.removeprefix("whsec_"))
    sent_at = headers.get("webhook-timestamp", "")
    if not sent_at.isdecimal() or abs(time.time() - int(sent_at)) > _TOLERANCE_S:
        return False
    signed = f"{headers.get('webhook-id')}.{sent_at}.".encode() + body
    expected = "v1," + base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
    return expected in headers.get("webhook-signature", "").split(" ")


class _Server(ThreadingHTTPServer):
    # Threads that hang are woken by `down` and must not be joined before it.
    daemon_threads = True
    block_on_close = False


def _server(port: int, receiver: AgentReceiver) -> ThreadingHTTPServer:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", "0")))
            headers = {name.lower(): value for name, value in self.headers.items()}
            behaviour = receiver.take(headers, body)
            if behaviour.status is None:
                self.close_connection = True
                return
            self.send_response(behaviour.status)
            for name, value in behaviour.headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:
            """Keep the test's output clean."""

    return _Server((LOOPBACK, port), Handler)
