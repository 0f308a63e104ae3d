"""The database away while people press: they are told the truth, and nothing is lost or doubled."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager

import pytest

from .database_wire import DatabaseWire
from .fork_server import HASTY
from .packets import REFUND, refund
from .placet_process import PlacetProcess
from .stage import Stage
from .waiting import wait_until


def test_a_press_into_a_stalled_database_is_recorded_once_and_its_maker_hears_of_the_wait(
    set_stage: Callable[..., Stage],
) -> None:
    stage = set_stage(settings={HASTY: "1"})
    asked = stage.submit(refund())
    ben = stage.window("ben")
    card = ben.card(REFUND)

    with _stalled(stage.placet):
        card.press("Approve")
        ben.private("The result follows here")
        card.expect_text("Waiting for a decision")

    card.expect_text("Approved by Ben Nevis")
    assert stage.agent.wait_for("approval.approved").approval["id"] == asked["id"]
    wait_until(
        lambda: len(stage.slack.private_messages("support", "ben")) == 2,
        why="the result, told to the presser",
    )
    assert [vote["person"] for vote in stage.state(asked)["votes"]] == ["ben"]
    assert len(stage.agent.callbacks("approval.approved")) == 1


@pytest.fixture
def wire(empty_postgres_database: str) -> Iterator[DatabaseWire]:
    """The way to an empty PostgreSQL database."""
    with DatabaseWire(empty_postgres_database).open() as wire:
        yield wire


def test_a_press_while_postgresql_is_down_is_not_counted_until_it_is_back(
    set_stage: Callable[..., Stage], wire: DatabaseWire
) -> None:
    stage = set_stage(settings={"PLACET_DATABASE_URL": wire.url, HASTY: "1"})
    asked = stage.submit(refund())
    ben = stage.window("ben")
    card = ben.card(REFUND)

    wire.cut()
    card.press("Approve")
    ben.private("The result follows here")
    card.expect_text("Waiting for a decision")
    assert stage.agent.callbacks("approval.approved") == []

    wire.mend()
    card.expect_text("Approved by Ben Nevis")
    assert stage.agent.wait_for("approval.approved").approval["id"] == asked["id"]
    assert [vote["person"] for vote in stage.state(asked)["votes"]] == ["ben"]
    assert len(stage.agent.callbacks("approval.approved")) == 1


@contextmanager
def _stalled(placet: PlacetProcess) -> Iterator[None]:
    """Nobody can write until the block ends."""
    file = placet.environment["PLACET_DATABASE_URL"].removeprefix("sqlite:///")
    with closing(sqlite3.connect(file, isolation_level=None)) as connection:
        connection.execute("BEGIN EXCLUSIVE")
        yield
        connection.execute("ROLLBACK")
