"""`placet erase`: counts first, erases with `--yes`, refuses what is not finished."""

import asyncio
import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.domain.request import ApprovalRequest
from storage.migrate import migrate
from storage.store import SqlStore
from tests.builders import a_directory, a_press, a_request
from tests.commands.conftest import Placet
from tests.storage.steps import a_submission


async def happened() -> tuple[ApprovalRequest, ApprovalRequest]:
    """A request about c-118 that ann approved, and one about c-119 that waits."""
    url = "sqlite:///placet.db"
    migrate(url)
    store = SqlStore(url, clock=lambda: datetime.now(UTC), directory=a_directory)
    try:
        over, waits = a_request(subject="c-118", callback_url=None), a_request(subject="c-119")
        for request in (over, waits):
            await store.submit(a_submission(request))
        await store.move(a_press(over, revision=1, step=1, round=1))
    finally:
        store.close()
    return over, waits


@pytest.fixture
def requests(installation: None) -> tuple[ApprovalRequest, ApprovalRequest]:
    return asyncio.run(happened())


@pytest.mark.usefixtures("requests")
def test_without_yes_it_counts_and_changes_nothing(placet: Placet) -> None:
    for _ in range(2):
        counted = placet("erase", "--subject", "c-118")
        assert counted.out.startswith("Requests: 1\nCounters: ")
        assert "Nothing was erased; run it again with --yes." in counted.err


@pytest.mark.usefixtures("requests")
def test_with_yes_it_erases_and_prints_what_proves_it(placet: Placet) -> None:
    erased = placet("erase", "--subject", "c-118", "--yes", "--json")
    told = json.loads(erased.out)
    assert told["requests"] == 1
    assert len(told["salt"]) == 32
    assert "There is nothing." in placet("erase", "--subject", "c-118").err
    assert b"The parcel was lost" in Path("placet.db").read_bytes()  # of the other request
    assert "everything fits" in placet("audit", "verify").err


def test_what_waits_is_named_and_nothing_is_erased(
    placet: Placet, requests: tuple[ApprovalRequest, ApprovalRequest]
) -> None:
    _, waits = requests
    counted = placet("erase", "--subject", "c-119")
    assert (counted.code, f"Not finished: {waits.id}" in counted.out) == (1, True)
    refused = placet("erase", "--subject", "c-119", "--yes")
    assert (refused.code, f"{waits.id} is not finished" in refused.err) == (1, True)


@pytest.mark.usefixtures("requests")
def test_a_person_has_to_leave_the_policy_first(placet: Placet) -> None:
    refused = placet("erase", "--person", "ann", "--yes")
    assert (refused.code, "still in the policy" in refused.err) == (1, True)
    assert placet("erase", "--person", "zoe", "--yes").out.startswith("Erased: 0 requests.")


@pytest.mark.usefixtures("installation")
def test_it_has_to_be_said_whose_data(placet: Placet) -> None:
    assert placet("erase").code == 2
    assert placet("erase", "--subject", "a", "--person", "b").code == 2
