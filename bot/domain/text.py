"""Words from outside, made inert: what is left is what a reader sees, in the order it is read.

Removed are characters that are invisible, change the direction of reading, carry hidden text (tags,
selectors) or mean something else to every machine (private use, unassigned, control). Markup and mentions
are not text's business: each platform escapes its own.

`inert` is for prose: what was hidden on purpose leaves the mark U+FFFD, what is merely invisible leaves
nothing. `exact` is for values that will run: nothing is left out, what cannot be seen is named.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable

#: stands where something was hidden
MARK = "\N{REPLACEMENT CHARACTER}"
#: more blanks in a row push words out of sight
MOST_SPACES = 16
#: more marks on one letter are drawn over the lines around it (real scripts need up to five)
MOST_MARKS = 5

#: marks in a row that are put in order (UAX #15, Stream-Safe Text Format); for more, the time grows with
#: the square of their number
MOST_IN_A_ROW = 30

#: what plain ASCII must not contain to be inert as it is; one search settles nearly every text
_UNUSUAL = re.compile(rf"[^\x20-\x7e\n]|\n *\n *\n| {{{MOST_SPACES + 1}}}")
_BLANK_LINES = re.compile(r"(?: *\n){3,}")
_SPACES = re.compile(f" {{{MOST_SPACES + 1},}}")
_MARKS = re.compile(f"{MARK}{{2,}}")

_EMOJI = (
    "\u00a9\u00ae\u203c\u2049\u2122\u2139\u2190-\u21ff\u2300-\u23ff\u24c2\u25a0-\u27bf\u2934\u2935"
    "\u2b00-\u2bff\u3030\u303d\u3297\u3299\U0001f000-\U0001faff"
)
_STRAY_SELECTOR = re.compile(f"(?<![{_EMOJI}0-9#*])[\ufe0e\ufe0f]")
_STRAY_JOINER = re.compile(f"(?<![{_EMOJI}\ufe0f])\u200d|\u200d(?![{_EMOJI}])")
#: as above, but joiners inside a word of a script that spells with them (Persian, Hindi …) are no strangers
_STRAY_IN_VALUE = re.compile(
    f"(?<![{_EMOJI}\ufe0f\u0600-\u1fff])[\u200c\u200d]|[\u200c\u200d](?![{_EMOJI}\u0600-\u1fff])"
)
#: a run long enough to hold too many marks; no script keeps its marks below U+0300
_CROWD = re.compile(rf"[\u0300-\U0010ffff]{{{MOST_MARKS + 1},}}")
_HORDE = re.compile(rf"[\u0300-\U0010ffff]{{{MOST_IN_A_ROW + 1},}}")

#: invisible, yet letters or symbols to Unicode: fillers, a joiner, an empty Braille cell
_BLANKS = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0")
#: formats that can be seen: signs that span the Arabic or Syriac number after them
_VISIBLE_FORMATS = frozenset("\u0600\u0601\u0602\u0603\u0604\u0605\u06dd\u070f\u0890\u0891\u08e2")
#: formats that honest text is full of: soft hyphen, joiners, marks and isolates that templates insert
_COMMON_FORMATS = frozenset(
    "\u00ad\u061c\u200b\u200c\u200d\u200e\u200f\u2060\u2061\u2062\u2063\u2064\u2066\u2067\u2068\u2069\ufeff"
)
_SELECTORS = (range(0xFE00, 0xFE10), range(0x180B, 0x1810), range(0xE0100, 0xE01F0))
_BREAKS = frozenset("\n\x0b\x0c\r\x85\u2028\u2029")
_EMOJI_GLUE = frozenset("\u200d\ufe0e\ufe0f")
_QUOTES = str.maketrans("“”„‟", '""""')
#: private use, unassigned, surrogates, control, other formats: tags, overrides, embeddings
_HIDING = frozenset({"Co", "Cn", "Cs", "Cc", "Cf"})


def inert(text: str, *, limit: int | None = None, lines: int | None = None) -> str:
    """The text without anything that hides, turns or pushes away, in `limit` characters, `lines` lines."""
    shown = text if text.isascii() and not _UNUSUAL.search(text) else _cleaned(text)
    shown = shown.strip()
    if lines is not None:
        shown = _first_lines(shown, lines)
    return shown if limit is None else shortened(shown, limit)


def one_line(text: str, limit: int | None = None) -> str:
    """The inert text on one line with single spaces, for labels and headings."""
    return inert(" ".join(inert(text).split()), limit=limit)


def quoted(text: str, limit: int | None = None) -> str:
    """The text on one line in quotation marks that it cannot close, for words of others inside our own."""
    return f"“{one_line(text, limit).translate(_QUOTES)}”"


def shortened(text: str, limit: int) -> str:
    """The text in at most `limit` characters; what was cut leaves `…`."""
    if len(text) <= limit:
        return text
    return f"{text[: limit - 1].rstrip(' ' + chr(0x200D))}…" if limit > 0 else ""


def exact(text: str) -> str:
    """The text with nothing left out: what cannot be seen is named, as in `ab⟨U+202E⟩cd`."""
    if text.isascii() and not _UNUSUAL.search(text):
        return text
    named = text.replace("\r\n", "\n").translate(_NAMING)
    named = _STRAY_IN_VALUE.sub(_name_found, _STRAY_SELECTOR.sub(_name_found, named))
    named = _CROWD.sub(lambda crowd: _thinned(crowd[0], instead=_named), named)
    named = _SPACES.sub(lambda run: f"⟨{len(run[0])} spaces⟩", named)
    return _BLANK_LINES.sub(lambda run: f"\n⟨{run[0].count(chr(10))} line breaks⟩\n", named)


def hides_something(text: str) -> bool:
    """Whether the text held characters that only serve to deceive: `inert` leaves marks in their place."""
    return not text.isascii() and MARK in text.replace(MARK, "").translate(_CLEANING)


def _cleaned(text: str) -> str:
    text = text.replace("\r\n", "\n").translate(_CLEANING)
    text = composed(_STRAY_JOINER.sub("", _STRAY_SELECTOR.sub("", text)))
    text = _CROWD.sub(lambda crowd: _thinned(crowd[0]), _MARKS.sub(MARK, text))
    return _BLANK_LINES.sub("\n\n", _SPACES.sub(" " * MOST_SPACES, text))


def composed(text: str) -> str:
    """The text in its composed form (NFC), without what follows too many marks in a row."""
    return unicodedata.normalize("NFC", _HORDE.sub(lambda run: _bounded(run[0]), text))


def _bounded(run: str) -> str:
    """The run with at most `MOST_IN_A_ROW` marks in a row."""
    if sum(map(bool, map(unicodedata.combining, run))) <= MOST_IN_A_ROW:
        return run
    kept: list[str] = []
    marks = 0
    for character in run:
        marks = marks + 1 if unicodedata.combining(character) else 0
        if marks <= MOST_IN_A_ROW:
            kept.append(character)
    return "".join(kept)


def _first_lines(text: str, most: int) -> str:
    found = text.split("\n")
    if len(found) <= most:
        return text
    kept = found[: max(most - 1, 0)]
    return "\n".join([*kept, f"… ({len(found) - len(kept)} more lines)"])


def _thinned(crowd: str, instead: Callable[[str], str] = lambda _: "") -> str:
    """The run with at most `MOST_MARKS` marks on each letter, and something instead of the others."""
    kept: list[str] = []
    marks = 0
    for character in crowd:
        marks = marks + 1 if unicodedata.category(character) == "Mn" else 0
        kept.append(character if marks <= MOST_MARKS else instead(character))
    return "".join(kept)


def _named(character: str) -> str:
    return f"⟨U+{ord(character):04X}⟩"


def _name_found(found: re.Match[str]) -> str:
    return _named(found[0])


def _cleaned_character(character: str) -> str:
    if character in _BREAKS:
        return "\n"
    if character in _EMOJI_GLUE or character in _VISIBLE_FORMATS:
        return character  # what does not belong to an emoji goes in the next step
    if character in _COMMON_FORMATS or character in _BLANKS or _is_selector(character):
        return ""
    if character == "\t":
        return "    "
    category = unicodedata.category(character)
    if category == "Me" and character != "\u20e3":
        return ""  # circles and squares drawn around letters; the keycap is an emoji's
    if category == "Zs":
        return " "
    return MARK if category in _HIDING else character


def _named_character(character: str) -> str:
    if character in "\n\u200c":
        return character
    cleaned = _cleaned_character(character)
    return cleaned if cleaned == character or (cleaned.isspace() and cleaned != "\n") else _named(character)


def _is_selector(character: str) -> bool:
    return any(ord(character) in selectors for selectors in _SELECTORS)


class _Table(dict[int, str]):
    """A table for `str.translate` that works out each character when it is first met."""

    #: hostile text must not fill the memory with characters met once
    MOST = 20_000

    def __init__(self, rule: Callable[[str], str]) -> None:
        super().__init__()
        self._rule = rule

    def __missing__(self, code: int) -> str:
        made = self._rule(chr(code))
        if len(self) < self.MOST:
            self[code] = made
        return made


_CLEANING = _Table(_cleaned_character)
_NAMING = _Table(_named_character)
