"""How long the product waits in tests for what answers at once on any machine that is not too busy.

A press is told that it takes longer after two seconds, and an account that Slack or Teams does not tell
within 700 milliseconds counts as not told. On a machine that does other things these moments pass while
nothing is wrong, and a test would see the answer for a slow database, or a guest taken for a member. So tests
wait for a minute, except those that show what happens when it takes too long.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest

import adapters.slack.identity
import adapters.slack.pins
import adapters.teams.identity
from adapters.slack.slack import build_slack
from adapters.teams.teams import build_teams
from bot.chat.recording import LONGEST
from storage.store import SqlStore

PATIENT = timedelta(minutes=1)

_LOOK_UPS = (adapters.slack.identity, adapters.slack.pins, adapters.teams.identity)


@contextmanager
def patient() -> Iterator[None]:
    """Whatever is built and asked within waits that long."""
    with pytest.MonkeyPatch.context() as patch:
        for module in _LOOK_UPS:
            patch.setattr(module, "PATIENCE", PATIENT)
        _wait_for_commits(patch, PATIENT)
        yield


@contextmanager
def hasty() -> Iterator[None]:
    """Presses in what is built within wait as long as in production."""
    with pytest.MonkeyPatch.context() as patch:
        _wait_for_commits(patch, LONGEST)
        yield


@contextmanager
def persistent() -> Iterator[None]:
    """Stores opened within try for a minute to reach a database that is away, not for eight seconds."""
    with pytest.MonkeyPatch.context() as patch:
        defaults: dict[str, Any] = SqlStore.__init__.__kwdefaults__  # type: ignore[assignment]  # it has some
        patch.setitem(defaults, "patience", PATIENT.total_seconds())
        yield


def _wait_for_commits(patch: pytest.MonkeyPatch, patience: timedelta) -> None:
    for build in (build_slack, build_teams):
        defaults: dict[str, Any] = build.__kwdefaults__  # type: ignore[assignment]  # it has some
        patch.setitem(defaults, "patience", patience)
