"""Receipts: one for each decision, the same for ever, and what they say is what was decided."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from adapters.agents.key_ring import LOOK_EVERY
from adapters.agents.receipt_book import ReceiptBook
from adapters.agents.receipts import BadReceipt, jwks, verify_receipt
from bot.domain.choice import Choice
from bot.domain.request import Ruling
from bot.domain.status import Mode, ReasonCode
from bot.signing_keys import KEPT_BY_READERS, LEAD
from tests.adapters.agents.door import PUBLIC_URL, Door


async def receipt_of(door: Door, request_id: str) -> Any:
    return (await door.ask("GET", f"/v1/approvals/{request_id}")).json["receipt"]


async def test_a_receipt_says_what_was_decided_and_verifies_with_the_published_keys(door: Door) -> None:
    first = await door.submit()
    assert await receipt_of(door, first["id"]) is None
    await door.press(first["id"])
    key_set = (await door.ask("GET", "/.well-known/jwks.json", token=None)).json
    claims = verify_receipt(await receipt_of(door, first["id"]), key_set)
    assert claims == {
        "iss": PUBLIC_URL,
        "sub": "support-bot",
        "jti": first["id"],
        "iat": 1772442000,
        "revision": 1,
        "action": "refund.issue",
        "digest": first["action"]["digest"],
        "status": "approved",
        "decision": "approve",
        "deciders": ["ann"],
        "mode": "gate",
        "rule": "default",
        "policy_version": "plain-1",
        "decided_at": "2026-03-02T09:00:00+00:00",
        "event_hash": await door.store.decision_event(first["id"]),
    }


async def test_the_receipt_stays_the_same_whoever_asks_and_whenever(door: Door) -> None:
    first = await door.submit()
    await door.press(first["id"])
    early = await receipt_of(door, first["id"])
    door.clock.advance(days=3)
    stored = await door.store.read(first["id"])
    assert stored is not None
    another_process = ReceiptBook(door.store, door.ring, issuer="https://other.example.com")
    assert await another_process.receipt_for(stored) == early
    assert await receipt_of(door, first["id"]) == early


async def test_two_processes_that_sign_at_once_make_the_same_receipt(door: Door) -> None:
    first = await door.submit()
    await door.press(first["id"])
    stored = await door.store.read(first["id"])
    assert stored is not None
    one = ReceiptBook(door.store, door.ring, issuer=PUBLIC_URL)
    other = ReceiptBook(door.store, door.ring, issuer=PUBLIC_URL)
    event = await door.store.decision_event(first["id"])
    assert one.signed(stored.request, event) == other.signed(stored.request, event) is not None


async def test_a_rejection_and_a_rule_have_receipts_too(door: Door) -> None:
    first = await door.submit()
    await door.press(first["id"], Choice.REJECT, reason=ReasonCode.POLICY)
    door.policy.ruling = Ruling(mode=Mode.AUTO, rule="small", why="Small.")
    second = await door.submit()
    key_set = jwks(door.ring.public())
    rejected = verify_receipt(await receipt_of(door, first["id"]), key_set)
    ruled = verify_receipt(await receipt_of(door, second["id"]), key_set)
    assert (rejected["decision"], rejected["deciders"]) == ("reject", ["ann"])
    assert (ruled["decision"], ruled["deciders"], ruled["rule"]) == ("approve", [], "small")


async def test_a_receipt_ends_when_the_approval_does(door: Door) -> None:
    door.policy.terms = replace(door.policy.terms, valid_for=timedelta(hours=1))
    first = await door.submit()
    await door.press(first["id"])
    claims = verify_receipt(await receipt_of(door, first["id"]), jwks(door.ring.public()))
    assert claims["exp"] == claims["iat"] + 3600


async def test_nothing_is_signed_while_the_deciding_event_cannot_be_read(door: Door) -> None:
    first = await door.submit()
    await door.press(first["id"])
    stored = await door.store.read(first["id"])
    assert stored is not None
    door.store._entries[first["id"]].events.clear()
    assert await door.agents.receipt_for(stored) is None


async def test_an_expired_or_cancelled_request_has_no_receipt(door: Door) -> None:
    first = await door.submit()
    await door.ask("POST", f"/v1/approvals/{first['id']}/cancel", {"reason": "Found."})
    assert await receipt_of(door, first["id"]) is None


async def test_receipts_of_the_old_key_and_of_the_new_one_verify_with_one_key_set(door: Door) -> None:
    early, late = await door.submit(), await door.submit()
    await door.press(early["id"])
    before = await receipt_of(door, early["id"])
    copy_of_a_reader = (await door.ask("GET", "/.well-known/jwks.json", token=None)).json
    await door.ring.rotate()
    await door.press(late["id"])
    during = await receipt_of(door, late["id"])
    door.clock.advance(seconds=LEAD.total_seconds())
    latest = await door.submit()
    await door.press(latest["id"])
    after = await receipt_of(door, latest["id"])

    # A copy that was made before the rotation serves for as long as readers may keep one.
    assert verify_receipt(during, copy_of_a_reader)["jti"] == late["id"]
    with pytest.raises(BadReceipt, match="not in the key set"):
        verify_receipt(after, copy_of_a_reader)
    key_set = (await door.ask("GET", "/.well-known/jwks.json", token=None)).json
    for receipt, request in ((before, early), (during, late), (after, latest)):
        assert verify_receipt(receipt, key_set)["jti"] == request["id"]
    assert await receipt_of(door, early["id"]) == before


async def test_readers_may_keep_the_key_set_for_less_time_than_a_new_key_waits(door: Door) -> None:
    answer = await door.ask("GET", "/.well-known/jwks.json", token=None)
    assert answer.headers["Cache-Control"] == f"public, max-age={KEPT_BY_READERS.total_seconds():.0f}"
    assert KEPT_BY_READERS + LOOK_EVERY < LEAD
