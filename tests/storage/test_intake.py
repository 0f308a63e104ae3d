"""Intake: submitted once however often it is sent, refused exactly, on both databases."""

import asyncio
from typing import Any

from sqlalchemy import event

from bench.scale.stock import stock
from bot.domain.moves import Cancel
from bot.domain.status import Mode, Status
from bot.secrets import SecretBox
from bot.submissions import Submission, Submitted
from storage.keys import KeyStore
from storage.replays import REMEMBERED
from storage.rooms import FEW
from storage.store import SqlStore
from tests.builders import AGENT, a_packet, a_request
from tests.fakes.clock import MovedClock
from tests.storage.conftest import Opener
from tests.storage.effort import Steps
from tests.storage.steps import (
    Company,
    a_command,
    a_submission,
    at_once,
    count,
    current,
    in_one_batch,
    rows,
    stored,
    submitted,
)


async def codes(*calls: object) -> list[str]:
    """The codes of answers, sorted."""
    return sorted(answer.code for answer in calls if isinstance(answer, Submitted))


async def test_a_request_is_stored_with_its_packet_its_audit_and_its_card(store: SqlStore) -> None:
    packet = a_packet(state={"thread": 7})
    answer = await store.submit(a_submission(packet=packet))

    assert answer.code == "created"
    found = await store.read(answer.request_id)
    assert found is not None
    assert found.request == answer.request
    assert found.request.status is Status.PENDING
    assert found.packet == packet
    assert found.original is None
    assert await count(store, "audit_event", "subject = :id", id=answer.request_id) == 2
    assert await count(store, "card") == 1


async def test_a_request_that_a_rule_decides_is_stored_decided_with_its_callback(store: SqlStore) -> None:
    request = await submitted(store, mode=Mode.AUTO, irreversible=False)

    assert request.status is Status.APPROVED
    assert (await current(store, request)) == request
    assert await count(store, "outbox", "kind = 'callback' AND text = 'approval.approved'") == 1
    assert await count(store, "card") == 0


async def test_a_submission_sent_again_under_its_key_finds_the_first_one(store: SqlStore) -> None:
    first = await store.submit(a_submission(idempotency_key="k", body="same"))
    again = await store.submit(a_submission(idempotency_key="k", body="same"))

    assert (first.code, again.code) == ("created", "replayed")
    assert again.request_id == first.request_id
    assert await count(store, "approval") == 1


async def test_another_body_under_a_used_key_is_refused_and_names_the_first_one(store: SqlStore) -> None:
    first = await store.submit(a_submission(idempotency_key="k", body="one"))
    other = await store.submit(a_submission(idempotency_key="k", body="two"))

    assert (other.code, other.request_id) == ("key_reused", first.request_id)
    assert await count(store, "approval") == 1


async def test_two_agents_may_use_the_same_key(store: SqlStore) -> None:
    first = await store.submit(a_submission(idempotency_key="k"))
    other = await store.submit(a_submission(a_request(agent="other-bot"), idempotency_key="k"))

    assert (first.code, other.code) == ("created", "created")
    assert first.request_id != other.request_id


async def test_of_submissions_under_one_key_in_one_batch_one_is_stored(store: SqlStore) -> None:
    same = [store.submit(a_submission(idempotency_key="k", body="same")) for _ in range(5)]
    other = store.submit(a_submission(idempotency_key="k", body="other"))

    answers = await in_one_batch(store, *same, other)

    assert len({answer.request_id for answer in answers}) == 1
    assert [answer.code for answer in answers].count("created") == 1
    assert await count(store, "approval") == 1
    assert await count(store, "review_packet") == 1
    assert await count(store, "card") == 1


async def test_two_processes_store_a_hundred_keys_once_each(open_store: Opener, company: Company) -> None:
    company.limit_open_requests(0)
    one, two = open_store(), open_store()
    there = [one.submit(a_submission(idempotency_key=f"k{n}")) for n in range(100)]
    back = [two.submit(a_submission(idempotency_key=f"k{n}")) for n in reversed(range(100))]

    answers = await at_once([*there, *back])

    assert await codes(*answers) == ["created"] * 100 + ["replayed"] * 100
    assert await count(one, "approval") == 100
    assert await count(one, "audit_event") == 200


async def test_requests_are_put_in_by_agent_and_key_so_that_processes_never_wait_in_a_circle(
    open_at: Opener, sqlite_database: str
) -> None:
    store = open_at(sqlite_database)
    asked = [("support-bot", "c"), ("other-bot", "b"), ("support-bot", "a"), ("other-bot", "d")]
    submissions = [a_submission(a_request(agent=agent), idempotency_key=key) for agent, key in asked]
    await in_one_batch(store, *(store.submit(submission) for submission in submissions))

    put_in = await rows(store, "SELECT agent, idempotency_key FROM approval ORDER BY rowid")
    assert [tuple(row) for row in put_in] == sorted(asked)


async def test_the_same_submission_run_again_answers_as_the_first_time(
    store: SqlStore, clock: MovedClock
) -> None:
    """As the writer does when it lost the answer of a COMMIT."""
    submission = a_submission(idempotency_key="k")
    first = await store.submit(submission)
    clock.advance(seconds=3)
    again = await store.submit(submission)

    assert again == first
    assert await count(store, "audit_event") == 2
    assert await count(store, "card") == 1


async def test_the_same_submission_without_a_key_run_again_answers_as_the_first_time(store: SqlStore) -> None:
    submission = a_submission()

    assert await store.submit(submission) == await store.submit(submission)
    assert await count(store, "approval") == 1


async def test_a_key_is_forgotten_after_thirty_days(store: SqlStore, clock: MovedClock) -> None:
    first = await store.submit(a_submission(idempotency_key="k"))
    clock.advance(seconds=REMEMBERED.total_seconds())
    assert (await store.submit(a_submission(idempotency_key="k"))).code == "replayed"

    clock.advance(seconds=1)
    new = await store.submit(a_submission(a_request(created_at=clock()), idempotency_key="k", body="new"))
    again = await store.submit(a_submission(idempotency_key="k", body="new"))

    assert (new.code, again.code) == ("created", "replayed")
    assert new.request_id != first.request_id
    assert again.request_id == new.request_id
    assert await count(store, "approval") == 2


async def test_a_revoked_key_opens_nothing_even_for_what_was_on_its_way(store: SqlStore) -> None:
    keys = KeyStore(store, SecretBox(("s" * 32,)))
    key = await keys.create(AGENT)
    before = await store.submit(a_submission(key_id=key.key_id))
    await keys.revoke(key.key_id)
    after, unknown = await in_one_batch(
        store,
        store.submit(a_submission(key_id=key.key_id)),
        store.submit(a_submission(key_id="plk_unknown")),
    )

    assert (before.code, after.code, unknown.code) == ("created", "key_revoked", "key_revoked")
    assert await count(store, "approval") == 1


async def test_the_limit_of_open_requests_is_exact_within_a_batch(store: SqlStore, company: Company) -> None:
    company.limit_open_requests(7)

    answers = await in_one_batch(store, *(store.submit(a_submission()) for _ in range(20)))

    assert await codes(*answers) == ["created"] * 7 + ["too_many_open"] * 13
    assert await count(store, "approval") == 7


async def test_the_limit_of_open_requests_is_exact_over_processes(
    open_store: Opener, company: Company
) -> None:
    company.limit_open_requests(30)
    stores = [open_store() for _ in range(3)]

    answers = await at_once([store.submit(a_submission()) for _ in range(30) for store in stores])

    assert await codes(*answers) == ["created"] * 30 + ["too_many_open"] * 60
    assert await count(stores[0], "approval") == 30


async def test_who_waits_is_not_counted_for_every_batch_while_the_limit_is_far_away(
    store: SqlStore, company: Company, clock: MovedClock
) -> None:
    counts: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        if "count(*)" in statement:
            counts.append(statement)

    event.listen(store._writes, "before_cursor_execute", note)
    company.limit_open_requests(1_000_000)
    for _ in range(5):
        await store.submit(a_submission())
    assert len(counts) == 1
    clock.advance(seconds=3)
    await store.submit(a_submission())
    assert len(counts) == 2


async def test_a_batch_costs_the_same_however_many_requests_are_open(
    open_at: Opener, sqlite_database: str, company: Company
) -> None:
    """Steps of SQLite's machine, among few and among many that the agent has open, near its limit."""
    company.limit_open_requests(12_010)
    store = open_at(sqlite_database)
    template, steps, taken = await submitted(store), Steps(store), []
    for numbers in (range(FEW - 10), range(FEW - 10, 12_000)):
        for _ in stock(sqlite_database, template.id, numbers):
            pass
        await submitted(store)  # counts, where it has to
        steps.taken = 0
        await submitted(store)
        taken.append(steps.taken)

    few, many = taken
    assert 0 < many < 1.2 * few + 200


async def test_a_high_limit_holds_to_the_last_request(
    open_at: Opener, sqlite_database: str, company: Company
) -> None:
    company.limit_open_requests(3 * FEW)
    store = open_at(sqlite_database)
    template = await submitted(store)
    for _ in stock(sqlite_database, template.id, range(3 * FEW - 6)):
        pass
    answers = [await store.submit(a_submission()) for _ in range(7)]

    assert await codes(*answers) == ["created"] * 5 + ["too_many_open"] * 2


async def test_an_agent_at_its_limit_still_finds_what_it_sent_before(
    store: SqlStore, company: Company
) -> None:
    company.limit_open_requests(2)
    keyed = a_submission(idempotency_key="k")
    first = await store.submit(keyed)
    await store.submit(a_submission())

    replayed, rerun, refused = await in_one_batch(
        store,
        store.submit(a_submission(idempotency_key="k")),
        store.submit(keyed),
        store.submit(a_submission()),
    )

    assert (replayed.code, replayed.request_id) == ("replayed", first.request_id)
    assert rerun == first
    assert refused.code == "too_many_open"


async def test_replays_take_no_room_from_new_requests(store: SqlStore, company: Company) -> None:
    company.limit_open_requests(3)
    await store.submit(a_submission(idempotency_key="old"))

    answers = await in_one_batch(
        store,
        store.submit(a_submission(idempotency_key="old")),
        store.submit(a_submission(idempotency_key="new")),
        store.submit(a_submission(idempotency_key="new")),
        store.submit(a_submission()),
        store.submit(a_submission()),
    )

    expected = ["created", "created", "replayed", "replayed", "too_many_open"]
    assert await codes(*answers) == expected


async def test_decided_requests_make_room_for_new_ones(store: SqlStore, company: Company) -> None:
    company.limit_open_requests(1)
    request = await submitted(store)
    assert (await store.submit(a_submission())).code == "too_many_open"

    await store.move(Cancel(request_id=request.id, command_id=a_command(), agent=AGENT, reason="not needed"))

    assert (await store.submit(a_submission())).code == "created"


def superseding(old: str, agent: str = AGENT, **changes: Any) -> Submission:
    """A submission that takes the place of another request."""
    request = a_request()
    cancel = Cancel(
        request_id=old, command_id=a_command(), agent=agent, reason="superseded", superseded_by=request.id
    )
    return a_submission(request, supersedes=cancel, **changes)


async def test_a_request_withdraws_the_one_it_supersedes(store: SqlStore) -> None:
    old = await submitted(store)
    submission = superseding(old.id)
    await store.submit(submission)
    await store.submit(submission)

    assert (await current(store, old)).status is Status.CANCELLED
    assert await count(store, "audit_event", "subject = :id AND kind = 'request.cancelled'", id=old.id) == 1
    assert await count(store, "outbox", "kind = 'callback'") == 1


async def test_a_replay_withdraws_nothing_more(store: SqlStore) -> None:
    await store.submit(a_submission(idempotency_key="k"))
    old = await submitted(store)
    await store.submit(superseding(old.id, idempotency_key="k"))

    assert (await current(store, old)).status is Status.PENDING


async def test_nobody_supersedes_a_request_of_another_agent(store: SqlStore) -> None:
    old = await submitted(store, agent="other-bot")
    answer = await store.submit(superseding(old.id))

    assert answer.code == "created"
    assert (await current(store, old)).status is Status.PENDING


async def test_arguments_of_every_kind_come_back_as_they_were(store: SqlStore) -> None:
    arguments = {
        "text": "Grüße \U0001f680 \u2028 'quoted' %s :name",
        "deep": [{"n": 1.5}, None, True],
        "": "",
    }
    answer = await store.submit(a_submission(packet=a_packet(arguments)))
    assert answer.request is not None

    found = await stored(store, answer.request)

    assert found.packet.action.arguments == arguments


async def test_equal_terms_are_stored_once(store: SqlStore) -> None:
    await asyncio.gather(*(submitted(store) for _ in range(10)))
    await submitted(store, repeat=3)

    assert await count(store, "terms") == 2


async def test_listeners_hear_of_what_was_stored_and_of_nothing_else(store: SqlStore) -> None:
    heard: list[str] = []
    stop = store.watch(heard.extend)
    answer = await store.submit(a_submission(idempotency_key="k"))
    await store.submit(a_submission(idempotency_key="k"))
    await asyncio.sleep(0)
    stop()
    await submitted(store)
    await asyncio.sleep(0)

    assert heard == [answer.request_id]
