"""An audit trail that an outsider verifies: with what stands in the documents, and nothing of the product."""

import base64
import hashlib
import json
from collections.abc import AsyncIterator, Iterator, Sequence
from pathlib import Path
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from sqlalchemy import text

from tests.capabilities.operating import Operator, operator
from tests.flows.modes_world import AUTO, SLOW, TOLD, Modes
from tests.flows.world import ANN, BEN

__all__ = ["operator"]

NOTHING = "0" * 64


class RecordedWorld(Modes):
    """Requests of every kind, and the rows that an operator hands to an outsider."""

    async def works(self) -> dict[str, str]:
        """What came of requests of every kind, by what happened to them."""
        told = await self.credits(TOLD, context={"subject": {"id": "c-200", "name": "Mallory"}})
        await self.gives_a_reason("slack", "Ben", "Override…", told["id"], "Mallory was paid in May.")
        approved = await self.asked()
        await (await self.slack.card("#support")).press("Approve", by=ANN)
        await self.later(minutes=1)
        automatic = await self.credits(AUTO)
        stopped = await self.credits(SLOW)
        await (await self.slack.card("#support")).press("Stop…", by=BEN)
        view = await self.slack.view(BEN, "Stop")
        await view.submit({"Why not?": "Too risky"})
        expired = await self.asked(action={"name": "account.close", "summary": "Close", "arguments": {}})
        await self.later(hours=2)
        ids = {"reverted": told["id"], "automatic": automatic["id"], "stopped": stopped["id"]}
        return ids | {"approved": approved, "expired": expired}

    async def rows(self, sql: str, **values: Any) -> Sequence[Any]:
        """Rows of the database as they are stored."""
        return await self.app.store.query(lambda connection: connection.execute(text(sql), values).all())

    async def tampers(self, sql: str, **values: Any) -> None:
        """Somebody who owns the database changes it."""
        await self.app.store.write(lambda connection, _: connection.execute(text(sql), values))


@pytest.fixture
async def world(database_url: str, tmp_path: Path) -> AsyncIterator[RecordedWorld]:
    async with RecordedWorld(database_url, tmp_path) as world:
        await world.installs()
        yield world


async def test_an_outsider_follows_a_receipt_to_its_event_its_seal_and_the_key(world: RecordedWorld) -> None:
    happened = await world.works()
    await world.counts()
    approval = await world.agent.sees(happened["approved"])
    keys = await (await world.agent.http.get("/.well-known/jwks.json")).json()

    # The receipt, against the published key and against what ran.
    header = jwt.get_unverified_header(approval["receipt"])
    claims = jwt.decode(
        approval["receipt"],
        jwt.PyJWKSet.from_dict(keys)[header["kid"]],
        algorithms=["EdDSA"],
        options={"verify_exp": False, "verify_iat": False},
    )
    ran = {"arguments": approval["action"]["arguments"], "name": approval["action"]["name"]}
    assert claims["digest"] == f"sha256:{sha256(canonical(ran))}"
    assert (claims["deciders"], claims["status"]) == (["ann"], "approved")

    # The chain of the request's events, up to the one that the receipt names.
    events = await world.rows("SELECT * FROM audit_event WHERE subject = :id ORDER BY seq", id=approval["id"])
    hashes = list(chained(events))
    assert hashes == [event.hash for event in events]
    decided = next(event for event in events if event.hash == claims["event_hash"])
    assert (decided.kind, decided.actor) == ("request.decided", "person:ann")

    # The seal over that event, and all before it.
    seals = await world.rows("SELECT * FROM audit_seal ORDER BY number")
    assert decided.seal in {seal.number for seal in seals}
    before = NOTHING
    for seal in seals:
        under = await world.rows(
            "SELECT hash FROM audit_event WHERE seal = :number ORDER BY subject, seq", number=seal.number
        )
        assert (seal.previous, seal.root) == (before, merkle([row.hash for row in under]))
        verified(seal, keys)
        before = hash_of(seal)


async def test_it_verifies_after_erasure_and_no_longer_after_any_change(
    world: RecordedWorld, operator: Operator
) -> None:
    happened = await world.works()
    await world.counts()
    assert (await operator.runs("erase", "--subject", "c-200", "--yes")).code == 0
    await world.settles()
    await world.counts()
    left = await world.rows("SELECT facts, private FROM audit_event")
    assert "Mallory" not in str(left)
    fits = json.loads((await operator.runs("audit", "verify", "--json")).out)
    assert (fits["ok"], fits["problems"], fits["unsealed"]) == (True, [], 0)
    assert fits["events"] > 20

    for change in (
        "UPDATE audit_event SET actor = 'person:ben' WHERE subject = :id AND kind = 'request.decided'",
        "DELETE FROM audit_event WHERE subject = :id AND kind = 'card.posted'",
        "UPDATE approval SET status = 'rejected' WHERE id = :id",
    ):
        await changed_and_noticed(world, operator, change, happened["approved"])


async def changed_and_noticed(world: RecordedWorld, operator: Operator, change: str, request: str) -> None:
    """Whatever was changed is found, and named by its request; then it is put back."""
    kept = [
        dict(row._mapping)
        for row in await world.rows("SELECT * FROM audit_event WHERE subject = :id", id=request)
    ]
    await world.tampers(change, id=request)

    ended = await operator.runs("audit", "verify")

    assert ended.code == 1
    assert "THE AUDIT TRAIL DOES NOT FIT" in ended.err
    assert request in ended.out
    await world.tampers("DELETE FROM audit_event WHERE subject = :id", id=request)
    columns = ", ".join(kept[0])
    values = ", ".join(f":{name}" for name in kept[0])
    for row in kept:
        await world.tampers(f"INSERT INTO audit_event ({columns}) VALUES ({values})", **row)
    await world.tampers("UPDATE approval SET status = 'approved' WHERE id = :id", id=request)
    assert (await operator.runs("audit", "verify")).code == 0


def sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def canonical(value: Any) -> str:
    """RFC 8785, as far as texts and their order go."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def chained(events: Sequence[Any]) -> Iterator[str]:
    """The hashes that a chain of events has, worked out from the first one on; private values too."""
    last = NOTHING
    for event in events:
        lines = (
            "placet-audit/1",
            last,
            event.subject,
            event.seq,
            event.kind,
            event.actor,
            event.at,
            event.facts,
        )
        last = sha256("\n".join(map(str, lines)))
        for name, (salt, value) in json.loads(event.private or "{}").items():
            assert json.loads(event.facts)["commitments"][name] == sha256(f"{salt}\n{value}")
        yield last


def merkle(hashes: Sequence[str]) -> str:
    """The root of RFC 9162, section 2.1.1."""

    def root(leaves: Sequence[bytes]) -> bytes:
        if len(leaves) == 1:
            return hashlib.sha256(b"\x00" + leaves[0]).digest()
        split = 1 << (len(leaves) - 1).bit_length() - 1
        return hashlib.sha256(b"\x01" + root(leaves[:split]) + root(leaves[split:])).digest()

    return root([bytes.fromhex(each) for each in hashes]).hex()


def verified(seal: Any, keys: dict[str, Any]) -> None:
    """Raise unless a published key signed the seal."""
    statement = ("placet-seal/1", seal.number, seal.previous, seal.root, seal.leaves, seal.at)
    published = next(key for key in keys["keys"] if key["kid"] == seal.kid)
    public = Ed25519PublicKey.from_public_bytes(base64.urlsafe_b64decode(f"{published['x']}=="))
    public.verify(base64.urlsafe_b64decode(f"{seal.signature}=="), "\n".join(map(str, statement)).encode())


def hash_of(seal: Any) -> str:
    """By which the next seal names it."""
    fields = (seal.number, seal.previous, seal.root, seal.leaves, seal.at, seal.kid, seal.signature)
    return sha256("\x00" + "".join(f"{field}\n" for field in fields))
