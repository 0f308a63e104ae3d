"""What an edit changes, argument by argument, in words for people: nothing that changes is left out."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from bot.domain.arguments import Path, hidden, is_masked, leaves, masks, shown, written
from bot.domain.word_diff import Run, word_diff

#: texts longer than this are compared word by word
_SHORT = 40


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """One argument that is not what it was."""

    #: such as `order` or `lines[0].sku`
    path: str
    #: None where there was none
    before: str | None
    #: None where there is none any more
    after: str | None
    masked: bool = False
    #: word by word, for longer texts; else empty
    words: tuple[Run, ...] = ()

    @property
    def sentence(self) -> str:
        """`240.00 → 200.00`."""
        before, after = ("nothing" if each is None else each for each in (self.before, self.after))
        return f"{before} → {after}"


def differences(
    before: Mapping[str, Any], after: Mapping[str, Any], mask: Iterable[str] = ()
) -> tuple[Difference, ...]:
    """Everything that differs, in reading order; `mask` holds paths as the policy writes them."""
    masked = masks(mask)
    return tuple(_difference(*each, masked=is_masked(each[0], masked)) for each in _differing(before, after))


_NONE = object()


def _differing(before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[tuple[Path, Any, Any]]:
    old, new = dict(leaves(before)), dict(leaves(after))
    for path in dict.fromkeys((*old, *new)):
        was, now = old.get(path, _NONE), new.get(path, _NONE)
        if type(was) is not type(now) or was != now:
            yield path, was, now


def _difference(path: Path, was: Any, now: Any, *, masked: bool) -> Difference:
    tell = hidden if masked else shown
    before, after = (None if each is _NONE else tell(each) for each in (was, now))
    words: tuple[Run, ...] = ()
    if before is not None and before == after:
        # A change of type, of what cannot be seen, or behind a mask.
        before, after = _as_written(was), _as_written(now)
        if masked:
            before, after = hidden(was), f"{hidden(now)} (another one)"
    elif not masked and isinstance(was, str) and isinstance(now, str) and _is_long(was, now):
        words = word_diff(was, now)
    return Difference(path=written(path), before=before, after=after, masked=masked, words=words)


def _is_long(was: str, now: str) -> bool:
    return "\n" in was or "\n" in now or max(len(was), len(now)) > _SHORT


def _as_written(value: Any) -> str:
    """A value as JSON in plain ASCII: equal texts are equal values."""
    return json.dumps(value)
