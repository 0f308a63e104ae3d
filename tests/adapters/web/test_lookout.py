"""Changes that another process made are found by looking."""

from datetime import timedelta

from adapters.web.lookout import Lookout
from bot.ports import Store, Stored
from tests.adapters.web.desk import InboxDesk


def _lookout(store: Store) -> tuple[Lookout, list[Stored]]:
    told: list[Stored] = []
    return Lookout(store, told.extend, timedelta(milliseconds=1)), told


async def test_a_request_of_another_process_is_found(desk: InboxDesk) -> None:
    lookout, told = _lookout(desk.store)
    await lookout.start()
    request = await desk.ask()

    await lookout.look()

    assert [stored.request.id for stored in told] == [request.id]
    assert [stored.request.id for stored in lookout.known] == [request.id]


async def test_a_decision_of_another_process_is_found(desk: InboxDesk) -> None:
    request = await desk.ask()
    lookout, told = _lookout(desk.store)
    await lookout.start()
    await desk.approvals.cancel(request.id, agent="support-bot", reason="done")

    await lookout.look()

    assert [stored.request.status.is_final for stored in told] == [True]


async def test_a_decision_on_a_request_that_many_followed_is_found(desk: InboxDesk) -> None:
    request = await desk.ask()
    desk.clock.advance(seconds=1)
    for _ in range(60):
        other = await desk.ask()
        await desk.approvals.cancel(other.id, agent="support-bot", reason="done")
    lookout, told = _lookout(desk.store)
    await lookout.start()
    await desk.approvals.cancel(request.id, agent="support-bot", reason="done")

    await lookout.look()

    assert [stored.request.id for stored in told] == [request.id]


async def test_what_did_not_change_is_not_told_again(desk: InboxDesk) -> None:
    await desk.ask()
    lookout, told = _lookout(desk.store)
    await lookout.start()

    await lookout.look()
    await lookout.look()

    assert told == []


async def test_what_is_drawn_again_is_told_with_the_same_version(desk: InboxDesk) -> None:
    request = await desk.ask()
    lookout, told = _lookout(desk.store)
    await lookout.start()

    lookout.redraw(request.id)
    await lookout.look()

    assert [stored.request.version for stored in told] == [request.version]


async def test_an_id_that_nobody_knows_is_passed_over(desk: InboxDesk) -> None:
    lookout, told = _lookout(desk.store)
    await lookout.start()

    lookout.changed(("apr_gone",))
    await lookout.look()

    assert told == []
