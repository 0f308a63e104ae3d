"""The catalogue fits the code: every mutant can be made, and the tests it names are there."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from tests.mutants.catalogue import MUTANTS
from tests.mutants.mutant import DoesNotApplyError, Mutant

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize("mutant", MUTANTS, ids=lambda each: each.breaks)
def test_it_applies_and_is_python(mutant: Mutant) -> None:
    ast.parse(mutant.text(ROOT))
    for test in mutant.tests:
        file, _, name = test.partition("::")
        assert (ROOT / file).is_file()
        name = name.partition("[")[0]
        assert not name or f"def {name}(" in (ROOT / file).read_text()


def test_one_that_fits_no_longer_says_so() -> None:
    gone = Mutant(breaks="Nothing.", file="bot/now.py", old="no such line", new="", tests=())
    with pytest.raises(DoesNotApplyError, match="has 0 times"):
        gone.text(ROOT)
