"""Versions of the policy: each kept once, each turn of the file on record, each owner told once."""

import hashlib
from typing import Any

import pytest

from bot.domain.errors import NotFound
from bot.policy_record import Loaded, News, Refused
from storage.policy_history import kept_version, kept_versions
from storage.policy_versions import PolicyVersions
from storage.store import SqlStore
from tests.storage.conftest import Opener
from tests.storage.steps import LEASE, at_once, audit, count, rows, submitted

AGAIN = News(to=("slack:@U01ANN",), sentence="It can be used again.")
BROKEN = News(to=("slack:@U01ANN", "web:@ann"), sentence="It cannot be used.")


def a_version(text: str, **more: Any) -> Loaded:
    """A version that begins to hold, named as the policy names itself."""
    version = hashlib.sha256(text.encode()).hexdigest()[:12]
    return Loaded(version=version, text=text, owner="ann", news=AGAIN, **more)


def a_refusal(*problems: str) -> Refused:
    """A changed file that cannot be used."""
    return Refused(version="0123456789ab", problems=problems, news=BROKEN)


async def told(store: SqlStore) -> list[tuple[str, str]]:
    """To whom something is to be said, and what."""
    jobs = await store.claim(limit=100, busy={}, lease=LEASE)
    return sorted((job.destination, job.line) for job in jobs)  # type: ignore[union-attr]  # only lines here


async def test_a_version_is_kept_once_and_every_turn_is_on_record(store: SqlStore) -> None:
    versions = PolicyVersions(store)
    ann, ben = a_version("owner: ann"), a_version("owner: ben")
    for loaded in (ann, ann, ben, ann, ann):
        await versions.keep(loaded)

    found = await rows(store, "SELECT version, body FROM policy_version")
    assert {tuple(row) for row in found} == {(each.version, each.text) for each in (ann, ben)}
    assert await count(store, "audit_event", "kind = 'policy.loaded'") == 3
    assert await versions.newest() == (ann.version, ann.text)
    assert await told(store) == []
    assert (await audit(store)).ok


async def test_several_processes_tell_of_a_turn_once(open_store: Opener) -> None:
    stores = [open_store() for _ in range(4)]
    loaded = a_version("owner: ann")
    await at_once([PolicyVersions(store).keep(loaded) for store in stores])
    await at_once([PolicyVersions(store).refuse(a_refusal("line 1: no.")) for store in stores])

    assert await count(stores[0], "policy_version") == 1
    assert await count(stores[0], "audit_event", "kind = 'policy.loaded'") == 1
    assert await count(stores[0], "audit_event", "kind = 'policy.refused'") == 1
    assert len(await told(stores[0])) == 2

    await at_once([PolicyVersions(store).keep(loaded) for store in stores])

    assert await count(stores[0], "audit_event", "kind = 'policy.loaded'") == 2
    assert len(await told(stores[1])) == 1


async def test_versions_that_two_processes_load_at_once_are_all_on_the_chain(open_store: Opener) -> None:
    stores = [open_store(), open_store()]
    texts = [f"owner: ann # {n}" for n in range(40)]
    await at_once([PolicyVersions(stores[n % 2]).keep(a_version(text)) for n, text in enumerate(texts)])

    assert await count(stores[0], "audit_event", "kind = 'policy.loaded'") == 40
    assert (await audit(stores[0])).ok


async def test_the_owner_hears_of_other_problems_and_that_it_can_be_used_again(store: SqlStore) -> None:
    versions = PolicyVersions(store)
    await versions.keep(a_version("owner: ann"))
    await versions.refuse(a_refusal("line 1: no."))
    await versions.refuse(a_refusal("line 1: no."))
    assert await told(store) == [("slack:@U01ANN", BROKEN.sentence), ("web:@ann", BROKEN.sentence)]

    await versions.refuse(a_refusal("line 1: no.", "line 2: neither."))
    await versions.keep(a_version("owner: ann"))
    again = await told(store)

    # One after the other to the same person; the web takes several at once.
    assert ("web:@ann", BROKEN.sentence) in again
    assert await count(store, "outbox", "kind = 'tell' AND text = 'It can be used again.'") == 1
    assert (await audit(store)).ok


async def test_versions_are_listed_with_what_they_changed_and_how_much_they_ruled_on(
    store: SqlStore,
) -> None:
    versions = PolicyVersions(store)
    ann, ben = a_version("owner: ann"), a_version("owner: ben", before=None, changes=("Nobody compared it.",))
    await versions.keep(ann)
    await versions.keep(ben)
    await versions.keep(a_version("owner: ann", before=ben.version, changes=("Back to ann.",)))
    request = await submitted(store)

    found = await store.query(kept_versions)

    assert [(kept.version, kept.holds, kept.changes) for kept in found] == [
        (ann.version, True, ("Back to ann.",)),
        # Compared with another version than the one that really held before.
        (ben.version, False, ()),
    ]
    assert [kept.requests for kept in found] == [0, 0]
    ruled = Loaded(version=request.proposal.policy_version, text="x", owner="ann")
    await versions.keep(ruled)
    newest = (await store.query(kept_versions))[0]
    assert (newest.version, newest.requests) == (request.proposal.policy_version, 1)


async def test_a_version_is_found_by_its_first_digits(store: SqlStore) -> None:
    loaded = a_version("owner: ann")
    await PolicyVersions(store).keep(loaded)

    found = await store.query(lambda connection: kept_version(connection, loaded.version[:4]))

    assert found == (loaded.version, loaded.text)


@pytest.mark.parametrize("asked", ["abc", "ffff0000", "%%%%", ""])
async def test_a_version_that_is_not_kept_is_a_sentence(store: SqlStore, asked: str) -> None:
    await PolicyVersions(store).keep(a_version("owner: ann"))

    with pytest.raises(NotFound, match="`placet policy versions` lists them"):
        await store.query(lambda connection: kept_version(connection, asked))
