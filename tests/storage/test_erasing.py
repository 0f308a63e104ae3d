"""Erasing in the database: nothing of it is left in any table, and the audit still proves what happened."""

import base64
import re
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Connection, inspect, text

from bot.domain.choice import Choice
from bot.domain.errors import Conflict
from bot.domain.ids import COMMAND, new_id
from bot.domain.moves import OpenView, Press, Redeem, Remark, ReportOutcome
from bot.domain.request import ApprovalRequest
from bot.domain.retention import Retention
from bot.domain.status import OutcomeStatus, ReasonCode
from bot.drafts import DRAFT, Draft
from bot.secrets import SecretBox
from storage.callbacks import CallbackStore
from storage.drafts import Drafts
from storage.erasing import erase
from storage.erasures import Erasures
from storage.housekeeping import RETAIN_AGAIN, RETAIN_EVERY, Housekeeping
from storage.retaining import AT_ONCE, retain
from storage.sealing import seal
from storage.store import SqlStore
from storage.verifying import AuditReport
from tests.builders import AGENT, DIGEST, a_packet, a_press, a_reason, a_request, presser
from tests.fakes.clock import MovedClock
from tests.storage.steps import (
    a_submission,
    audit,
    callbacks,
    claimed,
    count,
    done,
    execute,
    rows,
    saying,
    stored,
)

KEPT = Retention(default=timedelta(days=90))
#: words that stand in the packet, in what people said, in drafts and in what the agent reported
SECRETS = ("Jo Doe", "c-118", "4892", "The parcel was lost", "So rude", "Jo rang", "240.00", "Paid Jo")


def is_signed(kid: str, statement: bytes, signature: str) -> bool:
    return base64.urlsafe_b64decode(signature) == statement[::-1]


async def verified(store: SqlStore) -> AuditReport:
    return await audit(store, is_signed)


async def sealed(store: SqlStore) -> None:
    await store.write(lambda connection, batch: seal(connection, batch, lambda text: ("k1", text[::-1])))


async def everything(store: SqlStore) -> str:
    """All that is stored, whatever the table."""

    def run(connection: Connection) -> str:
        tables = inspect(connection).get_table_names()
        found = [connection.execute(text(f'SELECT * FROM "{name}"')).all() for name in tables]
        return repr([tuple(row) for each in found for row in each])

    return await store.query(run)


def secrets_in(stored: str) -> list[str]:
    """The secrets that stand there as words: hashes have any four digits among theirs."""
    return [secret for secret in SECRETS if re.search(rf"\b{re.escape(secret)}\b", stored)]


async def a_full_life(store: SqlStore, **changes: Any) -> ApprovalRequest:
    """A request that people looked at, spoke about, decided, and whose agent was told."""
    given = {"subject": "c-118", "currency": "EUR", **changes}
    answer = await store.submit(a_submission(a_request(**given), idempotency_key="refund-4892"))
    assert answer.request is not None
    request = answer.request
    of: dict[str, Any] = {"request_id": request.id}
    await store.move(OpenView(**of, command_id=new_id(COMMAND), presser=presser(), revision=1))
    await store.move(Remark(**of, command_id=new_id(COMMAND), presser=presser(), text="Jo rang about it."))
    await Drafts(store, SecretBox(("k" * 32,))).keep(
        Draft(id=new_id(DRAFT), request_id=request.id, revision=1, person="ann", values={"arg_a": ("4892",)})
    )
    await store.move(a_press(request, "ben", Choice.ASK, words="Which order, Jo’s?", revision=None))
    await store.move(a_press(request, "ann"))
    await store.move(
        Redeem(**of, command_id=new_id(COMMAND), agent=AGENT, digest=DIGEST, redemption_id="run-1")
    )
    await store.move(
        ReportOutcome(
            **of,
            command_id=new_id(COMMAND),
            agent=AGENT,
            status=OutcomeStatus.SUCCEEDED,
            detail="Paid Jo back.",
        )
    )
    await told(store)
    return request


async def told(store: SqlStore) -> None:
    """Every agent is told everything; each callback of a request waits for the one before."""
    for _ in range(3):
        for job in await claimed(store, compose=saying(b'{"what": "Jo Doe, order 4892"}')):
            await store.settle([done(job)])


async def retained(store: SqlStore, retention: Retention = KEPT) -> int:
    return await store.write(lambda connection, batch: retain(connection, batch, retention))


async def test_after_its_time_nothing_of_it_is_left_anywhere(store: SqlStore, clock: MovedClock) -> None:
    request = await a_full_life(store)
    await sealed(store)
    before = await everything(store)
    assert {"Jo Doe", "c-118", "4892", "Jo rang", "Paid Jo"} <= set(secrets_in(before))
    clock.advance(days=89)
    assert await retained(store) == 0
    clock.advance(days=2)
    assert await retained(store) == 1
    assert await retained(store) == 0
    left = await everything(store)
    assert secrets_in(left) == []
    read = await stored(store, request)
    assert (read.request.progress.decision is not None, read.packet.action.arguments) == (True, {})
    assert read.request.proposal.digest == DIGEST


async def test_the_audit_verifies_before_and_after_and_still_finds_what_is_flipped(
    store: SqlStore, clock: MovedClock
) -> None:
    await a_full_life(store)
    await sealed(store)
    assert (await verified(store)).problems == []
    clock.advance(days=91)
    await retained(store)
    assert (await verified(store)).problems == []
    await sealed(store)
    report = await verified(store)
    assert (report.ok, report.unsealed) == (True, 0)
    for flip, problem in (
        ("""UPDATE approval SET progress = replace(progress, '"by":["ann"]', '"by":["ben"]')""", "deciders"),
        ("""UPDATE review_packet SET packet = replace(packet, 'refund.issue', 'payroll.run')""", "packet"),
        ("""UPDATE audit_event SET facts = replace(facts, 'approve', 'reject')""", "was changed"),
    ):
        await execute(store, flip)
        assert any(problem in each for each in (await verified(store)).problems), flip


async def test_a_packet_that_was_emptied_without_an_event_is_found(store: SqlStore) -> None:
    await a_full_life(store)
    await execute(
        store, """UPDATE review_packet SET packet = '{"action":{"name":"refund.issue"},"reasoning":""}'"""
    )
    [problem] = (await verified(store)).problems
    assert "packet" in problem


async def test_what_waits_and_what_is_still_to_be_told_is_left_alone(
    store: SqlStore, clock: MovedClock
) -> None:
    pending = (await store.submit(a_submission(a_request()))).request
    untold = (await store.submit(a_submission(a_request()))).request
    assert pending is not None
    assert untold is not None
    await store.move(a_press(untold))
    clock.advance(days=400)
    assert await retained(store) == 0
    [job] = await callbacks(store)
    await store.settle([done(job)])
    assert await retained(store) == 1
    assert (await stored(store, pending)).packet == a_packet()


async def test_each_action_is_kept_for_its_own_time(store: SqlStore, clock: MovedClock) -> None:
    for action in ("refund.issue", "letter.send", "log.read"):
        asked = await store.submit(a_submission(a_request(action=action, callback_url=None)))
        assert asked.request is not None
        await store.move(a_press(asked.request))
    clock.advance(days=31)
    kept = Retention(
        default=timedelta(days=30), actions={"refund.issue": None, "letter.send": timedelta(days=60)}
    )
    assert await retained(store, kept) == 1
    [(action,)] = await rows(store, "SELECT action FROM approval WHERE erased_at IS NOT NULL")
    assert action == "log.read"
    clock.advance(days=30)
    assert await retained(store, kept) == 1
    clock.advance(days=10_000)
    assert await retained(store, kept) == 0


async def test_it_goes_in_small_batches_with_rests_between_them(store: SqlStore, clock: MovedClock) -> None:
    for _ in range(AT_ONCE + 3):
        asked = await store.submit(a_submission(a_request(callback_url=None)))
        assert asked.request is not None
        await store.move(a_press(asked.request))
    clock.advance(days=91)
    housekeeping = Housekeeping(store, lambda statement: ("k", b""), lambda: KEPT)
    assert await housekeeping.retain() == RETAIN_AGAIN
    assert await housekeeping.retain() == RETAIN_EVERY
    assert await count(store, "approval", "erased_at IS NULL") == 0


async def test_keys_that_still_protect_are_kept_and_older_ones_go(store: SqlStore, clock: MovedClock) -> None:
    request = await a_full_life(store)
    await store.write(lambda connection, batch: erase(connection, batch, [request.id], "subject"))
    assert await count(store, "approval", "idempotency_key IS NOT NULL") == 1
    assert (await store.earlier(AGENT, "refund-4892")) is not None
    other = await a_full_life_under(store, "refund-4893")
    clock.advance(days=31)
    await store.write(lambda connection, batch: erase(connection, batch, [other.id], "retention"))
    [(key,)] = await rows(store, "SELECT idempotency_key FROM approval WHERE id = :id", id=other.id)
    assert key is None


async def a_full_life_under(store: SqlStore, key: str) -> ApprovalRequest:
    asked = await store.submit(a_submission(a_request(callback_url=None), idempotency_key=key))
    assert asked.request is not None
    await store.move(a_press(asked.request))
    return asked.request


async def test_an_erased_callback_is_not_sent_again(store: SqlStore) -> None:
    request = await a_full_life(store)
    await store.write(lambda connection, batch: erase(connection, batch, [request.id], "subject"))
    sent = CallbackStore(store)
    [*_, first] = await sent.listed()
    with pytest.raises(Conflict, match="erased"):
        await sent.replay(first.id)


async def test_of_a_subject_everything_goes_counters_too(store: SqlStore) -> None:
    mine, theirs = await a_full_life(store), await a_full_life_about(store, "c-1180")
    erasures = Erasures(store)
    found = await erasures.of_subject("c-118")
    assert (found.requests, found.unfinished, found.counters > 0) == ((mine.id,), (), True)
    done_ = await erasures.erase_subject("c-118", by="root")
    assert done_.requests == 1
    assert (await erasures.of_subject("c-118")).are_none
    assert not (await erasures.of_subject("c-1180")).are_none
    assert (await stored(store, theirs)).packet == a_packet()
    [(facts, private)] = await rows(
        store, "SELECT facts, private FROM audit_event WHERE kind = 'data.erased'"
    )
    assert "c-118" not in facts + private
    assert '"requests":1' in facts
    assert "root" in private
    assert (await verified(store)).problems == []


async def a_full_life_about(store: SqlStore, subject: str) -> ApprovalRequest:
    asked = await store.submit(a_submission(a_request(subject=subject, callback_url=None)))
    assert asked.request is not None
    await store.move(a_press(asked.request))
    return asked.request


async def test_requests_on_behalf_of_the_subject_are_theirs_too(store: SqlStore) -> None:
    request = a_request(subject=None, on_behalf_of="c-118", callback_url=None)
    await store.submit(a_submission(request))
    await store.move(a_press(request, revision=1, step=1, round=1))
    assert (await Erasures(store).of_subject("c-118")).requests == (request.id,)


async def test_while_a_request_about_it_waits_nothing_is_erased(store: SqlStore) -> None:
    over = await a_full_life(store)
    waits = a_request(subject="c-118")
    await store.submit(a_submission(waits))
    with pytest.raises(Conflict, match=f"{waits.id} is not finished"):
        await Erasures(store).erase_subject("c-118", by="root")
    assert (await stored(store, over)).packet == a_packet()


@pytest.mark.parametrize("subject", ['o"brien', "50%_\\", "zoë 🙂", "c-118\n"])
async def test_subjects_are_found_whatever_stands_in_their_ids(store: SqlStore, subject: str) -> None:
    request = await a_full_life_about(store, subject)
    await a_full_life_about(store, "c-119")
    assert (await Erasures(store).of_subject(subject)).requests == (request.id,)


async def test_of_a_person_their_words_and_private_values_go_and_their_decisions_stay(
    store: SqlStore,
) -> None:
    request = a_request(reject=2, approve=2)
    await store.submit(a_submission(request))

    def no(name: str, words: str) -> Press:
        reason = a_reason(ReasonCode.TONE, words)
        return a_press(request, name, Choice.REJECT, revision=1, step=1, round=1, reason=reason)

    await store.move(no("ben", "Ben’s words"))
    await store.move(a_press(request, "ann", Choice.ASK, words="Ann’s question", revision=None))
    await store.move(no("ann", "Ann’s words"))
    stranger = presser("eve")
    await store.move(Press(**{**_fields(no("ann", "x")), "presser": stranger, "command_id": new_id(COMMAND)}))
    await told(store)
    erasures = Erasures(store)
    account = f"slack:{stranger.identity.tenant}/{stranger.identity.user}"
    assert (await erasures.of_person("ann")).events > 0
    erased = await erasures.erase_person("ann", [account], by="root")
    assert erased.requests == 1
    left = await everything(store)
    assert "Ann’s" not in left
    assert account not in left
    assert "Ben’s words" in left
    decision = (await stored(store, request)).request.progress.decision
    assert decision is not None
    assert set(decision.by) == {"ann", "ben"}
    assert (await verified(store)).problems == []
    assert (await erasures.of_person("ann")).events == 0


def _fields(press: Press) -> dict[str, Any]:
    return {name: getattr(press, name) for name in Press.__dataclass_fields__}
