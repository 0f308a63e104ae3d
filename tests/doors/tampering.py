"""What somebody does to the database behind Placet's back, and whether the audit tells."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import text

from storage.audit_tables import AuditRow
from tests.doors.waiting import Waiting, audit_problems

_audit = AuditRow.__table__  # type: ignore[attr-defined]  # SQLModel adds it at class creation


async def decided(waiting: Waiting) -> None:
    """Decided, sealed, and in order."""
    await waiting.still_decides()
    await waiting.world.app.upkeep.seal()
    assert await audit_problems(waiting.world) == []


async def is_told(waiting: Waiting, changes: Sequence[str], why: str) -> None:
    """The audit names the request and what is wrong; then it is undone, and all is well again."""
    store = waiting.world.app.store
    rows = await store.query(lambda connection: connection.execute(_audit.select()).mappings().all())

    def tamper(connection: Any, _: Any) -> int:
        given = {"asked": waiting.id}
        done = [connection.execute(text(each), given if ":asked" in each else {}) for each in changes]
        return sum(each.rowcount for each in done)

    def restore(connection: Any, _: Any) -> None:
        connection.execute(_audit.delete())
        connection.execute(_audit.insert(), [dict(row) for row in rows])

    assert await store.write(tamper) > 0
    problems = await audit_problems(waiting.world)
    assert [each for each in problems if why in each and waiting.id in each], (changes, problems)
    await store.write(restore)
    assert await audit_problems(waiting.world) == []
