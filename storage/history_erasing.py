"""Erasing what is counted about a subject."""

from __future__ import annotations

from sqlalchemy import Connection, delete

from storage.history_keys import subject_key
from storage.history_tables import HistoryCountRow

_count = HistoryCountRow.__table__  # type: ignore[attr-defined]  # SQLModel adds it at class creation


def forget_subject(connection: Connection, subject: str) -> int:
    """Remove every count about a subject; how many rows. Whoever asks for it again begins at nothing.

    The counts of agents stay: they tell of nobody.
    """
    return connection.execute(delete(_count).where(_count.c.key == subject_key(subject))).rowcount
