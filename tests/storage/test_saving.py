"""Saving requests: a move writes the columns that it changed, and leaves the indexes of others alone."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import event

from bot.canonical import digest
from bot.domain.choice import Choice
from bot.domain.evolve import evolved
from bot.domain.moves import Edited, OpenView, Press
from bot.domain.request import ApprovalRequest
from storage.store import SqlStore
from tests.builders import a_packet, a_press, presser
from tests.storage.steps import a_command, audit, current, in_one_batch, posted, submitted

_EVERY_MOVE = {"version", "due_at", "progress", "audit_seq", "audit_head"}
_AT_AN_END = _EVERY_MOVE | {"status", "ended_at", "answered_at"}
_AT_AN_EDIT = _AT_AN_END | {"revision", "precedence", "sameness", "proposal"}


def an_edit(request: ApprovalRequest) -> Press:
    """A reviewer asks for less."""
    packet = a_packet({"order": "4892", "amount": "100.00", "currency": "EUR"})
    proposal = evolved(request.proposal, digest=digest(packet.action.name, packet.action.arguments))
    return a_press(request, choice=Choice.EDIT, edited=Edited(proposal=proposal, packet=packet))


@contextmanager
def written(store: SqlStore) -> Iterator[list[set[str]]]:
    """The columns of `approval` that each statement sets."""
    found: list[set[str]] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        update = re.match(r"UPDATE approval SET (.*?)\s+(FROM|WHERE)\b", statement, re.DOTALL)
        if update:
            found.append(set(re.findall(r"(\w+)\s*=", update[1])))

    event.listen(store._writes, "before_cursor_execute", note)
    yield found
    event.remove(store._writes, "before_cursor_execute", note)


async def test_a_card_that_stands_leaves_the_lists_of_what_waits_alone(store: SqlStore) -> None:
    request = await submitted(store)
    with written(store) as sets:
        await posted(store, request)
    assert sets == [_EVERY_MOVE]


async def test_a_decision_leaves_the_proposal_alone(store: SqlStore) -> None:
    request = await submitted(store)
    with written(store) as sets:
        await store.move(a_press(request))
    assert sets == [_AT_AN_END]


async def test_an_edit_writes_the_proposal_anew(store: SqlStore) -> None:
    request = await submitted(store)
    with written(store) as sets:
        await store.move(an_edit(request))
    assert sets == [_AT_AN_EDIT]


async def test_moves_of_one_batch_are_all_kept_however_much_each_changed(store: SqlStore) -> None:
    edited, decided, seen = [await submitted(store) for _ in range(3)]
    moves = (
        an_edit(edited),
        a_press(decided),
        OpenView(request_id=seen.id, command_id=a_command(), presser=presser("ann"), revision=1),
    )
    moved = await in_one_batch(store, *(store.move(move) for move in moves))

    assert [each.request for each in moved] == [await current(store, one) for one in (edited, decided, seen)]
    assert [each.request.version for each in moved if each.request] == [2, 2, 2]
    assert (await audit(store)).ok
