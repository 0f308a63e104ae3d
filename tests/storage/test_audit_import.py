"""An export is taken in a little at a time, however long it is."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, event

from storage import audit_import
from storage.audit_export import FORMAT
from storage.audit_import import imported

AT_ONCE = 3


@pytest.fixture
def written(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[int]]:
    """How many rows each statement writes, while few are written at once."""
    monkeypatch.setattr(audit_import, "_AT_ONCE", AT_ONCE)
    counts: list[int] = []

    def count(_connection: Any, _cursor: Any, statement: str, rows: Any, *_: Any) -> None:
        if statement.startswith("INSERT"):
            counts.append(len(rows) if isinstance(rows, list) else 1)

    event.listen(Engine, "before_cursor_execute", count)
    yield counts
    event.remove(Engine, "before_cursor_execute", count)


def test_no_more_is_held_of_a_long_export_than_of_a_short_one(written: list[int], tmp_path: Path) -> None:
    requests = [{"type": "request", "id": f"apr_{n:04}", "seq": 1, "head": "00"} for n in range(10 * AT_ONCE)]
    events = [
        {"type": "event", "subject": each["id"], "seq": 1, "kind": "request.opened", "actor": "agent:a"}
        | {"at": 1, "facts": "{}", "private": None, "hash": "00", "seal": None}
        for each in requests
    ]
    export = tmp_path / "audit.jsonl"
    entries = [{"type": "export", "format": FORMAT, "made_at": 1, "private": False}, *requests, *events]
    export.write_text("".join(f"{json.dumps(entry)}\n" for entry in entries))

    with imported(export) as taken:
        standings = [standing.id for standing in taken.standings()]

    assert standings == [each["id"] for each in requests]
    assert sum(written) == 3 * len(requests), "requests, their heads, and events"
    assert max(written) == AT_ONCE
