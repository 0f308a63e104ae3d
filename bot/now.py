"""The system's clock."""

from __future__ import annotations

from datetime import UTC, datetime


def utc_now() -> datetime:
    """This moment, aware and in UTC."""
    return datetime.now(UTC)
