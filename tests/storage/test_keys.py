"""API keys and callback secrets: made, found, revoked, rotated, each once even when it is run again."""

from datetime import timedelta

import pytest

from bot.domain.errors import Conflict, NotFound
from bot.secrets import SecretBox, api_key_id, api_key_matches
from storage.keys import OVERLAP, KeyStore
from storage.store import SqlStore
from tests.builders import AGENT, NOW
from tests.fakes.clock import MovedClock
from tests.storage.conftest import Opener
from tests.storage.losing import losing_answers
from tests.storage.steps import a_submission, at_once, audit, count, rows

BOX = SecretBox(("s" * 32,))


@pytest.fixture
def keys(store: SqlStore) -> KeyStore:
    """The keys of all agents."""
    return KeyStore(store, BOX)


async def test_a_new_key_is_found_by_its_id_and_only_its_hash_is_stored(
    store: SqlStore, keys: KeyStore
) -> None:
    made = await keys.create(AGENT)
    found = await keys.find(made.key_id)

    assert found is not None
    assert (found.agent, found.created_at, found.revoked) == (AGENT, NOW, False)
    assert api_key_id(made.api_key) == made.key_id
    assert api_key_matches(made.api_key, found.token_hash)
    assert await keys.find("plk_unknown") is None
    [key] = await rows(store, "SELECT * FROM api_key")
    [secret] = await rows(store, "SELECT * FROM callback_secret")
    assert made.api_key not in str(key)
    assert made.callback_secret not in str(secret)


async def test_keys_are_listed_oldest_first(keys: KeyStore, clock: MovedClock) -> None:
    first = await keys.create("a")
    clock.advance(seconds=1)
    second = await keys.create("b")

    assert [key.id for key in await keys.all()] == [first.key_id, second.key_id]


async def test_a_revoked_key_stays_revoked_and_signs_nothing(
    store: SqlStore, keys: KeyStore, clock: MovedClock
) -> None:
    made = await keys.create(AGENT)
    assert await keys.secrets_of(AGENT) == [made.callback_secret]
    clock.advance(seconds=1)
    revoked = await keys.revoke(made.key_id)
    clock.advance(seconds=1)

    assert (await keys.revoke(made.key_id)).revoked_at == revoked.revoked_at == NOW + timedelta(seconds=1)
    assert await keys.secrets_of(AGENT) == []
    assert await count(store, "audit_event", "kind = 'key.revoked'") == 1
    with pytest.raises(Conflict, match="revoked"):
        await keys.rotate_secret(made.key_id)


async def test_a_rotated_secret_signs_beside_the_one_before_for_a_day(
    keys: KeyStore, clock: MovedClock
) -> None:
    made = await keys.create(AGENT)
    clock.advance(seconds=1)
    newer = await keys.rotate_secret(made.key_id)
    assert await keys.secrets_of(AGENT) == [newer, made.callback_secret]

    clock.advance(seconds=OVERLAP.total_seconds() - 1)
    assert await keys.secrets_of(AGENT) == [newer, made.callback_secret]
    clock.advance(seconds=1)
    assert await keys.secrets_of(AGENT) == [newer]
    assert await keys.secrets_of("other-bot") == []


async def test_a_secret_that_was_rotated_twice_ends_a_day_after_the_first_time(
    keys: KeyStore, clock: MovedClock
) -> None:
    made = await keys.create(AGENT)
    clock.advance(hours=1)
    second = await keys.rotate_secret(made.key_id)
    clock.advance(hours=23)
    third = await keys.rotate_secret(made.key_id)
    assert await keys.secrets_of(AGENT) == [third, second, made.callback_secret]

    clock.advance(hours=1)
    assert await keys.secrets_of(AGENT) == [third, second]


async def test_what_does_not_exist_is_said_so(keys: KeyStore) -> None:
    with pytest.raises(NotFound, match="plk_unknown"):
        await keys.revoke("plk_unknown")
    with pytest.raises(NotFound, match="plk_unknown"):
        await keys.rotate_secret("plk_unknown")


async def test_every_change_is_on_the_chain_of_its_key(store: SqlStore, keys: KeyStore) -> None:
    made = await keys.create(AGENT)
    await keys.rotate_secret(made.key_id)
    await keys.revoke(made.key_id)

    events = await rows(store, "SELECT subject, kind FROM audit_event ORDER BY seq")
    assert [event.kind for event in events] == ["key.created", "secret.rotated", "key.revoked"]
    assert {event.subject for event in events} == {f"key:{made.key_id}"}
    assert (await audit(store)).ok


async def test_changes_of_one_key_by_two_processes_at_once_are_all_on_its_chain(open_store: Opener) -> None:
    stores = [open_store(), open_store()]
    keys = [KeyStore(store, BOX) for store in stores]
    made = await keys[0].create(AGENT)
    await at_once([keys[n % 2].rotate_secret(made.key_id) for n in range(20)])

    assert await count(stores[0], "audit_event", "kind = 'secret.rotated'") == 20
    assert await count(stores[0], "callback_secret", "expires_at IS NULL") == 1
    assert (await audit(stores[0])).ok


async def test_changes_happen_once_when_the_answers_of_commits_are_lost(
    open_store: Opener, clock: MovedClock
) -> None:
    store = open_store(commit=losing_answers("after"))
    keys = KeyStore(store, BOX)
    made = await keys.create(AGENT)
    clock.advance(seconds=1)
    newer = await keys.rotate_secret(made.key_id)
    assert await keys.secrets_of(AGENT) == [newer, made.callback_secret]
    await keys.revoke(made.key_id)

    assert await count(store, "callback_secret") == 2
    assert await count(store, "audit_event") == 3
    assert (await audit(store)).ok


async def test_a_replaced_key_holds_beside_its_successor_for_a_while(
    store: SqlStore, keys: KeyStore, clock: MovedClock
) -> None:
    old = await keys.create(AGENT)
    clock.advance(seconds=1)
    new = await keys.rotate(old.key_id, timedelta(hours=2))
    assert await keys.secrets_of(AGENT) == [new.callback_secret, old.callback_secret]

    clock.advance(seconds=2 * 3600 - 1)
    assert await _open(store, keys, old.key_id, new.key_id) == [True, True]
    clock.advance(seconds=1)
    assert await _open(store, keys, old.key_id, new.key_id) == [False, True]
    assert await keys.secrets_of(AGENT) == [new.callback_secret]
    assert (await audit(store)).ok


async def test_a_key_that_is_being_replaced_can_be_ended_at_once(keys: KeyStore, clock: MovedClock) -> None:
    old = await keys.create(AGENT)
    new = await keys.rotate(old.key_id)
    assert (await keys.revoke(old.key_id)).revoked
    assert await keys.secrets_of(AGENT) == [new.callback_secret]
    with pytest.raises(Conflict, match="revoked"):
        await keys.rotate(old.key_id)
    with pytest.raises(NotFound, match="plk_unknown"):
        await keys.rotate("plk_unknown")


async def test_the_secret_of_a_key_that_is_being_replaced_is_not_made_to_outlive_it(keys: KeyStore) -> None:
    old = await keys.create(AGENT)
    await keys.rotate(old.key_id)
    with pytest.raises(Conflict, match="was replaced and ends by itself"):
        await keys.rotate_secret(old.key_id)


async def test_a_key_is_replaced_once_when_the_answers_of_commits_are_lost(open_store: Opener) -> None:
    store = open_store(commit=losing_answers("after"))
    keys = KeyStore(store, BOX)
    old = await keys.create(AGENT)
    await keys.rotate(old.key_id)
    assert await count(store, "api_key") == 2
    assert await count(store, "callback_secret") == 2
    assert await count(store, "audit_event") == 3
    assert (await audit(store)).ok


async def _open(store: SqlStore, keys: KeyStore, *key_ids: str) -> list[bool]:
    """Whether each opens the door, and whether what is submitted under it is stored."""
    found = [await keys.find(key_id) for key_id in key_ids]
    holds = [key is not None and not key.revoked for key in found]
    answers = [await store.submit(a_submission(key_id=key_id)) for key_id in key_ids]
    assert [answer.code == "created" for answer in answers] == holds
    return holds
