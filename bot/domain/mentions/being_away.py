"""`away until monday, @bob covers`: who is away, until when, and who covers, said in any order."""

from __future__ import annotations

from collections.abc import Sequence

from bot.domain.mentions.clauses import clauses
from bot.domain.mentions.commands import Away, NotUnderstood
from bot.domain.mentions.guide import BY_VERB
from bot.domain.mentions.tokens import Word

COVERING = frozenset({"cover", "covers", "covering", "covered"})
_OF_A_PRONOUN = frozenset(
    {"for", "me", "by", "with", "will", "is", "be", "my", "i'm", "away", "while", "i", "am"}
)
_NO = "I know `away`, an end, and who covers, as @name."


def read_away(text: str, said: Sequence[Word]) -> Away | NotUnderstood:
    """Until when somebody is away, and who covers."""
    found = clauses(text, [word for word in said if not _is_about_covering(word, said)], conditions=False)
    names = [name for name in found.to if name.startswith("@")]
    if found.rest or len(names) > 1 or len(names) != len(found.to):
        return NotUnderstood(why=_NO, example=BY_VERB["away"].example)
    return Away(until=found.until, cover=names[0] if names else None)


def _is_about_covering(word: Word, said: Sequence[Word]) -> bool:
    if word.key in COVERING:
        return True
    if not any(other.key in COVERING for other in said):
        return False
    # `for me` is about covering, `for 3 days` is an end.
    following = next((other.key for other in said if other.start > word.start), "")
    return word.key in _OF_A_PRONOUN and (word.key != "for" or following in ("me", "my"))
