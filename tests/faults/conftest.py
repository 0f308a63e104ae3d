"""What the tests of this folder share."""

from collections.abc import Iterator

import pytest

from tests.faults.forks import Forks


@pytest.fixture(scope="session")
def forks() -> Iterator[Forks]:
    """One fork server for all tests of a worker."""
    with Forks() as forks:
        yield forks
