"""What lists, pages and timers cost does not grow with the table: SQLite takes as many steps among many."""

from bench.scale.asking import questions
from bench.scale.stock import stock
from storage.stamps import to_stamp
from tests.builders import a_press, a_step
from tests.fakes.clock import MovedClock
from tests.storage.conftest import *  # noqa: F403  # stores on databases
from tests.storage.conftest import Opener
from tests.storage.effort import Steps
from tests.storage.steps import submitted

#: both beyond a page, and beyond what counting stops at
FEW, MANY = 2_000, 8_000


async def test_no_answer_takes_more_steps_among_more_requests(
    sqlite_database: str, open_at: Opener, clock: MovedClock
) -> None:
    store = open_at(sqlite_database)
    finished = await submitted(store)
    await store.move(a_press(finished))
    pending = await submitted(store, steps=(a_step(wait=1), a_step(wait=10_000)))
    steps = Steps(store)
    taken: list[dict[str, int]] = []
    for numbers in (range(FEW), range(FEW, MANY)):
        for _ in stock(sqlite_database, finished.id, numbers):
            pass
        for _ in stock(sqlite_database, pending.id, numbers, digit=1, due_at=to_stamp(clock.now)):
            pass
        taken.append({})
        for name, question in questions(store, clock, finished.id).items():
            await question()  # what is read once and remembered
            steps.taken = 0
            await question()
            taken[-1][name] = steps.taken

    few, many = taken
    grown = {name: (few[name], many[name]) for name in few if many[name] > 1.2 * few[name] + 200}
    assert grown == {}
    assert few["newest"] > 0
