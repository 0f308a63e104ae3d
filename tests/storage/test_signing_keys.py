"""Signing keys: of several processes that start at once, one key wins; a new one follows with overlap."""

import base64
from collections.abc import Sequence
from datetime import timedelta

import msgspec
import pytest

from adapters.agents.key_ring import KeyRing
from bot.secrets import SecretBox
from bot.signing_keys import LEAD, KeptKey, NextKey, endorsed
from storage.signing_keys import SigningKeyStore
from storage.store import SqlStore
from tests.builders import NOW
from tests.fakes.clock import MovedClock
from tests.storage.conftest import Opener
from tests.storage.losing import losing_answers
from tests.storage.steps import at_once, audit, count, rows

BOX = SecretBox(("s" * 32,))


@pytest.fixture
async def ring(store: SqlStore, clock: MovedClock) -> KeyRing:
    """The keys of an installation, with the first one."""
    made = KeyRing(SigningKeyStore(store, BOX), clock)
    await made.load()
    return made


def privates(kept: Sequence[KeptKey]) -> list[str]:
    return [key.private for key in kept]


async def test_there_is_no_key_before_one_is_added(store: SqlStore) -> None:
    assert await SigningKeyStore(store, BOX).kept() == []


async def test_the_private_half_is_stored_encrypted_and_comes_back(store: SqlStore) -> None:
    keys = SigningKeyStore(store, BOX)
    await keys.add_first("k1", "the private half", "the public half")

    assert privates(await keys.kept()) == ["the private half"]
    [row] = await rows(store, "SELECT * FROM signing_key")
    assert "the private half" not in str(row)


async def test_the_first_of_several_processes_wins(open_store: Opener) -> None:
    stores = [open_store() for _ in range(4)]
    adding = [
        SigningKeyStore(store, BOX).add_first(f"k{n}", f"private {n}", "public")
        for n, store in enumerate(stores)
    ]
    await at_once(adding)

    assert await count(stores[0], "signing_key") == 1
    seen = [privates(await SigningKeyStore(store, BOX).kept()) for store in stores]
    assert len(seen[0]) == 1
    assert all(keys == seen[0] for keys in seen)
    assert await count(stores[0], "audit_event", "kind = 'signing_key.created'") == 1
    assert (await audit(stores[0])).ok


async def test_it_is_added_once_when_the_answer_of_the_commit_is_lost(open_store: Opener) -> None:
    store = open_store(commit=losing_answers("after"))
    await SigningKeyStore(store, BOX).add_first("k1", "private", "public")

    assert await count(store, "audit_event") == 1
    assert (await audit(store)).ok


async def test_the_next_key_is_added_once_when_the_answer_of_the_commit_is_lost(open_store: Opener) -> None:
    store = open_store(commit=losing_answers("after"))
    keys = SigningKeyStore(store, BOX)
    await keys.add_first("k1", "private 1", "public")
    await keys.add_next(
        NextKey(kid="k2", private="private 2", public="public", after="k1", endorsement="e"), LEAD
    )

    assert privates(await keys.kept()) == ["private 1", "private 2"]
    assert await count(store, "audit_event") == 2
    assert (await audit(store)).ok


async def test_a_new_key_is_published_at_once_and_signs_when_readers_had_time_to_see_it(
    ring: KeyRing, clock: MovedClock
) -> None:
    old = ring.current().kid
    clock.advance(seconds=1)
    new = (await ring.rotate()).kid

    assert {key.kid for key in ring.kept()} == {old, new}
    assert len(ring.public()) == 2
    assert ring.current().kid == old
    clock.advance(seconds=LEAD.total_seconds() - 1)
    assert ring.current().kid == old
    clock.advance(seconds=1)
    assert ring.current().kid == new


async def test_what_the_old_key_signed_is_verified_for_ever_and_so_is_what_the_new_one_signs(
    ring: KeyRing, clock: MovedClock
) -> None:
    signed = [(ring.current().kid, ring.current().private.sign(b"seal 1"))]
    await ring.rotate(timedelta(0))
    signed.append((ring.current().kid, ring.current().private.sign(b"seal 1")))
    clock.advance(days=4000)

    assert signed[0][0] != signed[1][0]
    for kid, signature in signed:
        text = base64.urlsafe_b64encode(signature).decode()
        assert ring.is_signed(kid, b"seal 1", text)
        assert not ring.is_signed(kid, b"seal 2", text)
    assert not ring.is_signed(signed[0][0], b"seal 1", base64.urlsafe_b64encode(signed[1][1]).decode())


async def test_a_key_without_a_lead_signs_at_once(ring: KeyRing) -> None:
    new = await ring.rotate(timedelta(0))
    assert ring.current().kid == new.kid


async def test_two_rotations_in_a_row_take_their_turns(ring: KeyRing, clock: MovedClock) -> None:
    first = ring.current().kid
    second = (await ring.rotate()).kid
    clock.advance(minutes=5)
    third = (await ring.rotate()).kid

    assert ring.current().kid == first
    clock.advance(minutes=5)
    assert ring.current().kid == second
    clock.advance(minutes=5)
    assert ring.current().kid == third


async def test_another_process_sees_a_new_key_at_its_next_look(
    open_store: Opener, ring: KeyRing, clock: MovedClock
) -> None:
    other = KeyRing(SigningKeyStore(open_store(), BOX), clock)
    await other.load()
    new = await ring.rotate(timedelta(0))

    assert other.current().kid != new.kid
    assert timedelta(0) < await other.step() < LEAD
    assert other.current().kid == new.kid


async def test_rotations_by_several_processes_at_once_leave_one_key_that_signs(
    open_store: Opener, clock: MovedClock
) -> None:
    rings = [KeyRing(SigningKeyStore(open_store(), BOX), clock) for _ in range(3)]
    await rings[0].load()
    await at_once([ring.rotate(timedelta(0)) for ring in rings])
    for ring in rings:
        await ring.load()

    assert len(rings[0].kept()) == 4
    assert sum(key.retires_at is None for key in rings[0].kept()) == 1
    assert len({ring.current().kid for ring in rings}) == 1
    assert (await audit(open_store())).ok


async def test_the_chain_says_which_key_vouched_for_the_new_one(store: SqlStore, ring: KeyRing) -> None:
    old = ring.current()
    new = await ring.rotate()

    events = await rows(store, "SELECT facts FROM audit_event WHERE subject = 'signing_keys' ORDER BY seq")
    facts = msgspec.json.decode(events[1].facts)
    assert (facts["kid"], facts["after"]) == (new.kid, old.kid)
    old.public.verify(base64.urlsafe_b64decode(facts["endorsement"]), endorsed(old.kid, new.kid))
    assert (await audit(store)).ok


async def test_a_key_says_when_it_was_made_and_until_when_it_signed(ring: KeyRing, clock: MovedClock) -> None:
    clock.advance(days=1)
    await ring.rotate()
    old, new = ring.kept()
    assert (old.created_at, old.retires_at) == (NOW, NOW + timedelta(days=1) + LEAD)
    assert (new.created_at, new.retires_at) == (NOW + timedelta(days=1), None)
    assert "PRIVATE" not in repr(old)
