"""Whom a new copy of the card mentions."""

from decimal import Decimal
from typing import Any

import pytest

from bot.domain.drawing import mentions
from tests.builders import (
    a_directory,
    a_person,
    a_step,
    channel,
    group,
    opened,
    person,
    pressed,
)


@pytest.mark.parametrize(
    ("steps", "mentioned"),
    [
        pytest.param((a_step(channel()),), (), id="a channel mentions nobody at first"),
        pytest.param((a_step(channel(), group()),), ("ann", "ben"), id="a group is mentioned"),
        pytest.param((a_step(channel(), person("ben")),), ("ben",), id="a person is mentioned"),
        pytest.param((a_step(channel(), person("dan")),), (), id="nobody without authority is"),
        pytest.param((a_step(group("x")), a_step(channel())), ("ann", "ben"), id="having moved on, all are"),
    ],
)
def test_a_new_copy_mentions_whoever_must_decide(steps: Any, mentioned: tuple[str, ...]) -> None:
    assert mentions(opened(steps=steps), a_directory()) == mentioned


def test_whoever_voted_or_may_not_approve_is_not_mentioned() -> None:
    request = opened(steps=(a_step(group()),), approve=2, amount=Decimal(900))
    assert mentions(request, a_directory()) == ("ann",)
    assert mentions(pressed(request).request, a_directory()) == ()


def test_a_whole_department_is_not_mentioned() -> None:
    crowd = [a_person(f"p{n}") for n in range(30)]
    directory = a_directory(*crowd, groups={"finance": tuple(p.id for p in crowd)})
    assert len(mentions(opened(directory, steps=(a_step(group()),)), directory)) == 8
