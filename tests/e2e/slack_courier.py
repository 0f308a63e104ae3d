"""Brings what happens in the workspace to the product, and tells it what the emulator leaves out.

The emulator says of every pressed message that all can see it. Slack tells which ones are one person's
alone, and sends these without their content
(docs.slack.dev/reference/interaction-payloads/block_actions-payload).
"""

from __future__ import annotations

import hashlib
import hmac
import json
import threading
from collections.abc import Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.error import HTTPError, URLError
from urllib.parse import parse_qs, urlencode
from urllib.request import Request, urlopen

from tests.ports import LOOPBACK, free_port

from .workspace import SIGNING_SECRET

_TIMEOUT_S = 30
_LEFT_OUT = ("host", "content-length", "connection", "accept-encoding", "transfer-encoding")


class SlackCourier:
    """Passes signed requests on to `request_url`, in a thread of its own."""

    def __init__(self, *, request_url: str) -> None:
        self._request_url = request_url
        self._port = free_port()
        self._server: ThreadingHTTPServer | None = None

    @property
    def url(self) -> str:
        """Where the emulator sends its traffic."""
        return f"http://{LOOPBACK}:{self._port}/slack/events"

    def start(self) -> None:
        """Listen; harmless when it does."""
        if self._server is None:
            self._server = _server(self._port, self._request_url)
            threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True).start()

    def stop(self) -> None:
        """Refuse connections; harmless when it does not listen."""
        if self._server is not None:
            self._server.shutdown()
            self._server.server_close()
            self._server = None


def _server(port: int, request_url: str) -> ThreadingHTTPServer:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", "0")))
            headers = {k: v for k, v in self.headers.items() if k.lower() not in _LEFT_OUT}
            status, answer = _passed_on(request_url, *_completed(body, headers))
            self.send_response(status)
            self.send_header("Content-Type", "application/json" if answer[:1] in b"{[" else "text/plain")
            self.send_header("Content-Length", str(len(answer)))
            self.send_header("Connection", "close")
            self.end_headers()
            self.wfile.write(answer)

        def log_message(self, format: str, *args: object) -> None:
            """Keep the test's output clean."""

    server = ThreadingHTTPServer((LOOPBACK, port), Handler)
    server.daemon_threads = True
    return server


def _passed_on(url: str, body: bytes, headers: Mapping[str, str]) -> tuple[int, bytes]:
    try:
        with urlopen(Request(url, data=body, headers=dict(headers)), timeout=_TIMEOUT_S) as answer:
            return answer.status, answer.read()
    except HTTPError as refused:
        with refused:
            return refused.code, refused.read()
    except (URLError, OSError):
        return 502, b""


def _completed(body: bytes, headers: Mapping[str, str]) -> tuple[bytes, Mapping[str, str]]:
    """The press of a button that one person alone sees, as Slack tells it; anything else as it is."""
    payload = json.loads(parse_qs(body.decode()).get("payload", ["null"])[0]) if b"payload=" in body else None
    if not payload or not (payload.get("message") or {}).get("ephemeral_to"):
        return body, headers
    del payload["message"]
    payload["container"]["is_ephemeral"] = True
    told = urlencode({"payload": json.dumps(payload)}).encode()
    names = {name.lower(): name for name in headers}
    sent_at = headers[names["x-slack-request-timestamp"]]
    signed = hmac.new(SIGNING_SECRET.encode(), f"v0:{sent_at}:".encode() + told, hashlib.sha256)
    return told, {**headers, names["x-slack-signature"]: f"v0={signed.hexdigest()}"}
