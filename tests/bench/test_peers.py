"""Peers are measured where they are installed, all in the same way, and are nothing to fail for."""

import asyncio
from pathlib import Path

import aiohttp
import pytest

from bench.figure import NotInstalled, Unmeasured
from bench.figures.peers import PEERS, peers, peers_picture, peers_table
from bench.peers import environments
from bench.peers.caller import Refused
from bench.peers.taking import Amount, taken
from bench.reading import Reading, Unit
from bench.run import SQLITE, Run

AMOUNT = Amount(many=20, in_flight=4, seconds=30, callbacks=3)


class Server:
    """Takes everything but each fifth order, and tells whoever wants to be told."""

    def __init__(self, *, tells: bool = True) -> None:
        self._tells = tells
        self._callbacks: dict[str, str] = {}

    async def create(self, number: int, callback: str | None = None) -> str:
        await asyncio.sleep(0)
        if number % 5 == 4 and callback is None and number > 8:
            raise Refused("500: no")
        if callback:
            self._callbacks[str(number)] = callback
        return str(number)

    async def decide(self, request_id: str) -> None:
        if self._tells and request_id in self._callbacks:
            async with aiohttp.ClientSession() as http, http.post(self._callbacks[request_id]) as answer:
                assert answer.status == 200


async def test_rates_errors_and_the_time_until_the_agent_is_told_are_measured() -> None:
    found = await taken(Server(), AMOUNT)
    assert min(found.created, found.decided) > 0
    assert found.refused == pytest.approx(4 / 36)
    assert len(found.told) == 3
    assert 0 < min(found.told) < 20


async def test_nothing_new_is_sent_when_the_time_is_up() -> None:
    found = await taken(Server(), Amount(many=100_000, in_flight=4, seconds=0, callbacks=100))
    assert len(found.told) == 1


async def test_a_server_whose_answers_are_all_errors_is_no_figure() -> None:
    class Broken(Server):
        async def decide(self, request_id: str) -> None:
            if int(request_id) >= 8:
                raise Refused("500: no")

    with pytest.raises(Unmeasured, match="Every answer was an error"):
        await taken(Broken(), AMOUNT)


def test_a_machine_without_any_peer_is_told_how_to_install_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(environments, "FOLDER", tmp_path)
    told: list[str] = []
    run = Run(quick=True, databases=(SQLITE,), note=told.append)
    with pytest.raises(NotInstalled, match="make peers"):
        list(peers(run))
    assert told[0].startswith("holdmyagent on SQLite is not here: holdmyagent is not on this machine.")


@pytest.mark.parametrize("peer", sorted({peer.name for peer in PEERS if not peer.is_ours}))
def test_a_peer_is_pinned_with_hashes_and_names_no_registry(peer: str) -> None:
    lock = (environments.LOCKS / f"{peer}.txt").read_text()
    assert f"{peer}=={environments.version(peer)} \\\n    --hash=sha256:" in lock
    assert "://" not in lock


def _readings(name: str, *, is_ours: bool) -> list[Reading]:
    values = {
        "create": (400.0, Unit.PER_SECOND),
        "decide": (300.0, Unit.PER_SECOND),
        "decision to callback": (12.0, Unit.MILLISECONDS),
        "errors": (0.0, Unit.SHARE),
    }
    return [
        Reading(name=f"{name}/sqlite/{measure}", value=value, unit=unit, is_ours=is_ours)
        for measure, (value, unit) in values.items()
    ]


def test_each_server_has_a_row_and_two_bars() -> None:
    readings = [*_readings("Placet", is_ours=True), *_readings("other 1.0", is_ours=False)]
    assert "| other 1.0 | SQLite | 400/s | 300/s | 12 ms | 0 % |" in peers_table(readings)
    svg = peers_picture(readings)
    assert svg.count("<rect") == 4
    assert "other, decide" in svg
