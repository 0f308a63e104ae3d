"""What changed in a text, word by word: enough to read a redrafted message at a glance.

Nothing is left out but long stretches that stayed as they were, and characters that cannot be seen are named.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum

from bot.domain.text import exact

#: words that are shown around a change
AROUND = 12

_WORDS = re.compile(r"\n|[^\S\n]+|[^\s]+")
#: comparing takes up to the product of both lengths; beyond it the text counts as written anew
_MOST_WORK = 4_000_000


class RunKind(StrEnum):
    """What became of some words."""

    KEPT = "kept"
    GONE = "gone"
    NEW = "new"


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """Words that stand next to each other and had the same fate."""

    kind: RunKind
    text: str


def word_diff(before: str, after: str) -> tuple[Run, ...]:
    """The words of both texts in reading order; what is gone comes before what is new."""
    old, new = _WORDS.findall(before), _WORDS.findall(after)
    same = _same_at_the_start(old, new)
    left = min(len(old), len(new)) - same
    tail = min(_same_at_the_start(old[::-1], new[::-1]), left)
    changed = _between(old[same : len(old) - tail], new[same : len(new) - tail])
    found = [(RunKind.KEPT, old[:same]), *changed, (RunKind.KEPT, old[len(old) - tail :])]
    return tuple(Run(kind=kind, text=_told(kind, words)) for kind, words in found if words)


def condensed(runs: tuple[Run, ...], around: int = AROUND) -> tuple[Run, ...]:
    """The runs with only so many words of what stayed beside each change."""
    last = len(runs) - 1
    return tuple(
        run if run.kind is not RunKind.KEPT else _cut(run, around, first=place == 0, last=place == last)
        for place, run in enumerate(runs)
    )


def marked(runs: tuple[Run, ...]) -> str:
    """The runs as plain text that reads aloud: `The [−green−] [+blue+] one`."""
    return "".join(_MARKS[run.kind].format(run.text) for run in runs)


_MARKS = {RunKind.KEPT: "{}", RunKind.GONE: "[−{}−]", RunKind.NEW: "[+{}+]"}


def _between(old: list[str], new: list[str]) -> Iterator[tuple[RunKind, list[str]]]:
    if len(old) * len(new) > _MOST_WORK:
        yield from ((RunKind.GONE, old), (RunKind.NEW, new))
        return
    matcher = SequenceMatcher(None, old, new, autojunk=len(old) * len(new) > _MOST_WORK // 100)
    for kind, from_old, to_old, from_new, to_new in matcher.get_opcodes():
        if kind == "equal":
            yield RunKind.KEPT, old[from_old:to_old]
        else:
            yield from ((RunKind.GONE, old[from_old:to_old]), (RunKind.NEW, new[from_new:to_new]))


def _same_at_the_start(old: list[str], new: list[str]) -> int:
    count = 0
    for one, other in zip(old, new, strict=False):
        if one != other:
            break
        count += 1
    return count


def _told(kind: RunKind, words: list[str]) -> str:
    """The words as they are read; what changed with every character that would not be seen."""
    text = "".join(words)
    if kind is RunKind.KEPT:
        return exact(text)
    return "".join(c if c in " \n" or exact(c) == c else f"⟨U+{ord(c):04X}⟩" for c in text)


def _cut(run: Run, around: int, *, first: bool, last: bool) -> Run:
    words = _WORDS.findall(run.text)
    # A word and the blank after it.
    head = 0 if first else 2 * around
    tail = 0 if last else 2 * around
    if len(words) <= head + tail + 2:
        return run
    start, end = words[:head], words[len(words) - tail :]
    return Run(kind=run.kind, text=f"{''.join(start)} … {''.join(end)}")
