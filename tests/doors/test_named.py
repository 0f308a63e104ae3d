"""Every hostile input has its name in a list, and every name its test: none can vanish unseen.

`named/<section>.txt` holds a name a line; its test is `test_` and the name with underscores, in one of the
modules `test_<section>*.py`. A test that is not in the list, a name without a test, and a test that is
skipped or expected to fail are all told here.
"""

import ast
import re
from collections import Counter
from pathlib import Path

import pytest

HERE = Path(__file__).parent
SECTIONS = sorted(path.stem for path in (HERE / "named").glob("*.txt"))
_EXCUSES = ("skip", "skipif", "xfail")


def names_of(section: str) -> list[str]:
    """The names of a section's inputs, in the order of its list."""
    lines = (HERE / "named" / f"{section}.txt").read_text(encoding="utf-8").splitlines()
    return [line.strip() for line in lines if line.strip() and not line.startswith("#")]


def function_of(name: str) -> str:
    """The test for an input."""
    return f"test_{re.sub(r'[^a-z0-9]+', '_', name.lower()).strip('_')}"


def _written(section: str) -> list[ast.FunctionDef | ast.AsyncFunctionDef]:
    """The tests in the modules of a section."""
    return [
        node
        for path in sorted(HERE.glob(f"test_{section}*.py"))
        for node in ast.parse(path.read_text(encoding="utf-8")).body
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.name.startswith("test_")
    ]


@pytest.mark.parametrize("section", SECTIONS)
def test_every_name_has_one_test_and_every_test_its_name(section: str) -> None:
    wanted = Counter(function_of(name) for name in names_of(section))
    assert wanted == Counter(test.name for test in _written(section))
    assert set(wanted.values()) == {1}


@pytest.mark.parametrize("section", SECTIONS)
def test_none_of_these_tests_is_excused(section: str) -> None:
    for test in _written(section):
        marks = {
            part.attr
            for mark in test.decorator_list
            for part in ast.walk(mark)
            if isinstance(part, ast.Attribute)
        }
        assert not marks & set(_EXCUSES), test.name


def test_there_is_a_list_for_every_module_and_a_figure_for_everybody(
    capsys: pytest.CaptureFixture[str],
) -> None:
    modules = {path.stem.removeprefix("test_") for path in HERE.glob("test_*.py")} - {"named"}
    assert [module for module in modules if not module.startswith(tuple(SECTIONS))] == []
    counted = ", ".join(f"{section.replace('_', ' ')} {len(names_of(section))}" for section in SECTIONS)
    with capsys.disabled():
        print(f"\ninputs by name: {counted}; without a test: 0")  # noqa: T201 - the figures are for people
