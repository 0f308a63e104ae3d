"""Words of what was said, with where they stand, so that a condition is kept as it was written."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

#: a command is one sentence; whoever pastes a page wants something else
LONGEST = 2_000

_QUOTES = str.maketrans(
    {
        **dict.fromkeys("“”„‟«»", '"'),
        **dict.fromkeys("‘’‚‛", "'"),
        **dict.fromkeys("–—−", "-"),
        "`": " ",
    }
)
#: a text in quotation marks, or what stands between spaces; an apostrophe inside a word opens nothing
_WORD = re.compile(r"""(?:"[^"]*"|(?<![^\s=(,!<>&|+\[])'[^']*'|[^\s"])+|\S""")
_ENDS = ".,;:!?"


@dataclass(frozen=True, slots=True)
class Word:
    """One word; `key` is what it is compared by."""

    text: str
    start: int
    end: int

    @property
    def key(self) -> str:
        """The word in small letters without the punctuation that follows it."""
        return self.text.lower().rstrip(_ENDS)


def cleaned(text: str) -> str:
    """The text on one line with straight quotation marks and nothing invisible in it."""
    straight = text.translate(_QUOTES)
    visible = "".join(" " if c.isspace() else c for c in straight if c.isspace() or not _is_hidden(c))
    return " ".join(visible.split())


def words(text: str) -> list[Word]:
    """The words of a cleaned text."""
    return [Word(found[0], found.start(), found.end()) for found in _WORD.finditer(text)]


def starts_with(said: Sequence[Word], phrase: str) -> bool:
    """Whether the words begin with a phrase in small letters."""
    wanted = phrase.split()
    return len(said) >= len(wanted) and all(word.key == one for word, one in zip(said, wanted, strict=False))


def _is_hidden(character: str) -> bool:
    return unicodedata.category(character) in ("Cc", "Cf", "Co", "Cs", "Cn")
