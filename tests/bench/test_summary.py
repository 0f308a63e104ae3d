"""The table at the top says of every goal whether it is held."""

from bench.documenting import with_results
from bench.figure import all_figures
from bench.goals import GOALS
from bench.reading import Reading, Unit
from bench.results import Results
from tests.bench.test_documenting import of

PAGE = "<!-- bench:summary -->\n<!-- /bench:summary -->\n"
ECHO = Reading(name="echo/rate", value=10_000, unit=Unit.PER_SECOND)


def intake(engine: str, rate: float, floor: float = 0.35) -> Reading:
    name = f"intake/{engine}/rate"
    return Reading(name=name, value=rate, unit=Unit.PER_SECOND).beside(ECHO, floor=floor)


def told(seconds: float, engine: str = "sqlite", bound: float | None = 25) -> Reading:
    name = f"told alone/{engine}/p50"
    return Reading(name=name, value=seconds, unit=Unit.MILLISECONDS, bound=bound)


def row(page: str, title: str) -> list[str]:
    [line] = [line for line in page.splitlines() if line.startswith(f"| {title}")]
    return [cell.strip() for cell in line.split("|")[2:-1]]


def page_of(results: Results, before: str = PAGE) -> str:
    return with_results(before, results)


def test_a_goal_has_its_limit_what_was_measured_and_whether_it_is_held() -> None:
    page = page_of(of(intake("sqlite", 3000, 0.65), intake("postgres", 4000), figure="doors"))
    assert row(page, "Durable intake") == ["≥ 65 % / ≥ 35 %", "**30 %**", "40 %", "**missed on SQLite**"]
    assert "**Of 1 goals 0 are held and 1 missed.**" in page


def test_a_limit_of_one_database_alone_is_told_once() -> None:
    free = Reading(name="intake/postgres/rate", value=4000, unit=Unit.PER_SECOND).beside(ECHO)
    page = page_of(of(intake("sqlite", 7000, 0.65), free, figure="doors"))
    assert row(page, "Durable intake") == ["≥ 65 %", "70 %", "40 %", "held"]


def test_a_goal_of_one_database_is_not_asked_of_the_other() -> None:
    page = page_of(of(told(12), figure="following"))
    assert row(page, "From a press to the callback, median") == ["≤ 25 ms", "12 ms", "–", "held"]
    assert "**Every one of 1 goals is held.**" in page


def test_what_was_not_measured_now_stays_as_it_was() -> None:
    page = page_of(of(told(12), figure="following"))
    assert row(page, "Durable intake")[-1] == "not measured yet"
    page = page_of(of(intake("sqlite", 9000), figure="doors"), page)
    assert row(page, "From a press to the callback, median") == ["≤ 25 ms", "12 ms", "–", "held"]
    assert row(page, "Durable intake")[-1] == "held"


def test_of_several_readings_of_one_goal_the_worst_is_told() -> None:
    near = Reading(name="lists/sqlite/1000000/inbox", value=2, unit=Unit.MILLISECONDS, bound=4)
    over = Reading(name="lists/sqlite/1000000/audit", value=3, unit=Unit.MILLISECONDS, bound=2)
    page = page_of(of(near, over, figure="million"))
    assert row(page, "Lists among 10⁶") == ["≤ 2 ms", "**3 ms**", "–", "**missed**"]


def test_what_others_are_held_against_is_not_told_as_one_of_them() -> None:
    few = Reading(name="lists/sqlite/10000/inbox", value=4, unit=Unit.MILLISECONDS)
    many = Reading(name="lists/sqlite/1000000/inbox", value=3, unit=Unit.MILLISECONDS).beside(few)
    page = page_of(of(few, many, figure="million"))
    assert row(page, "Lists among 10⁶")[1:] == ["75 %", "–", "held"]


def test_what_several_processes_do_is_told_of_postgresql_alone() -> None:
    waits = Reading(name="press/2 processes/waiting for locks", value=0.01, unit=Unit.SHARE, bound=0.05)
    page = page_of(of(waits, figure="machines"))
    assert row(page, "Waiting for locks") == ["≤ 5 %", "–", "1 %", "held"]


def test_a_limit_that_no_goal_names_has_a_row_of_its_own() -> None:
    other = Reading(name="new/p50", value=3, unit=Unit.MILLISECONDS, bound=2)
    assert row(page_of(of(other, figure="waking")), "waking: new/p50")[-1] == "**missed**"


def test_every_goal_belongs_to_a_figure() -> None:
    assert {goal.figure for goal in GOALS} <= set(all_figures())
