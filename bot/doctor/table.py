"""The verdicts as people read them in a terminal: one line each, and below it what to do."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from rich.console import Console
from rich.table import Table as Grid
from rich.text import Text

from bot.doctor.verdict import Colour, Verdict

_SIGNS = {
    Colour.GREEN: ("✓", "green"),
    Colour.YELLOW: ("!", "yellow"),
    Colour.RED: ("✗", "bold red"),
    Colour.SKIPPED: ("–", "dim"),
}
#: characters of the column of names, and of a line where nobody looks at a terminal
_NAMES, _WIDE = 22, 200


class Table:
    """Prints as verdicts come."""

    def __init__(self) -> None:
        console = Console(highlight=False)
        #: verdicts that may share a line with the next one
        self._waiting: list[Verdict] = []
        self._console = console if console.is_terminal else Console(highlight=False, width=_WIDE)

    def add(self, verdict: Verdict) -> None:
        """One more line, and what to do about it; what was skipped for one reason shares a line."""
        if self._waiting and not _alike(self._waiting[0], verdict):
            self._flush()
        self._waiting.append(verdict)
        if verdict.colour is not Colour.SKIPPED:
            self._flush()

    def _flush(self) -> None:
        if self._waiting:
            first, count = self._waiting[0], len(self._waiting)
            self._draw(first, first.name if count == 1 else f"{first.part} ({count} checks)")
        self._waiting.clear()

    def _draw(self, verdict: Verdict, name: str) -> None:
        sign, style = _SIGNS[verdict.colour]
        line = Grid.grid(padding=(0, 1), expand=False)
        line.add_column(width=1)
        line.add_column(width=_NAMES, overflow="fold")
        line.add_column(overflow="fold")
        told = Text(_told(verdict), style="dim" if verdict.colour is Colour.SKIPPED else "")
        if verdict.remedy:
            told.append(f"\n→ {verdict.remedy}", style="" if verdict.colour is Colour.SKIPPED else style)
        line.add_row(Text(sign, style=style), Text(name, style=style), told)
        self._print(line)

    def _print(self, line: Grid) -> None:
        if self._console.is_terminal:
            self._console.print(line)
            return
        with self._console.capture() as drawn:
            self._console.print(line)
        # A grid fills its lines with blanks.
        for row in drawn.get().splitlines():
            self._console.out(row.rstrip(), highlight=False)

    def end(self, sentence: str) -> None:
        """The last line."""
        self._flush()
        self._console.print()
        self._console.print(Text(sentence, style="bold"))


def _alike(one: Verdict, other: Verdict) -> bool:
    return (one.part, one.colour, one.sentence) == (other.part, Colour.SKIPPED, other.sentence)


def _told(verdict: Verdict) -> str:
    """The sentence, and what it is about unless that stands in it."""
    if not verdict.about or verdict.about in verdict.sentence:
        return verdict.sentence
    return f"{verdict.about}: {verdict.sentence}"


def counted(verdicts: Iterable[Verdict]) -> str:
    """How many there are of each colour."""
    counts = Counter(each.colour for each in verdicts)
    told = ", ".join(f"{counts[colour]} {colour}" for colour in Colour if counts[colour])
    return f"{told}." if told else "Nothing was looked at."
