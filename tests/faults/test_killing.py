"""SIGKILL at every named point and at any other: nothing acknowledged is lost, nothing happens twice."""

from __future__ import annotations

import random
import time
from pathlib import Path

import pytest

from tests.faults.forks import Forks
from tests.faults.points import POINTS
from tests.faults.siege import Siege

#: how long a process is given to come to the point at which it dies (seconds)
_COMES_THERE_S = 6.0
#: the points that every change is tried at
_FEW = (
    "after the COMMIT of a submission",
    "before the COMMIT of a press",
    "after a callback was answered",
    "after a card was posted",
    "within a COMMIT",
    "",
)


@pytest.mark.timeout(300)
async def test_a_few_kills_lose_nothing_and_double_nothing(
    empty_database_url: str, tmp_path: Path, forks: Forks
) -> None:
    dice = random.Random(1)
    await _killed(empty_database_url, tmp_path, forks, [*_FEW], dice)


@pytest.mark.soak
@pytest.mark.timeout(2400)
async def test_two_hundred_kills_lose_nothing_and_double_nothing(
    empty_database_url: str, tmp_path: Path, forks: Forks
) -> None:
    dice = random.Random(2)
    chosen = [*POINTS * 5, *[""] * 60]
    dice.shuffle(chosen)
    reached = await _killed(empty_database_url, tmp_path, forks, chosen, dice)
    assert reached == set(POINTS), f"never came to {set(POINTS) - reached}"


async def _killed(url: str, folder: Path, forks: Forks, chosen: list[str], dice: random.Random) -> set[str]:
    """Kill a process at each of these points, at any moment where none is named; the points reached."""
    began_at, reached, by_name = time.monotonic(), set[str](), 0
    async with Siege(url, folder, forks, seed=dice.randrange(1000)) as siege:
        for point in chosen:
            await siege.serving.start(doom=f"{point}#{dice.randint(1, 3)}" if point else "")
            if await siege.serving.dies_within(_COMES_THERE_S if point else dice.uniform(0, 1.5)):
                assert point, siege.serving.log()
                reached.add(point)
                by_name += 1
            else:
                await siege.serving.kill()
        killed_for = time.monotonic() - began_at
        figures = await siege.examined()
    print(  # noqa: T201 - the figures are what this is for
        f"\n{url.partition(':')[0]}: {len(chosen)} kills, {by_name} of them at {len(reached)} named points,"
        f" in {killed_for:.0f} s: {figures}"
    )
    return reached
