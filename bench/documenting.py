"""The documents' tables and pictures, written from results.

A table stands between `<!-- bench:NAME -->` and `<!-- /bench:NAME -->`; what was not measured stays as it is.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from bench.exhibits import markdown, measured_on, pictures
from bench.results import Results
from bench.summary import SUMMARY, summary

ROOT = Path(__file__).parents[1]
#: below the folder of the documents
PICTURES = "pictures/bench"

_BLOCK = re.compile(r"(<!-- bench:([a-z-]+) -->\n)(.*?)(<!-- /bench:\2 -->)", re.DOTALL)


class NotForDocuments(Exception):
    """Results that nobody should read as figures."""


def document(results: Results, folder: Path = ROOT / "docs") -> Iterator[Path]:
    """Write what was measured into the documents; yields the files. Raises NotForDocuments."""
    if results.quick:
        raise NotForDocuments("Quick figures say nothing: leave --quick out to write documents.")
    yield from draw(results, folder / PICTURES)
    for page in sorted(folder.glob("*.md")):
        text = page.read_text(encoding="utf-8")
        written = with_results(text, results)
        if written != text:
            page.write_text(written, encoding="utf-8")
            yield page


def draw(results: Results, folder: Path) -> Iterator[Path]:
    """Write the pictures into a folder; yields the files."""
    for name, svg in pictures(results):
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / f"{name}.svg"
        path.write_text(svg, encoding="utf-8")
        yield path


def with_results(text: str, results: Results) -> str:
    """A page with its tables replaced by what was measured."""

    def filled(block: re.Match[str]) -> str:
        begins, name, before, ends = block.groups()
        if name == SUMMARY:
            return f"{begins}\n{summary(results, before)}\n\n{measured_on(results)}\n\n{ends}"
        if not results.figures.get(name):
            return block[0]
        return f"{begins}\n{markdown(results, name, pictures_at=PICTURES)}\n\n{ends}"

    return _BLOCK.sub(filled, text)


def marked(text: str) -> list[str]:
    """The figures whose tables a page has."""
    return [name for _, name, _, _ in _BLOCK.findall(text) if name != SUMMARY]
