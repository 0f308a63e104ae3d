"""Moves: each command happens once, one press wins, and everybody else is told."""

import asyncio
from collections import Counter

import pytest

from bot.canonical import digest
from bot.domain.choice import Choice
from bot.domain.effects import CallbackType
from bot.domain.evolve import evolved
from bot.domain.ids import new_id
from bot.domain.moves import Cancel, Edited, OpenView, Redeem, Say
from bot.domain.request import ApprovalRequest
from bot.domain.status import Status
from bot.domain.terms import Quorum
from bot.ports import LineJob
from storage.store import SqlStore
from tests.builders import AGENT, a_packet, a_press, presser
from tests.fakes.clock import MovedClock
from tests.storage.conftest import Opener
from tests.storage.steps import (
    Company,
    a_command,
    at_once,
    audit,
    callbacks,
    claimed,
    count,
    current,
    in_one_batch,
    rows,
    stored,
    submitted,
)


def a_cancel(request: ApprovalRequest) -> Cancel:
    """The agent withdraws its request."""
    return Cancel(request_id=request.id, command_id=a_command(), agent=AGENT, reason="not needed")


async def test_a_press_decides_and_everything_that_follows_is_stored(store: SqlStore) -> None:
    request = await submitted(store)
    moved = await store.move(a_press(request))

    assert moved.answer.accepted
    assert moved.request == await current(store, request)
    assert moved.request is not None
    assert moved.request.status is Status.APPROVED
    assert await count(store, "audit_event", "subject = :id AND kind = 'request.decided'", id=request.id) == 1
    assert await count(store, "card", "request_id = :id AND wanted_version = 2", id=request.id) == 1
    [callback] = await callbacks(store)
    assert callback.type == CallbackType.APPROVED
    assert callback.stored == await stored(store, request)


async def test_a_move_on_an_unknown_request_is_answered_so_and_leaves_nothing(store: SqlStore) -> None:
    moved = await store.move(Cancel(request_id=new_id("apr"), command_id="c", agent=AGENT, reason="x"))

    assert (moved.answer.code, moved.request) == ("not_found", None)
    assert await count(store, "command") == 0


async def test_the_same_press_delivered_again_happens_once_and_is_answered_the_same(store: SqlStore) -> None:
    request = await submitted(store)
    press = a_press(request, reply_to="slack::U01ANN:")
    first = await store.move(press)
    again = await store.move(press)

    assert again == first
    assert (await current(store, request)).version == 2
    assert await count(store, "audit_event", "kind = 'press.refused'") == 0


async def test_the_same_press_twice_in_one_batch_happens_once(store: SqlStore) -> None:
    request = await submitted(store)
    press = a_press(request)
    first, second = await in_one_batch(store, store.move(press), store.move(press))

    assert first == second
    assert first.answer.accepted
    assert (await current(store, request)).version == 2


async def test_the_same_press_through_two_processes_happens_once(open_store: Opener) -> None:
    one, two = open_store(), open_store()
    requests = [await submitted(one) for _ in range(40)]
    presses = [a_press(request) for request in requests]

    answers = await at_once(
        [*(one.move(press) for press in presses), *(two.move(press) for press in reversed(presses))]
    )

    assert all(moved.answer.code == "recorded" for moved in answers)
    assert await count(one, "command") == 40
    assert await count(one, "audit_event", "kind = 'vote.cast'") == 40
    assert await count(one, "audit_event", "kind = 'press.refused'") == 0


async def test_moves_of_one_batch_on_one_request_are_folded_in_the_order_they_came(store: SqlStore) -> None:
    request = await submitted(store)
    words = [
        Say(request_id=request.id, command_id=a_command(), agent=AGENT, text=f"word {n}") for n in range(5)
    ]
    await in_one_batch(store, *(store.move(word) for word in words), store.move(a_press(request)))

    said = await rows(
        store,
        "SELECT private FROM audit_event WHERE kind = 'agent.said' AND subject = :id ORDER BY seq",
        id=request.id,
    )
    assert [f"word {n}" in row.private for n, row in enumerate(said)] == [True] * 5
    assert (await current(store, request)).version == 7
    assert (await audit(store)).ok


PRESSERS = ("ann", "ben")


@pytest.mark.parametrize("processes", [1, 2])
async def test_of_eight_presses_at_once_on_each_of_300_requests_one_wins(
    open_store: Opener, company: Company, processes: int
) -> None:
    company.limit_open_requests(0)
    stores = [open_store() for _ in range(processes)]
    requests = await at_once([submitted(stores[0]) for _ in range(300)])
    presses = [
        a_press(
            request,
            PRESSERS[n % 2],
            Choice.APPROVE if n % 3 else Choice.REJECT,
            reply_to=f"slack:C1:U{n}:https://answers.example.com/{request.id}",
        )
        for n in range(8)
        for request in requests
    ]
    answers = await at_once([stores[n % processes].move(press) for n, press in enumerate(presses)])

    winners = Counter(
        moved.request.id for moved in answers if moved.request and moved.answer.code == "recorded"
    )
    assert winners == {request.id: 1 for request in requests}
    decided = await rows(
        stores[0], "SELECT subject FROM audit_event WHERE kind = 'request.decided' ORDER BY subject"
    )
    assert [row.subject for row in decided] == sorted(request.id for request in requests)
    assert await count(stores[0], "outbox", "kind = 'callback'") == 300
    assert await count(stores[0], "outbox", "kind = 'tell'") == 300 * 7
    assert (await audit(stores[0])).ok


async def test_a_late_press_gets_one_private_answer(store: SqlStore) -> None:
    request = await submitted(store)
    await store.move(a_press(request, "ann"))
    late = a_press(request, "ben", reply_to="slack:C1:U01BEN:https://answers.example.com/1")
    await store.move(late)
    await store.move(late)

    [answer] = [job for job in await claimed(store) if isinstance(job, LineJob)]
    assert (answer.kind, answer.destination) == ("tell", late.reply_to)
    assert "Ann" in answer.line


async def test_cancel_and_press_at_once_leave_one_end(open_store: Opener) -> None:
    one, two = open_store(), open_store()
    requests = [await submitted(one) for _ in range(30)]

    await at_once(
        [
            *(one.move(a_press(request)) for request in requests),
            *(two.move(a_cancel(request)) for request in requests),
        ]
    )

    ended = "kind IN ('request.decided', 'request.cancelled')"
    assert await count(one, "audit_event", ended) == 30
    assert await count(one, "outbox", "kind = 'callback'") == 30


async def test_a_redemption_is_taken_once_over_processes(open_store: Opener) -> None:
    stores = [open_store(), open_store()]
    request = await submitted(stores[0])
    await stores[0].move(a_press(request))
    answers = await at_once(
        [
            stores[n % 2].move(
                Redeem(
                    request_id=request.id,
                    command_id=a_command(),
                    agent=AGENT,
                    digest=request.proposal.digest,
                    redemption_id=f"run-{n}",
                )
            )
            for n in range(10)
        ]
    )

    assert sum(moved.answer.accepted for moved in answers) == 1
    assert await count(stores[0], "audit_event", "kind = 'approval.redeemed'") == 1


async def test_who_is_removed_from_the_policy_decides_nothing_any_more(
    store: SqlStore, company: Company
) -> None:
    request = await submitted(store)
    company.drop("ann")
    moved = await store.move(a_press(request, "ann"))

    assert not moved.answer.accepted
    assert (await current(store, request)).status is Status.PENDING


async def test_opening_a_view_is_on_record(store: SqlStore) -> None:
    request = await submitted(store, high_impact=True)
    await store.move(
        OpenView(request_id=request.id, command_id=a_command(), presser=presser("ann"), revision=1)
    )

    assert await count(store, "audit_event", "kind = 'view.opened'") == 1
    assert [view.person for view in (await current(store, request)).progress.opened] == ["ann"]


async def test_an_edit_keeps_both_packets(store: SqlStore) -> None:
    request = await submitted(store)
    packet = a_packet({"order": "4892", "amount": "100.00", "currency": "EUR"})
    edited = Edited(
        proposal=evolved(request.proposal, digest=digest(packet.action.name, packet.action.arguments)),
        packet=packet,
    )
    await store.move(a_press(request, choice=Choice.EDIT, edited=edited))

    found = await stored(store, request)
    assert found.request.revision == 2
    assert found.packet == packet
    assert found.original == a_packet()
    assert (await audit(store)).ok


async def test_listeners_hear_of_requests_that_changed(store: SqlStore, clock: MovedClock) -> None:
    request = await submitted(store)
    heard: list[str] = []
    store.watch(heard.extend)
    await store.move(a_press(request))
    await asyncio.sleep(0)

    assert heard == [request.id]


async def test_an_edit_that_belongs_elsewhere_takes_its_request_there_for_good(
    store: SqlStore, open_store: Opener
) -> None:
    request = await submitted(store)
    terms = evolved(request.terms, escalation_policy="legal", quorum=Quorum(voters=("dan",)))
    arguments = {"order": "4892", "amount": "200.00"}
    proposal = evolved(request.proposal, digest=digest("refund.issue", arguments))
    edited = Edited(proposal=proposal, packet=a_packet(arguments), terms=terms)
    moved = await store.move(a_press(request, choice=Choice.EDIT, edited=edited))

    assert moved.answer.code == "passed_on"
    assert moved.request is not None
    assert (await current(open_store(), request)).terms == terms
    assert await count(store, "approval", "escalation_policy = 'legal'") == 1
    assert (await store.packet(request.id, 1), await store.packet(request.id, 2)) == (
        (await stored(store, request)).original,
        edited.packet,
    )
    assert await store.packet(request.id, 3) is None
    decided = await open_store().move(a_press(moved.request, "dan"))
    assert decided.request is not None
    assert decided.request.status is Status.APPROVED
