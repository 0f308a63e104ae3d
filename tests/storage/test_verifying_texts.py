"""Verification: texts that are named by their own hash have to be what their names say."""

import hashlib

import pytest

from bot.policy_record import Loaded
from storage.policy_versions import PolicyVersions
from storage.store import SqlStore
from tests.storage.steps import audit, execute, submitted


async def test_terms_that_were_changed_afterwards_are_found(store: SqlStore) -> None:
    await submitted(store, approve=1)
    assert (await audit(store)).ok
    await execute(store, "UPDATE terms SET body = replace(body, 'approve', 'reject')")
    [problem] = (await audit(store)).problems
    assert "terms" in problem


@pytest.mark.parametrize("text", ["owner: eve", ""])
async def test_a_policy_that_was_changed_afterwards_is_found(store: SqlStore, text: str) -> None:
    policy = "owner: ann"
    version = hashlib.sha256(policy.encode()).hexdigest()[:12]
    await PolicyVersions(store).keep(Loaded(version=version, text=policy, owner="ann"))
    assert (await audit(store)).ok
    await execute(store, f"UPDATE policy_version SET body = '{text}'")
    [problem] = (await audit(store)).problems
    assert "policy version" in problem
