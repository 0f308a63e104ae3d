"""Exports read what is stored, page by page, on either database."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.domain.choice import Choice
from bot.domain.ratings import Correction, Grade, Rated
from bot.domain.status import ReasonCode
from bot.exporting.exporting import Counted, Exporter, Format
from bot.exporting.record import ExportQuery, Kind, Record
from storage import exports
from storage.erasing import erase
from storage.exports import Exports
from storage.store import SqlStore
from tests.builders import NOW, a_press, a_reason, a_request, after
from tests.fakes.clock import MovedClock
from tests.storage.steps import a_submission, audit, rows, submitted


async def read(store: SqlStore, query: ExportQuery | None = None) -> list[Record]:
    """Every record, with pages as they come."""
    found: list[Record] = []
    async for page in Exports(store).pages(query or ExportQuery()):
        found += page.records
    return found


async def test_requests_come_oldest_first_each_once_however_many_pages_there_are(
    store: SqlStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(exports, "AT_ONCE", 2)
    ids = sorted([(await submitted(store)).id for _ in range(5)])
    assert [record.request.id for record in await read(store)] == ids


async def test_days_and_actions_choose(store: SqlStore) -> None:
    early = a_request(action="letter.send")
    await store.submit(a_submission(early))
    one = await submitted(store)
    assert await Exports(store).count(ExportQuery()) == 2
    assert [r.request.id for r in await read(store, ExportQuery(action="refund.*"))] == [one.id]
    assert await read(store, ExportQuery(until=NOW)) == []
    assert await read(store, ExportQuery(since=NOW + timedelta(days=1))) == []
    assert len(await read(store, ExportQuery(since=NOW, until=NOW + timedelta(days=1)))) == 2


async def test_what_was_decided_is_told_and_what_was_erased_is_counted(
    store: SqlStore, clock: MovedClock
) -> None:
    kept, gone = await submitted(store, callback_url=None), await submitted(store, callback_url=None)
    clock.advance(minutes=5)
    no = a_press(kept, "ann", Choice.REJECT, reason=a_reason(ReasonCode.TONE, "=HYPERLINK(1)"))
    await store.move(no)
    await store.move(a_press(gone))
    await store.write(lambda connection, batch: erase(connection, batch, [gone.id], "subject"))
    exporter, counted = Exporter(kind=Kind.DECISIONS, format=Format.CSV), Counted()
    [line] = list(exporter.lines(await read(store), counted))
    assert (counted.written, counted.erased) == (1, 1)
    assert f'"{kept.id}"' in line
    assert '"\'=HYPERLINK(1)"' in line
    assert after(5).isoformat() in line


async def test_an_export_of_masked_values_is_on_record_before_it_begins(store: SqlStore) -> None:
    query = ExportQuery(since=datetime(2026, 1, 1, tzinfo=UTC), action="refund.*")
    await Exports(store).note_unmasked(Kind.SFT, query, by="root")
    [(actor, facts, private)] = await rows(
        store, "SELECT actor, facts, private FROM audit_event WHERE subject = 'export'"
    )
    assert (actor, '"export":"sft"' in facts, '"action":"refund.*"' in facts) == ("operator", True, True)
    assert "root" in private
    assert (await audit(store)).problems == []


async def test_what_the_last_rating_corrected_is_the_answer_until_it_is_erased(
    store: SqlStore, clock: MovedClock
) -> None:
    request = await submitted(store, callback_url=None)
    await store.move(a_press(request, "ben"))

    async def rated(name: str, grade: Grade, arguments: str | None) -> None:
        clock.advance(minutes=1)
        made = Correction(arguments=arguments, digest=f"sha256:{len(arguments):064x}") if arguments else None
        press = a_press(request, name, Choice.RATE, rated=Rated(grade=grade, correction=made))
        moved = await store.move(replace(press, reason=a_reason() if grade is Grade.WRONG else None))
        assert moved.answer.accepted, moved.answer.sentence

    await rated("ann", Grade.WRONG, '{"amount":"120.00"}')
    await rated("ann", Grade.WRONG, '{"amount":"90.00"}')
    [record] = await read(store)
    assert record.corrected == {"amount": "90.00"}
    await store.write(lambda connection, batch: erase(connection, batch, [request.id], "subject"))
    [record] = await read(store)
    assert record.corrected is None
    assert (await audit(store)).problems == []
