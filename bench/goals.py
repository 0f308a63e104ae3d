"""The goals that a reader wants to know of first, each held against what its figure measured."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fnmatch import fnmatchcase

from bench.reading import Reading
from bench.results import Results
from bench.run import POSTGRES, SQLITE

#: stands for a database in the pattern of a goal
ON = "{on}"
#: figures of several processes, which need PostgreSQL
_MANY = ("machines", "apart")


@dataclass(frozen=True, slots=True, kw_only=True)
class Goal:
    """Readings of one figure that keep one promise."""

    #: what is promised, in a reader's words
    title: str
    figure: str
    #: matches names of readings; of several that match, the one farthest from its limit counts
    pattern: str

    def read(self, results: Results, engine: str) -> Reading | None:
        """What was measured of it on a database; the same on both where it does not matter.

        Where nothing that matches is large enough to have a limit, all of it counts, but no base of others.
        """
        if self.figure in _MANY and engine != POSTGRES:
            return None
        pattern = self.pattern.replace(ON, engine)
        readings = results.figures.get(self.figure, ())
        matching = [each for each in readings if fnmatchcase(each.name, pattern)]
        limited = [each for each in matching if is_limited(each)]
        beside = [each for each in matching if each.ratio is not None]
        return max(limited or beside or matching, key=_strain, default=None)


GOALS = tuple(
    Goal(title=title, figure=figure, pattern=pattern)
    for title, figure, pattern in (
        ("Durable intake, as a share of a bare JSON echo's rate", "doors", "intake/{on}/rate"),
        ("A press behind Placet's own door, likewise", "doors", "press/{on}/rate"),
        ("Intake where each commit takes 2 ms longer, likewise", "slow-disk", "slow intake/{on}/rate"),
        ("Intake that a rule decides, of intake that people decide", "doors", "automatic/{on}/of intake"),
        ("CPU that Placet adds to Bolt's for a press, in echoes", "bolt", "through bolt/{on}/added cpu"),
        ("The writer alone, as a share of the bare driver", "commits", "writer */{on}/rate"),
        ("From a press to the callback, median", "following", "told alone/{on}/p50"),
        ("From a press to the callback, slowest hundredth", "following", "told alone/{on}/p99"),
        ("The same with 32 presses in flight", "following", "told 32 in flight/{on}/p99"),
        ("From a press to the changed card, median", "following", "shown alone/{on}/p50"),
        (
            "Callbacks beside a dead receiver, of the time without",
            "deliveries",
            "callbacks beside*/{on}/time",
        ),
        ("A burst of 1,000 on screen, of a message each", "bursts", "burst/{on}/time"),
        ("Messages that show those 1,000", "bursts", "burst/{on}/messages"),
        ("Messages of a burst that Slack refuses for their pace", "bursts", "burst/{on}/refused*"),
        ("Lateness of timers beside full intake, slowest hundredth", "lateness", "{on}/late/p99"),
        ("Timers among 10⁶, as a multiple of 10⁴ (the worst)", "million", "timers/{on}/*"),
        ("Lists among 10⁶, as a multiple of 10⁴ (the worst)", "million", "lists/{on}/*"),
        ("Statistics among 10⁶, as a multiple of 10⁴ (the worst)", "million", "numbers/{on}/*"),
        ("Upkeep among 10⁶, as a multiple of 10⁴ (the worst)", "million", "upkeep/{on}/*"),
        ("One more request among 10⁶, as a multiple of 10³", "million", "growth/{on}/*"),
        ("Waiting for locks, two and four processes (the worst)", "machines", "*/waiting for locks"),
        ("Transactions of a process with nothing to do", "apart", "idle/*"),
        ("Start to ready, empty or a million pending", "footprint", "{on}/*/start to ready"),
        ("CPU at rest, empty or a million pending", "footprint", "{on}/*/idle CPU"),
        ("Memory, a million pending (50 MB above an empty server)", "footprint", "{on}/million/memory"),
        ("`placet --help`", "footprint", "help/time"),
        ("Installed on disk", "footprint", "installed/size"),
        ("The image beyond its base", "footprint", "image beyond its base/size"),
    )
)


def all_goals(results: Results) -> Iterator[Goal]:
    """Those above, then whatever else has a limit in these results."""
    yield from GOALS
    for figure, readings in results.figures.items():
        for each in filter(is_limited, readings):
            if not any(_is_of(each, goal) for goal in GOALS if goal.figure == figure):
                yield Goal(title=f"{figure}: {each.name}", figure=figure, pattern=each.name)


def is_limited(reading: Reading) -> bool:
    """Whether it has anything to keep."""
    return reading.floor is not None or reading.bound is not None


def _is_of(reading: Reading, goal: Goal) -> bool:
    return any(fnmatchcase(reading.name, goal.pattern.replace(ON, engine)) for engine in (SQLITE, POSTGRES))


def _strain(reading: Reading) -> float:
    """How much of what its limit allows it takes, above 1 it misses; without a limit, how much it is."""
    if reading.floor is not None:
        return reading.floor / reading.judged if reading.judged else float("inf")
    if reading.bound == 0:
        return float("inf") if reading.judged else 0.0
    return reading.judged / (reading.bound or 1.0)
