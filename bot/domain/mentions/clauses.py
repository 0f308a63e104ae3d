"""Clauses of a sentence that may stand in any order: to whom, under which condition, until when."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import takewhile

from bot.domain.mentions.commands import HERE
from bot.domain.mentions.ends import OPENING, read_end
from bot.domain.mentions.moments import Moment
from bot.domain.mentions.tokens import Word, words

WHEN = frozenset({"when", "if", "where", "whenever"})
CONFIRMING = frozenset({"confirm", "confirmed", "yes"})
_TO = frozenset({"to", "into", "towards"})
_PLATFORMS = ("slack:", "teams:", "web:")
_JOINING = frozenset({"and", "&", "+", "or", "also"})
_ARTICLES = frozenset({"the", "a", "an", "all", "any", "every", "each", "my", "our", "in", "this", "both"})
_NOUNS = frozenset(
    {"requests", "request", "actions", "action", "approvals", "of", "things", "stuff", "channel"}
)
_ASIDES = frozenset({"please", "pls", "thanks", "thank", "you", "now"})
_EVERYTHING = frozenset({"everything", "anything"})
#: the longest end there is: `until the 1st of december 2026 at 9:00 pm`
_LONGEST_END = 10
#: what may follow a name
_AROUND = " ,;!?"


@dataclass(slots=True)
class Clauses:
    """What the words of a sentence say beside its verb."""

    to: list[str] = field(default_factory=list)
    when: str | None = None
    until: Moment | None = None
    confirmed: bool = False
    #: what belongs to none of the clauses, such as `refund.*`
    rest: list[str] = field(default_factory=list)


def clauses(text: str, said: Sequence[Word], *, conditions: bool = True) -> Clauses:
    """The clauses of words that stand in a text."""
    found = Clauses()
    position = 0
    while position < len(said):
        position += _clause(found, text, said[position:], conditions=conditions)
    return found


def is_target(text: str) -> bool:
    """Whether a word names a person, a group or a channel."""
    word = target(text)
    return (len(word) > 1 and word[0] in "@#") or word.startswith(_PLATFORMS)


def target(text: str) -> str:
    """A target without the punctuation around it, and without quotation marks, which no name has."""
    bare = " ".join(text.replace('"', "").split())
    word = _unquoted(bare.rstrip(_AROUND)).rstrip(f".{_AROUND}")
    platform, colon, place = word.partition(":")
    known = colon and f"{platform.lower()}:" in _PLATFORMS
    return f"{platform.lower()}:{place.strip()}" if known else word


def _clause(found: Clauses, text: str, said: Sequence[Word], *, conditions: bool) -> int:
    """Take one clause from the beginning of the words; how many words it took."""
    key = said[0].key
    if conditions and key in WHEN and found.when is None:
        return _condition(found, text, said)
    if key in OPENING and found.until is None:
        taken = _end(found, said)
        if taken:
            return taken
    if key in CONFIRMING and len(said) == 1:
        found.confirmed = True
    elif key == HERE or (key == "this" and _key(said, 1) == "channel"):
        found.to.append(HERE)
        return 1 if key == HERE else 2
    elif is_target(said[0].text):
        return _target(found, said)
    elif key in _EVERYTHING:
        found.rest.append("*")
    elif key and key not in _TO | _JOINING | _ARTICLES | _NOUNS | _ASIDES:
        found.rest.append(_name(said[0].text))
    return 1


def _condition(found: Clauses, text: str, said: Sequence[Word]) -> int:
    """A condition goes on until something follows that cannot belong to one, or that was said before it."""
    ends = (n for n in range(1, len(said)) if said[n].start < said[0].start or _ends_condition(said[n:]))
    taken = next(ends, len(said))
    if taken > 1:
        found.when = text[said[1].start : said[taken - 1].end].rstrip(",;").strip()
    return taken


def _ends_condition(said: Sequence[Word]) -> bool:
    key = said[0].key
    if key in OPENING:
        return any(read_end(said[:n]) is not None for n in range(2, min(len(said), _LONGEST_END) + 1))
    if key in _TO or key == "and":
        return len(said) > 1 and (is_target(said[1].text) or _key(said, 1) == HERE)
    return key in CONFIRMING and len(said) == 1


def _end(found: Clauses, said: Sequence[Word]) -> int:
    """As many words as name an end, the most that do."""
    for count in range(min(len(said), _LONGEST_END), 1, -1):
        moment = read_end(said[:count])
        if moment is not None:
            found.until = moment
            return count
    return 0


def _target(found: Clauses, said: Sequence[Word]) -> int:
    """One target; the name of a team in Teams may have spaces in it before the slash."""
    count = 1
    if said[0].text.lower().startswith("teams:") and "/" not in said[0].text:
        following = takewhile(lambda word: not _begins_anew(word), said[1:4])
        inside = (n for n, word in enumerate(following, 1) if "/" in word.text)
        count = next(inside, 0) + 1
    found.to.append(target(" ".join(word.text for word in said[:count])))
    return count


def _begins_anew(word: Word) -> bool:
    """Whether it cannot be of the name of a team: another target, or the beginning of a condition."""
    return word.key in WHEN or target(word.text).startswith(_PLATFORMS)


def _name(text: str) -> str:
    """A name without what stands around it; in its quotation marks where it would mean something else alone.

    So `pause "everything"` is not about everything.
    """
    bare = _unquoted(text.rstrip(_AROUND)).rstrip(f".{_AROUND}")
    return bare if bare == text or clauses(bare, words(bare)).rest == [bare] else text


def _key(said: Sequence[Word], position: int) -> str:
    return said[position].key if position < len(said) else ""


def _unquoted(text: str) -> str:
    return text[1:-1] if len(text) > 2 and text[0] == text[-1] and text[0] in "\"'" else text
