"""A person's list: what they may see of what waits, the riskiest and oldest first."""

import pytest

from bot.domain.moves import Cancel
from storage import pending
from storage.store import SqlStore
from tests.builders import AGENT, a_step, channel, person
from tests.fakes.clock import MovedClock
from tests.storage.steps import Company, a_command, current, submitted
from tests.storage.test_reads import some


async def _listed(store: SqlStore, name: str, limit: int = 50) -> list[str]:
    return [stored.request.id for stored in await store.pending_for(name, limit=limit)]


async def test_the_riskiest_come_first_and_of_these_the_oldest(store: SqlStore, clock: MovedClock) -> None:
    harmless = await some(store, clock, 2, irreversible=False)
    final = await some(store, clock, 2)
    high = await some(store, clock, 2, high_impact=True)
    urgent = await some(store, clock, 1, irreversible=False, urgent=True)

    assert await _listed(store, "ann") == [*urgent, *high, *final, *harmless]
    assert await _listed(store, "ann", limit=3) == [*urgent, *high]


async def test_what_was_decided_or_withdrawn_is_no_longer_in_it(store: SqlStore, clock: MovedClock) -> None:
    first, second = await some(store, clock, 2)
    await store.move(Cancel(request_id=first, command_id=a_command(), agent=AGENT, reason="x"))
    assert await _listed(store, "ann") == [second]


async def test_it_holds_what_the_person_may_see_and_nothing_else(
    store: SqlStore, clock: MovedClock, company: Company
) -> None:
    """Ann leads everything, Ben is in finance, Dan was asked directly, Cat only answers for the agent."""
    asked = await some(store, clock, 1)
    directly = await some(store, clock, 1, voters=("ann",), steps=(a_step(channel(), person("dan")),))
    led = await some(store, clock, 1, voters=("dan",))

    assert await _listed(store, "ann") == [*asked, *directly, *led]
    assert await _listed(store, "ben") == asked
    assert await _listed(store, "dan") == [*directly, *led]
    assert await _listed(store, "cat") == []
    assert await _listed(store, "eve") == []


async def test_a_page_without_anything_for_the_person_is_not_the_end(
    store: SqlStore, clock: MovedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pending, "PAGE", 2)
    await some(store, clock, 5, high_impact=True)
    mine = await some(store, clock, 1, voters=("dan",))
    assert await _listed(store, "dan") == mine
    assert len(await _listed(store, "ann", limit=4)) == 4


async def test_the_packet_comes_along(store: SqlStore) -> None:
    request = await submitted(store)
    [stored] = await store.pending_for("ann")
    assert stored.request == await current(store, request)
    assert stored.packet.action.name == "refund.issue"
