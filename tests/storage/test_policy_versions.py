"""Versions of the policy: each kept once, each loading of a new one on record."""

import hashlib

from storage.policy_versions import PolicyVersions
from storage.store import SqlStore
from tests.storage.conftest import Opener
from tests.storage.steps import at_once, audit, count, rows


def version(text: str) -> str:
    """As the policy names itself."""
    return hashlib.sha256(text.encode()).hexdigest()[:12]


async def test_a_version_is_kept_once_with_its_text(store: SqlStore) -> None:
    versions = PolicyVersions(store)
    ann, ben = "owner: ann", "owner: ben"
    for text in (ann, ann, ben, ann):
        await versions.keep(version(text), text)

    found = await rows(store, "SELECT version, body FROM policy_version")
    assert {tuple(row) for row in found} == {(version(ann), ann), (version(ben), ben)}
    assert await count(store, "audit_event", "kind = 'policy.loaded'") == 2
    assert (await audit(store)).ok


async def test_several_processes_keep_a_version_once(open_store: Opener) -> None:
    stores = [open_store() for _ in range(4)]
    await at_once([PolicyVersions(store).keep(version("owner: ann"), "owner: ann") for store in stores])

    assert await count(stores[0], "policy_version") == 1
    assert await count(stores[0], "audit_event") == 1


async def test_versions_that_two_processes_load_at_once_are_all_on_the_chain(open_store: Opener) -> None:
    stores = [open_store(), open_store()]
    texts = [f"owner: ann # {n}" for n in range(40)]
    await PolicyVersions(stores[0]).keep(version(texts[0]), texts[0])
    await at_once([PolicyVersions(stores[n % 2]).keep(version(text), text) for n, text in enumerate(texts)])

    assert await count(stores[0], "audit_event", "kind = 'policy.loaded'") == 40
    assert (await audit(stores[0])).ok
