"""Asking from a terminal, against a server that answers as Placet does."""

import json
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest

from tests.commands.conftest import Placet

ID = "apr_01m7yscjn8ygcwcrhpnabfveb4"


class Agents(ThreadingHTTPServer):
    """The agents' interface, with answers that a test lays out."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.seen: list[tuple[str, str, dict[str, str], Any]] = []
        self.answers: list[tuple[int, Any]] = []

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"


class _Handler(BaseHTTPRequestHandler):
    server: Agents

    def do_POST(self) -> None:
        self._answer(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))

    def do_GET(self) -> None:
        self._answer(None)

    def log_message(self, *_: Any) -> None:
        """Say nothing."""

    def _answer(self, body: Any) -> None:
        self.server.seen.append((self.command, self.path, dict(self.headers), body))
        status, content = self.server.answers.pop(0)
        self.send_response(status)
        self.end_headers()
        self.wfile.write(content if isinstance(content, bytes) else json.dumps(content).encode())


@pytest.fixture
def agents(monkeypatch: pytest.MonkeyPatch) -> Iterator[Agents]:
    server = Agents()
    thread = Thread(target=server.serve_forever)
    thread.start()
    monkeypatch.setenv("PLACET_API_KEY", "plc_key")
    monkeypatch.setenv("PLACET_PUBLIC_URL", server.url)
    # A proxy in the environment must not come between a machine and itself.
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:1")
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


def resource(status: str, **more: Any) -> dict[str, Any]:
    return {"id": ID, "status": status, "action": {"name": "refund.issue", "summary": "Refund it"}, **more}


def test_a_request_is_posted_with_the_agents_key(placet: Placet, agents: Agents) -> None:
    agents.answers = [(201, resource("pending"))]

    ended = placet("request", "--action", "refund.issue", "--argument", "order=1", "--idempotency-key", "k-1")

    assert ended.code == 0
    assert ended.out == f"{ID} pending\n"
    [(method, path, headers, body)] = agents.seen
    assert (method, path) == ("POST", "/v1/approvals")
    assert headers["Authorization"] == "Bearer plc_key"
    assert headers["Idempotency-Key"] == "k-1"
    assert body["action"] == {"name": "refund.issue", "arguments": {"order": "1"}}


def test_a_request_comes_from_a_file(placet: Placet, agents: Agents) -> None:
    agents.answers = [(201, resource("pending"))]
    Path("request.yml").write_text("action: {name: refund.issue}\nreasoning: Charged twice.\n")

    assert placet("request", "request.yml", "--json").out.startswith("{")
    assert agents.seen[0][3] == {"action": {"name": "refund.issue"}, "reasoning": "Charged twice."}


def test_waiting_ends_with_0_when_approved(placet: Placet, agents: Agents) -> None:
    approved = resource("approved", decision={"by": ["ann", "ben"]}, message=None)
    agents.answers = [(201, resource("pending")), (200, resource("pending")), (200, approved)]

    ended = placet("request", "--action", "refund.issue", "--wait")

    assert ended.code == 0
    assert ended.out == f"{ID} approved\n"
    assert "Decided by ann, ben." in ended.err
    assert agents.seen[1][1] == f"/v1/approvals/{ID}?wait=30"


@pytest.mark.parametrize("status", ["rejected", "expired", "cancelled"])
def test_waiting_ends_with_3_when_not_approved(placet: Placet, agents: Agents, status: str) -> None:
    message = "A reviewer said no, because it is a duplicate; do not retry or work around it."
    agents.answers = [(201, resource("pending")), (200, resource(status, message=message))]

    ended = placet("request", "--action", "refund.issue", "--wait")

    assert ended.code == 3
    assert message in ended.err


def test_waiting_stops_when_it_takes_too_long(
    placet: Placet, agents: Agents, monkeypatch: pytest.MonkeyPatch
) -> None:
    seconds = iter((100.0, 100.0, 131.0, 160.0))
    monkeypatch.setattr("bot.commands.request.monotonic", lambda: next(seconds))
    agents.answers = [(201, resource("pending")), (200, resource("pending")), (200, resource("pending"))]

    ended = placet("request", "--action", "refund.issue", "--wait", "--timeout", "1m")

    assert ended.code == 3
    assert ended.out == f"{ID} pending\n"
    assert [path for _, path, *_ in agents.seen[1:]] == [
        f"/v1/approvals/{ID}?wait=30",
        f"/v1/approvals/{ID}?wait=29",
    ]


def test_a_refusal_is_told_in_placets_words(placet: Placet, agents: Agents) -> None:
    problem = {"title": "…", "detail": "has to be a text.", "field": "reasoning", "remedy": "Correct it."}
    agents.answers = [(422, problem)]

    ended = placet("request", "--action", "refund.issue")

    assert ended.code == 1
    assert ended.err == "reasoning: has to be a text.\n"


@pytest.mark.parametrize("answer", [(502, b"<html>"), (404, []), (200, b"<html>"), (200, [])])
def test_something_else_that_answers_is_not_mistaken_for_placet(
    placet: Placet, agents: Agents, answer: tuple[int, Any]
) -> None:
    agents.answers = [answer]

    ended = placet("request", "--action", "refund.issue")

    assert ended.code == 1
    assert "check --url" in ended.err


def test_nobody_there_is_one_sentence(placet: Placet, agents: Agents) -> None:
    ended = placet("request", "--action", "refund.issue", "--url", "http://127.0.0.1:1")

    assert ended.code == 1
    assert "Placet does not answer at http://127.0.0.1:1" in ended.err


def test_without_a_key_it_says_how_to_get_one(placet: Placet) -> None:
    ended = placet("request", "--action", "refund.issue")

    assert ended.code == 2
    assert "placet keys create --agent NAME" in ended.err


@pytest.mark.parametrize(
    ("flags", "said"),
    [
        (["--action", "refund.issue", "--argument", "order"], '"order" is no argument'),
        (["--action", "refund.issue", "--argument", "amount:=many"], '"many" is no JSON'),
        (["--reasoning", "It was lost."], "Say what would run"),
    ],
)
def test_flags_that_say_nothing_are_a_wrong_use(
    placet: Placet, agents: Agents, flags: list[str], said: str
) -> None:
    ended = placet("request", *flags)

    assert ended.code == 2
    assert said in ended.err
    assert agents.seen == []


def test_a_wrong_timeout_is_a_wrong_use(placet: Placet, agents: Agents) -> None:
    ended = placet("request", "--action", "refund.issue", "--wait", "--timeout", "soon")

    assert ended.code == 2
    assert '"soon" is not a duration' in ended.err
    assert agents.seen == []
