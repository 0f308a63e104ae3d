"""Times in the database: whole microseconds since 1970, UTC, which sort as numbers on both engines."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def to_stamp(at: datetime) -> int:
    """Microseconds since 1970 of an aware time."""
    return round(at.timestamp() * 1_000_000)


def from_stamp(stamp: int) -> datetime:
    """The UTC time of a stamp."""
    return _EPOCH + timedelta(microseconds=stamp)


def stamp_or_none(at: datetime | None) -> int | None:
    """As `to_stamp`, for times that may be absent."""
    return None if at is None else to_stamp(at)
