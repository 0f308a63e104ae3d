"""Verification: requests, packets and receipts have to say what their audit events say."""

import base64
import json
from typing import Any

import pytest

from bot.domain.choice import Choice
from bot.domain.ids import COMMAND, new_id
from bot.domain.moves import Cancel, Redeem, ReportOutcome
from bot.domain.request import ApprovalRequest
from bot.domain.status import OutcomeStatus, ReasonCode
from storage.store import SqlStore
from storage.verifying import AuditReport
from tests.builders import AGENT, DIGEST, a_press, a_reason
from tests.storage.steps import a_submission, audit, execute, rows, submitted


def is_signed(kid: str, statement: bytes, signature: str) -> bool:
    """Whether it is one of `a_receipt`."""
    return kid == "k1" and base64.urlsafe_b64decode(signature) == statement[::-1]


def part(raw: bytes) -> str:
    """One of the three parts of a receipt."""
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def a_receipt(**claims: Any) -> str:
    """A receipt with these claims, signed as `is_signed` checks."""
    signed = f"{part(json.dumps({'kid': 'k1'}).encode())}.{part(json.dumps(claims).encode())}"
    return f"{signed}.{part(signed.encode()[::-1])}"


async def told_claims(store: SqlStore, request: ApprovalRequest) -> dict[str, Any]:
    """What the receipt of its approval by Ann says, as far as events tell of it."""
    return {
        "jti": request.id,
        "sub": AGENT,
        "action": request.proposal.action,
        "revision": 1,
        "digest": DIGEST,
        "status": "approved",
        "decision": "approve",
        "deciders": ["ann"],
        "mode": request.proposal.ruling.mode.value,
        "rule": request.proposal.ruling.rule,
        "policy_version": request.proposal.policy_version,
        "event_hash": await store.decision_event(request.id),
    }


async def verified(store: SqlStore) -> AuditReport:
    """What verification finds."""
    return await audit(store, is_signed)


@pytest.fixture
async def ran(store: SqlStore) -> ApprovalRequest:
    """A request that was approved, taken and carried out, with its receipt."""
    request = await submitted(store, approve=1)
    of_agent: dict[str, Any] = {"request_id": request.id, "agent": AGENT}
    await store.move(a_press(request))
    await store.move(Redeem(**of_agent, command_id=new_id(COMMAND), digest=DIGEST, redemption_id="run-1"))
    done = ReportOutcome(
        **of_agent, command_id=new_id(COMMAND), status=OutcomeStatus.SUCCEEDED, detail="Paid."
    )
    await store.move(done)
    await store.keep_receipt(request.id, a_receipt(**await told_claims(store, request)))
    assert (await verified(store)).problems == []
    return request


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ("UPDATE approval SET status = 'rejected'", "status"),
        ("UPDATE approval SET agent = 'other-bot'", "agent"),
        ("UPDATE approval SET action = 'account.delete'", "action"),
        ("UPDATE approval SET revision = 2", "revision, packet"),
        ("UPDATE approval SET proposal = replace(proposal, 'sha256', 'sha999')", "digest"),
        ("""UPDATE approval SET progress = replace(progress, '"ann"', '"ben"')""", "deciders"),
        (
            """UPDATE approval SET progress = replace(progress, '"type":"approve"', '"type":"reject"')""",
            "decision",
        ),
        ("UPDATE approval SET progress = replace(progress, 'run-1', 'run-2')", "redemption"),
        ("UPDATE approval SET progress = replace(progress, 'succeeded', 'failed')", "outcome"),
        ("UPDATE approval SET progress = 'nothing'", "content"),
        ("UPDATE review_packet SET packet = replace(packet, '240.00', '940.00')", "packet"),
        ("UPDATE review_packet SET packet = replace(packet, 'carrier', 'thief')", "packet"),
        ("INSERT INTO review_packet SELECT request_id, 2, packet FROM review_packet", "packet"),
        ("DELETE FROM review_packet", "packet"),
        ("UPDATE approval SET escalation_policy = 'other'", "state"),
        ("UPDATE approval SET due_at = 1", "state"),
        ("UPDATE approval SET created_at = created_at + 1", "state"),
        ("UPDATE approval SET precedence = precedence + 1", "state"),
        ("UPDATE approval SET version = version + 1", "state"),
        ("UPDATE approval SET progress = replace(progress, '\"slack\"', '\"teams\"')", "state"),
        ("UPDATE approval SET erased_at = 1", "is_erased"),
        ("UPDATE approval SET idempotency_key = 'other'", "idempotency key"),
    ],
)
async def test_a_row_that_its_events_do_not_tell_is_found(
    store: SqlStore, ran: ApprovalRequest, change: str, named: str
) -> None:
    await execute(store, change)
    sentence = f"{ran.id}: its {named} cannot be what its events tell; the row was changed."
    assert (await verified(store)).problems == [sentence]


async def test_an_approval_that_nobody_gave_is_found(store: SqlStore) -> None:
    request = await submitted(store)
    await execute(store, "UPDATE approval SET status = 'approved'")
    (problem,) = (await verified(store)).problems
    assert problem.startswith(f"{request.id}: its status cannot be")


async def test_terms_that_two_requests_exchange_are_found(store: SqlStore) -> None:
    """Each text is what its hash says, and it holds for the other one."""
    one, two = await submitted(store, approve=1), await submitted(store, approve=2)
    terms = {row.id: row.terms for row in await rows(store, "SELECT id, terms FROM approval")}
    for mine, other in ((one, two), (two, one)):
        await execute(store, f"UPDATE approval SET terms = '{terms[other.id]}' WHERE id = '{mine.id}'")
    state = "its state cannot be what its events tell; the row was changed."
    problems = (await verified(store)).problems
    assert sorted(problems) == sorted([f"{one.id}: {state}", f"{two.id}: {state}"])


@pytest.mark.parametrize("column", ["idempotency_key", "body_digest"])
async def test_another_key_than_the_one_it_came_under_is_found(store: SqlStore, column: str) -> None:
    await store.submit(a_submission(idempotency_key="k-1"))
    await execute(store, f"UPDATE approval SET {column} = 'other'")
    (problem,) = (await verified(store)).problems
    assert "its idempotency key cannot be" in problem
    await execute(store, "UPDATE approval SET idempotency_key = NULL")
    assert (await verified(store)).ok, "a key goes after a time"


async def test_a_row_that_lost_its_salts_is_found(store: SqlStore) -> None:
    request = await submitted(store)
    await execute(store, "UPDATE approval SET salts = NULL")
    (problem,) = (await verified(store)).problems
    assert problem.startswith(f"{request.id}: its state, packet cannot be")


async def test_a_packet_and_a_receipt_of_no_request_are_found(store: SqlStore) -> None:
    await execute(store, "INSERT INTO review_packet VALUES ('apr_1', 1, '{}')")
    await execute(store, "INSERT INTO receipt VALUES ('apr_2', 'x')")
    assert (await verified(store)).problems == [
        f"apr_{n}: has a packet or a receipt but no record of its own." for n in (1, 2)
    ]


@pytest.mark.parametrize(
    "changed",
    [
        {"jti": "apr_other"},
        {"sub": "other-bot"},
        {"action": "account.delete"},
        {"revision": 2},
        {"digest": "sha256:0"},
        {"status": "rejected"},
        {"decision": "reject"},
        {"deciders": ["ann", "ben"]},
        {"mode": "auto"},
        {"rule": "another"},
        {"policy_version": "another"},
        {"event_hash": "0" * 64},
    ],
    ids=lambda changed: next(iter(changed)),
)
async def test_a_signed_receipt_of_something_else_is_found(
    store: SqlStore, ran: ApprovalRequest, changed: dict[str, Any]
) -> None:
    other = a_receipt(**await told_claims(store, ran) | changed)
    await execute(store, f"UPDATE receipt SET receipt = '{other}'")
    named = next(iter(changed))
    said = f"{ran.id}: its receipt says otherwise than its events tell: {named}."
    assert (await verified(store)).problems == [said]


async def test_a_receipt_that_is_not_ours_is_found(store: SqlStore, ran: ApprovalRequest) -> None:
    for forged in ("nothing", a_receipt(**await told_claims(store, ran))[:-4] + "AAAA"):
        await execute(store, f"UPDATE receipt SET receipt = '{forged}'")
        said = f"{ran.id}: its receipt is not signed by a key of this installation."
        assert (await verified(store)).problems == [said]


async def test_pending_escalated_rejected_and_withdrawn_requests_fit(store: SqlStore) -> None:
    await submitted(store)
    await store.move(a_press(await submitted(store), choice=Choice.ESCALATE))
    reason = a_reason(ReasonCode.OTHER, "The customer was told already.")
    await store.move(a_press(await submitted(store), choice=Choice.REJECT, reason=reason))
    withdrawn = await submitted(store)
    await store.move(
        Cancel(request_id=withdrawn.id, command_id=new_id(COMMAND), agent=AGENT, reason="Solved.")
    )
    assert (await verified(store)).problems == []
