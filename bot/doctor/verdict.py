"""What came of looking at one part of an installation."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum


class Colour(StrEnum):
    """How one thing stands."""

    #: it was tried, and works
    GREEN = "green"
    #: it works now, and will not for long or not wholly
    YELLOW = "yellow"
    #: it does not work
    RED = "red"
    #: it was not looked at, and the sentence says why
    SKIPPED = "skipped"


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """What a check found out; sentences hold nothing secret."""

    colour: Colour
    sentence: str
    #: what to do, empty where there is nothing to do
    remedy: str = ""
    #: the channel, person or host that it is about, where a check looks at several
    about: str = ""
    #: whether what stands on this cannot be looked at, as behind everything red
    stops: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """A finding with the name of its check and how long that took."""

    #: the part and the check in it, such as `slack.token`
    name: str
    colour: Colour
    sentence: str
    remedy: str = ""
    about: str = ""
    #: whether what stands on this cannot be looked at
    stops: bool = False
    took: timedelta = timedelta(0)

    @property
    def part(self) -> str:
        """What `--only` names: `slack` of `slack.token`."""
        return self.name.partition(".")[0]


def green(sentence: str, *, about: str = "") -> Finding:
    """It works."""
    return Finding(colour=Colour.GREEN, sentence=sentence, about=about)


def yellow(sentence: str, remedy: str, *, about: str = "", stops: bool = False) -> Finding:
    """It works, and somebody should look at it."""
    return Finding(colour=Colour.YELLOW, sentence=sentence, remedy=remedy, about=about, stops=stops)


def red(sentence: str, remedy: str, *, about: str = "") -> Finding:
    """It does not work."""
    return Finding(colour=Colour.RED, sentence=sentence, remedy=remedy, about=about, stops=True)


def skipped(sentence: str, remedy: str = "") -> Finding:
    """It was not looked at."""
    return Finding(colour=Colour.SKIPPED, sentence=sentence, remedy=remedy, stops=True)


def worst(colours: Iterable[Colour]) -> Colour:
    """The colour of everything together; what was skipped counts as green."""
    found = set(colours)
    return next((each for each in (Colour.RED, Colour.YELLOW) if each in found), Colour.GREEN)
