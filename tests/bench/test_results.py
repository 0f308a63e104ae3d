"""Saved results: read back as they were, under labels that name files."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from bench.reading import Reading, Unit
from bench.results import NoResults, Results, load, results, save, saved_at


def some() -> Results:
    base = Reading(name="echo/rate", value=5000.5, unit=Unit.PER_SECOND, rounds=(5000.5, 5100))
    return results(
        {"doors": [base, Reading(name="intake/rate", value=1, unit=Unit.PER_SECOND).beside(base, floor=0.1)]},
        rounds=2,
        quick=True,
        untaken={"slow": "It did not end."},
    )


def test_what_was_saved_is_read_back_as_it_was(tmp_path: Path) -> None:
    before = some()
    save(before, saved_at("0.2.0-first", tmp_path))
    assert load("0.2.0-first", tmp_path) == before


def test_results_say_what_they_were_measured_on() -> None:
    taken = some()
    assert {"processor", "cores", "memory"} <= set(taken.machine)
    assert {"python", "sqlite", "postgres", "aiohttp"} <= set(taken.versions)
    assert datetime.now(UTC) >= taken.taken_at


def test_a_label_nobody_saved_is_answered_with_those_there_are(tmp_path: Path) -> None:
    save(some(), saved_at("one", tmp_path))
    with pytest.raises(NoResults, match="saved are: one"):
        load("two", tmp_path)


@pytest.mark.parametrize("label", ["../elsewhere", "", "Big", ".hidden", "a/b"])
def test_a_label_cannot_lead_elsewhere(label: str, tmp_path: Path) -> None:
    with pytest.raises(NoResults, match="cannot name"):
        saved_at(label, tmp_path)
