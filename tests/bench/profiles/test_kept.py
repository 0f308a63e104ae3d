"""Profiles are kept, and laid beside each other."""

from __future__ import annotations

from pathlib import Path

from bench.profiles.kept import keep, load, table
from bench.profiles.recording import Recording
from bench.profiles.stacks import Frame, Stack
from bench.run import POSTGRES, SQLITE


def recording(cpu: float, policy: int, rows: int) -> Recording:
    stacks = [
        Stack(frames=(Frame(function="assess", file="bot/policy/policy.py"),), count=policy),
        Stack(frames=(Frame(function="write", file="storage/sheet.py"),), count=rows),
    ]
    return Recording(kind="intake", engine=SQLITE, cpu=cpu, stacks=stacks)


def test_two_labels_stand_beside_each_other_in_microseconds(tmp_path: Path) -> None:
    list(keep("before", [recording(400.0, 1, 1)], of="abc", folder=tmp_path))
    written = list(keep("after", [recording(300.0, 1, 2)], of="def", folder=tmp_path))
    assert [path.name for path in written] == ["after.json", "after-intake-sqlite.svg"]
    told = table(load("before", tmp_path), load("after", tmp_path), SQLITE, ["intake", "press"])
    assert told.splitlines()[0] == "| µs of CPU on SQLite | intake, before | after |"
    assert "| policy: digest, amount, rules, terms | 200 | 100 |" in told
    assert "| rows | 200 | 200 |" in told
    assert told.endswith("| **together** | 400 | 300 |")


def test_what_only_one_label_has_is_left_out(tmp_path: Path) -> None:
    list(keep("before", [recording(400.0, 1, 1)], folder=tmp_path))
    kept = load("before", tmp_path)
    assert kept.of("press", SQLITE) is None
    assert table(kept, kept, POSTGRES, ["intake"]).splitlines()[0] == "| µs of CPU on PostgreSQL |  |"
