"""The process is killed (SIGKILL) at random points under load: nothing is lost, nothing doubled."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from tests.flows.killing import Ledger, Siege


async def test_nothing_acknowledged_is_lost_when_the_process_is_killed(
    database_url: str, tmp_path: Path
) -> None:
    await _besieged(database_url, tmp_path, kills=4, seed=1)


@pytest.mark.soak
@pytest.mark.timeout(1800)
async def test_nothing_acknowledged_is_lost_when_the_process_is_killed_fifty_times(
    database_url: str, tmp_path: Path
) -> None:
    await _besieged(database_url, tmp_path, kills=50, seed=2)


async def _besieged(database_url: str, folder: Path, *, kills: int, seed: int) -> None:
    siege = Siege(database_url, folder, seed=seed)
    report = await siege.run(kills=kills)
    ledger = siege.ledger
    ids = set().union(*ledger.accepted.values())
    print(  # noqa: T201 - the figures are what a soak is for
        f"{kills} kills: {len(ids)} requests accepted, {len(ledger.pressed)} presses acknowledged,"
        f" {len(ledger.callbacks)} callbacks, {report.events} audit events"
    )
    assert len(ids) > kills
    assert ledger.pressed
    assert all(len(answers) <= 1 for answers in ledger.accepted.values()), "one key, two requests"
    _one_decision_each(ledger)
    assert report.problems == []
    assert report.unsealed == 0


def _one_decision_each(ledger: Ledger) -> None:
    """Every approved request was called back, with one id and one body however often it was sent."""
    for told, arrived in ledger.callbacks.items():
        assert len(arrived) == 1, f"{told} came under several ids or with several bodies"
    finals = Counter(request for request, kind in ledger.callbacks if kind != "approval.escalated")
    assert set(finals.values()) <= {1}, "two decisions"
    assert ledger.pressed <= set(finals), "a callback was lost"
