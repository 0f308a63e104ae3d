"""What somebody with the database in hand could do to the audit, by its name."""

import pytest

from tests.doors.tampering import decided, is_told
from tests.doors.waiting import Waiting

pytestmark = pytest.mark.usefixtures("no_traceback")

_THIS = "WHERE subject = :asked AND seq"


async def test_audit_row_edited(waiting: Waiting) -> None:
    await decided(waiting)
    for change in (
        "actor = 'person:ben'",
        "kind = 'request.cancelled'",
        "at = at + 1",
        "facts = replace(facts, '{', '{ ')",
        "hash = 'sha256:0'",
    ):
        await is_told(waiting, [f"UPDATE audit_event SET {change} {_THIS} = 2"], "was changed")


async def test_audit_row_removed(waiting: Waiting) -> None:
    await decided(waiting)
    for seq in (1, 2):
        await is_told(waiting, [f"DELETE FROM audit_event {_THIS} = {seq}"], "missing")


async def test_audit_rows_reordered(waiting: Waiting) -> None:
    await decided(waiting)
    swap = [
        f"UPDATE audit_event SET seq = -seq {_THIS} IN (2, 3)",
        f"UPDATE audit_event SET seq = 5 + seq {_THIS} < 0",
    ]
    await is_told(waiting, swap, "was changed")


async def test_audit_log_truncated(waiting: Waiting) -> None:
    await decided(waiting)
    last = "(SELECT max(seq) FROM audit_event WHERE subject = :asked)"
    await is_told(waiting, [f"DELETE FROM audit_event {_THIS} = {last}"], "the chain ends at")
    await is_told(waiting, ["DELETE FROM audit_event WHERE subject = :asked"], "missing")
    await is_told(waiting, ["DELETE FROM audit_event"], "missing")
