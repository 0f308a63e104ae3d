"""Tables of the documents come from results, and say themselves which goals are missed."""

from datetime import UTC, datetime
from pathlib import Path

import msgspec
import pytest

from bench.documenting import NotForDocuments, document, marked, with_results
from bench.figure import all_figures
from bench.reading import Reading, Unit
from bench.results import Results

DOCS = Path(__file__).parents[2] / "docs"
PAGE = "Before.\n\n<!-- bench:waking -->\n\nold\n\n<!-- /bench:waking -->\n\nAfter.\n"


def of(*readings: Reading, figure: str = "waking", quick: bool = False) -> Results:
    return Results(
        taken_at=datetime(2026, 11, 21, tzinfo=UTC),
        rounds=3,
        quick=quick,
        machine={"cores": "2", "processor": "a processor"},
        versions={"python": "3.11", "sqlite": "3.40", "postgres": "18", "aiohttp": "3.14"},
        commit="abc",
        figures={figure: list(readings)},
    )


def took(milliseconds: float, bound: float | None = None) -> Reading:
    return Reading(
        name="waking/sqlite/p50",
        value=milliseconds,
        unit=Unit.MILLISECONDS,
        bound=bound,
        rounds=(milliseconds,) * 3,
    )


def test_a_table_takes_the_place_of_the_one_before() -> None:
    page = with_results(PAGE, of(took(12.5)))
    assert "old" not in page
    assert "|  | p50 |" in page
    assert "| waking SQLite | 12.5 ms |" in page
    assert page.startswith("Before.\n")
    assert page.endswith("<!-- /bench:waking -->\n\nAfter.\n")
    assert with_results(page, of(took(12.5))) == page


def test_what_was_not_measured_stays_as_it_is() -> None:
    assert with_results(PAGE, of(took(1), figure="other")) == PAGE


def test_a_missed_goal_is_told_below_the_table() -> None:
    assert "**Missed: waking SQLite p50 31 ms (≤ 25 ms).**" in with_results(PAGE, of(took(31, 25)))
    assert "The goal is reached." in with_results(PAGE, of(took(25, 25)))


def test_the_machine_the_date_and_the_commit_are_told() -> None:
    page = with_results(PAGE, of(took(1)))
    assert "2026-11-21, median of 3 rounds: 2 cores of a processor, Python 3.11" in page
    assert "commit abc" in page


def test_what_readers_have_to_know_stands_below_the_table() -> None:
    noted = msgspec.structs.replace(of(took(1)), notes={"waking": ["One of them slept on."]})
    assert "\n\nOne of them slept on.\n\n*2026" in with_results(PAGE, noted)


def test_a_figure_that_broke_off_has_its_table_and_no_picture(tmp_path: Path) -> None:
    (tmp_path / "performance.md").write_text("<!-- bench:doors -->\n<!-- /bench:doors -->\n")
    partial = msgspec.structs.replace(of(*_doors(), figure="doors"), untaken={"doors": "It fell over."})
    assert list(document(partial, tmp_path)) == [tmp_path / "performance.md"]
    page = (tmp_path / "performance.md").read_text()
    assert "| intake PostgreSQL |" in page
    assert "This broke off: It fell over." in page
    assert ".svg" not in page


def test_quick_figures_never_come_into_the_documents(tmp_path: Path) -> None:
    with pytest.raises(NotForDocuments):
        list(document(of(took(1), quick=True), tmp_path))


def test_pages_are_written_where_they_have_the_figure(tmp_path: Path) -> None:
    (tmp_path / "one.md").write_text(PAGE)
    (tmp_path / "two.md").write_text("Nothing.\n")
    assert list(document(of(took(1)), tmp_path)) == [tmp_path / "one.md"]


def _doors() -> list[Reading]:
    echo = Reading(name="echo/rate", value=10_000, unit=Unit.PER_SECOND)
    rates = [
        Reading(name=f"intake/{on}/rate", value=2_500, unit=Unit.PER_SECOND) for on in ("sqlite", "postgres")
    ]
    others = [
        Reading(name=f"{what}/{measure}", value=5, unit=Unit.MILLISECONDS)
        for what in ("echo", "intake/sqlite", "intake/postgres")
        for measure in ("p50", "p99", "cpu")
    ]
    return [echo, *(rate.beside(echo, floor=0.65) for rate in rates), *others]


def test_the_doors_have_a_row_for_each_kind_of_request_and_a_picture(tmp_path: Path) -> None:
    (tmp_path / "performance.md").write_text("<!-- bench:doors -->\n<!-- /bench:doors -->\n")
    list(document(of(*_doors(), figure="doors"), tmp_path))
    page = (tmp_path / "performance.md").read_text()
    assert "|  | rate | of echo rate | goal | p50 | p99 | CPU |" in page
    assert "| intake PostgreSQL | 2,500/s | 25 % | ≥ 65 % | 5 ms | 5 ms | 5 ms |" in page
    assert "(pictures/bench/doors.svg)" in page
    assert "intake on SQLite" in (tmp_path / "pictures" / "bench" / "doors.svg").read_text()


def test_every_figure_has_its_table_in_the_documents() -> None:
    names = {name for page in DOCS.glob("*.md") for name in marked(page.read_text(encoding="utf-8"))}
    assert names == set(all_figures())


def test_too_many_measures_for_a_page_become_a_list(tmp_path: Path) -> None:
    many = [Reading(name=f"growth/{stored}", value=1, unit=Unit.MILLISECONDS) for stored in range(20)]
    page = with_results(PAGE, of(*many))
    assert "| growth 19 | 1 ms |  |  |" in page


def test_what_was_measured_of_some_things_only_leaves_the_others_empty() -> None:
    other = Reading(name="waking/postgres/p99", value=2, unit=Unit.MILLISECONDS)
    page = with_results(PAGE, of(took(1, bound=5), other))
    assert "|  | p50 | goal | p99 |" in page
    assert "| waking PostgreSQL |  |  | 2 ms |" in page
