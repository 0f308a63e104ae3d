"""Steering for tests: paused refunds, and people who are away."""

from datetime import datetime
from typing import Any

from bot.domain.directory import Directory
from bot.domain.steering import Absence, Pause, Steering
from tests.builders import NOW, a_directory


def a_pause(match: str = "refund.*", **changes: Any) -> Pause:
    """Ann paused refunds."""
    given: dict[str, Any] = {"match": match, "by": "ann", "made_at": NOW}
    return Pause(**(given | changes))


def away(person: str, cover: str | None = None, until: datetime | None = None) -> Absence:
    """Somebody is away, and perhaps somebody covers."""
    return Absence(person=person, cover=cover, made_at=NOW, until=until)


def steered(*entries: Absence | Pause, **changes: Any) -> Directory:
    """The small company under what was set."""
    steering = Steering(
        version=1,
        pauses=tuple(entry for entry in entries if isinstance(entry, Pause)),
        absences=tuple(entry for entry in entries if isinstance(entry, Absence)),
    )
    return a_directory(**changes).steered(steering)
