"""Whatever is sent to the agents' interface, the answer is one that its documentation tells of."""

from __future__ import annotations

import logging
import uuid
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

import bot.approvals
from adapters.agents import auth
from bot.rates import Rate
from tests.faults.telling import tell
from tests.schema.holding import Held, hold
from tests.schema.served_api import ServedApi, served_api

#: of each operation in the long form
MANY = 1000
LONG = 120
WRONG_KEY = f"plc_{uuid.UUID(int=7).hex}_{'x' * 43}"
OPEN = {"GET /.well-known/jwks.json", "GET /openapi.json", "GET /docs"}


@pytest.fixture
def api(
    database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> Iterator[ServedApi]:
    """A running installation that answers a long poll soon, and goes on looking at wrong keys."""
    monkeypatch.setattr(bot.approvals, "LONGEST_WAIT", timedelta(milliseconds=20))
    monkeypatch.setattr(auth, "_FAILURES", Rate.steady(1_000_000))
    with served_api(tmp_path, database_url) as served:
        yield served
    errors = [each.getMessage() for each in caplog.get_records("call") if each.levelno >= logging.ERROR]
    assert errors == []


def check(held: Held, what: str, url: str) -> None:
    tell(what, url, str(held))
    assert held.sent > 0
    assert not held.complaints, "\n\n".join(held.complaints.values())
    assert held.server_errors == 0


@pytest.mark.timeout(300)
def test_every_answer_to_an_agent_is_documented(api: ServedApi, database_url: str) -> None:
    held = hold(api, examples=5, key=api.key)
    check(held, "with a key", database_url)
    for operation, status in (
        ("POST /v1/approvals", 201),
        ("GET /v1/approvals/{id}", 200),
        ("POST /v1/approvals/{id}/messages", 200),
    ):
        assert status in held.statuses(operation)


@pytest.mark.timeout(300)
def test_a_wrong_key_opens_nothing_but_the_documentation(api: ServedApi, database_url: str) -> None:
    held = hold(api, examples=8, key=WRONG_KEY, thorough=False)
    check(held, "with a wrong key", database_url)
    secured = {label for label, _ in held.answers} - OPEN
    assert len(secured) == 9
    for label in secured:
        assert held.statuses(label) == {401}, label


@pytest.mark.soak
@pytest.mark.timeout(3600)
def test_every_answer_is_documented_for_as_long_as_it_is_asked(api: ServedApi, database_url: str) -> None:
    check(hold(api, examples=MANY, key=api.key, seconds=LONG), "for minutes", database_url)
