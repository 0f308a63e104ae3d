"""Signing keys: of several processes that start at once, one key wins."""

from bot.secrets import SecretBox
from storage.signing_keys import SigningKeyStore
from storage.store import SqlStore
from tests.storage.conftest import Opener
from tests.storage.losing import losing_answers
from tests.storage.steps import at_once, audit, count, rows

BOX = SecretBox(("s" * 32,))


async def test_there_is_no_key_before_one_is_added(store: SqlStore) -> None:
    assert await SigningKeyStore(store, BOX).private_keys() == []


async def test_the_private_half_is_stored_encrypted_and_comes_back(store: SqlStore) -> None:
    keys = SigningKeyStore(store, BOX)
    await keys.add_first("k1", "the private half", "the public half")

    assert await keys.private_keys() == ["the private half"]
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
    seen = [await SigningKeyStore(store, BOX).private_keys() for store in stores]
    assert len(seen[0]) == 1
    assert all(keys == seen[0] for keys in seen)
    assert await count(stores[0], "audit_event", "kind = 'signing_key.created'") == 1
    assert (await audit(stores[0])).ok


async def test_it_is_added_once_when_the_answer_of_the_commit_is_lost(open_store: Opener) -> None:
    store = open_store(commit=losing_answers("after"))
    await SigningKeyStore(store, BOX).add_first("k1", "private", "public")

    assert await count(store, "audit_event") == 1
    assert (await audit(store)).ok
