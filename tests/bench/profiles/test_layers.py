"""Whose time a stack is."""

from __future__ import annotations

from pathlib import Path

import pytest

from bench.profiles.layers import LAYERS, layer, layer_of, shares
from bench.profiles.stacks import Frame, Stack

_ROOT = Path(__file__).parents[3]


def frame(file: str) -> Frame:
    return Frame(function="f", file=file)


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        (["aiohttp/web_app.py", "adapters/agents/listeners.py"], "door"),
        (["adapters/agents/listeners.py", "bot/intake.py", "bot/policy/policy.py"], "policy"),
        (["storage/writer.py", "storage/intake.py", "bot/domain/lifecycle.py"], "lifecycle"),
        (["storage/intake.py", "storage/audit.py"], "audit"),
        (["storage/intake.py", "sqlalchemy/engine/base.py"], "driver"),
        (["storage/intake.py", "json/encoder.py", "<string>"], "rows"),
        (["selectors.py"], "HTTP"),
    ],
)
def test_a_stack_belongs_to_the_innermost_frame_of_a_layer(files: list[str], expected: str) -> None:
    assert layer([frame(file) for file in files]) == expected


def test_every_module_of_the_product_belongs_to_a_layer() -> None:
    modules = [path for folder in ("bot", "adapters", "storage") for path in (_ROOT / folder).rglob("*.py")]
    assert len(modules) > 100
    assert {layer_of(frame(str(path.relative_to(_ROOT)))) for path in modules} <= LAYERS.keys()


def test_shares_add_up() -> None:
    stacks = [
        Stack(frames=(frame("bot/policy/policy.py"),), count=3),
        Stack(frames=(frame("storage/sheet.py"),), count=1),
    ]
    told = shares(stacks)
    assert list(told) == list(LAYERS)
    assert (told["policy"], told["rows"], sum(told.values())) == (0.75, 0.25, 1.0)
