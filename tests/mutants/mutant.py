"""What a mutant is."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


class DoesNotApplyError(Exception):
    """The code has changed since the patch was written: write it anew, or find out why it is not needed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Mutant:
    """One line of thought broken: `old` stands exactly once in `file`, and `new` takes its place."""

    #: what is wrong with it, in a sentence
    breaks: str
    file: str
    old: str
    new: str
    #: what has to fail: paths and names as pytest takes them
    tests: tuple[str, ...]

    def text(self, root: Path) -> str:
        """The broken file; raises `DoesNotApplyError`."""
        whole = (root / self.file).read_text()
        if whole.count(self.old) != 1:
            raise DoesNotApplyError(f"{self.file} has {whole.count(self.old)} times what is to be broken.")
        return whole.replace(self.old, self.new)
