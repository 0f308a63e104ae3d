"""Verification: nobody is let in by a key that no event tells of, and no signing key comes from nowhere."""

from datetime import timedelta

import pytest

from adapters.agents.key_ring import KeyRing
from bot.secrets import SecretBox
from storage.audit import GENESIS, event_hash
from storage.keys import KeyStore
from storage.signing_keys import SigningKeyStore
from storage.store import SqlStore
from tests.builders import AGENT
from tests.fakes.clock import MovedClock
from tests.storage.steps import audit, execute, rows

BOX = SecretBox(("s" * 32,))


@pytest.fixture
async def ring(store: SqlStore, clock: MovedClock) -> KeyRing:
    """Two signing keys; the second is vouched for by the first."""
    made = KeyRing(SigningKeyStore(store, BOX), clock)
    await made.load()
    clock.advance(seconds=1)
    await made.rotate(timedelta(0))
    return made


async def made_keys(store: SqlStore) -> tuple[str, str, str]:
    """The ids of a key that holds, one that is being replaced, and one that was revoked."""
    keys = KeyStore(store, BOX)
    holds, replaced, revoked = [(await keys.create(AGENT)).key_id for _ in range(3)]
    await keys.rotate_secret(holds)
    await keys.rotate(replaced)
    await keys.revoke(revoked)
    return holds, replaced, revoked


async def test_keys_that_are_what_was_made_of_them_fit(store: SqlStore, ring: KeyRing) -> None:
    holds, replaced, _ = await made_keys(store)
    await KeyStore(store, BOX).revoke(replaced)
    await KeyStore(store, BOX).revoke(holds)

    assert (await audit(store, ring.is_signed)).problems == []


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (
            "UPDATE api_key SET agent = 'other-bot' WHERE id = '{holds}'",
            f"The API key {{holds}} of other-bot was made for {AGENT}; its agent was changed.",
        ),
        (
            "UPDATE api_key SET token_hash = 'mine' WHERE id = '{holds}'",
            f"The API key {{holds}} of {AGENT} does not open with what was made; it was changed.",
        ),
        (
            "UPDATE api_key SET revoked_at = NULL WHERE id = '{revoked}'",
            f"The API key {{revoked}} of {AGENT} was revoked, and holds for longer than its events tell.",
        ),
        (
            "UPDATE api_key SET revoked_at = revoked_at + 1 WHERE id = '{replaced}'",
            f"The API key {{replaced}} of {AGENT} was revoked, and holds for longer than its events tell.",
        ),
        (
            "UPDATE api_key SET revoked_at = 1 WHERE id = '{holds}'",
            f"The API key {{holds}} of {AGENT} was not revoked by anybody, and does not hold any more.",
        ),
        (
            "INSERT INTO api_key (id, agent, token_hash, created_at) VALUES ('new', 'other-bot', 'mine', 1)",
            "No event tells that the API key new of other-bot was made.",
        ),
        (
            "DELETE FROM api_key WHERE id = '{revoked}'",
            "The API key {revoked} is missing; events tell of it.",
        ),
        (
            "UPDATE callback_secret SET agent = 'other-bot' WHERE key_id = '{holds}'",
            "A callback secret of the API key {holds} is another agent's; it was changed.",
        ),
    ],
)
async def test_a_key_that_is_not_what_its_events_tell_is_found(
    store: SqlStore, change: str, sentence: str
) -> None:
    holds, replaced, revoked = await made_keys(store)
    named = {"holds": holds, "replaced": replaced, "revoked": revoked}
    await execute(store, change.format(**named))

    assert sentence.format(**named) in (await audit(store)).problems


async def test_a_signing_key_that_no_event_tells_of_is_found(store: SqlStore, ring: KeyRing) -> None:
    old, new = [key.kid for key in ring.kept()]
    await execute(store, f"UPDATE signing_key SET kid = 'k9' WHERE kid = '{new}'")

    problems = (await audit(store, ring.is_signed)).problems
    assert f"The signing key {new} is missing; events tell of it." in problems
    assert "No event tells that the signing key k9 was made." in problems
    assert not [problem for problem in problems if old in problem]


@pytest.mark.parametrize("lie", ["after", "endorsement", "kid"])
async def test_a_signing_key_that_none_before_it_vouches_for_is_found(
    store: SqlStore, ring: KeyRing, lie: str
) -> None:
    """Also where the chain was made anew over it."""
    first, second = await rows(store, "SELECT * FROM audit_event WHERE subject = 'signing_keys' ORDER BY seq")
    facts = second.facts.replace(f'"{lie}":"', f'"{lie}":"A')
    written = f"2\n{second.kind}\n{second.actor}\n{second.at}\n{facts}"
    head = event_hash(first.hash, "signing_keys", written)
    assert first.hash == event_hash(
        GENESIS, "signing_keys", f"1\n{first.kind}\n{first.actor}\n{first.at}\n{first.facts}"
    )
    changed = f"UPDATE audit_event SET facts = '{facts}', hash = '{head}'"
    await execute(store, f"{changed} WHERE subject = 'signing_keys' AND seq = 2")
    await execute(store, f"UPDATE audit_chain SET head = '{head}' WHERE subject = 'signing_keys'")

    problems = (await audit(store, ring.is_signed)).problems
    assert [problem for problem in problems if "was not vouched for by a key before it" in problem]
    assert not [problem for problem in problems if "was changed" in problem]
