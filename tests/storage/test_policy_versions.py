"""Versions of the policy: each kept once, each loading of a new one on record."""

from storage.policy_versions import PolicyVersions
from storage.store import SqlStore
from tests.storage.conftest import Opener
from tests.storage.steps import at_once, audit, count, rows


async def test_a_version_is_kept_once_with_its_text(store: SqlStore) -> None:
    versions = PolicyVersions(store)
    await versions.keep("v1", "owner: ann")
    await versions.keep("v1", "owner: ann")
    await versions.keep("v2", "owner: ben")
    await versions.keep("v1", "owner: ann")

    found = await rows(store, "SELECT version, body FROM policy_version ORDER BY version")
    assert [tuple(row) for row in found] == [("v1", "owner: ann"), ("v2", "owner: ben")]
    assert await count(store, "audit_event", "kind = 'policy.loaded'") == 2
    assert (await audit(store)).ok


async def test_several_processes_keep_a_version_once(open_store: Opener) -> None:
    stores = [open_store() for _ in range(4)]
    await at_once([PolicyVersions(store).keep("v1", "owner: ann") for store in stores])

    assert await count(stores[0], "policy_version") == 1
    assert await count(stores[0], "audit_event") == 1
