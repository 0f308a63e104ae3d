"""Changed copies are what `dataclasses.replace` makes, and the original stays."""

from dataclasses import FrozenInstanceError, replace

import pytest

from bot.domain.evolve import evolved
from bot.domain.request import ApprovalRequest
from tests.builders import NOW, opened


def test_a_changed_copy_is_what_replace_makes() -> None:
    progress = opened().progress
    assert evolved(progress, step=2, remind_at=NOW) == replace(progress, step=2, remind_at=NOW)


def test_the_original_stays_as_it_was() -> None:
    request = opened()
    before = repr(request)
    evolved(request, version=9)
    assert repr(request) == before


def test_a_field_that_does_not_exist_is_an_error() -> None:
    with pytest.raises(AttributeError):
        evolved(opened(), colour="red")


def test_a_changed_copy_is_as_frozen_as_the_original() -> None:
    copy = evolved(opened(), version=9)
    assert type(copy) is ApprovalRequest
    with pytest.raises(FrozenInstanceError):
        copy.version = 10  # type: ignore[misc]  # that is what is tried
