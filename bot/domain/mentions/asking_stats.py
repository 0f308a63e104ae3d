"""`stats by rule for refund.* last 4 weeks`: its clauses stand in any order."""

from __future__ import annotations

import re
from collections.abc import Sequence

from bot.domain.mentions.commands import NotUnderstood, Stats
from bot.domain.mentions.guide import BY_VERB
from bot.domain.mentions.spans import Span, read_span
from bot.domain.mentions.tokens import Word

#: what numbers are told apart by, and the other words for it
DIMENSIONS = {
    "rule": ("rule", "rules"),
    "agent": ("agent", "agents", "bot", "bots"),
    "agent_version": ("agent_version", "version", "versions", "release", "releases"),
    "action": ("action", "actions"),
    "reviewer": ("reviewer", "reviewers", "person", "people", "approver", "approvers", "who"),
    "channel": ("channel", "channels"),
    "week": ("week", "weeks", "weekly"),
    "mode": ("mode", "modes"),
    "policy_version": ("policy_version", "policy", "policies"),
}
_BY_WORD = {word: dimension for dimension, others in DIMENSIONS.items() for word in others}
_BY = frozenset({"by", "per", "each"})
_FOR = frozenset({"for", "of", "on", "about"})
_ASIDES = frozenset(
    {"please", "pls", "thanks", "thank", "you", "now", "the", "all", "my", "our", "and", "me"}
)
_PATTERN = re.compile(r"[A-Za-z0-9_*][A-Za-z0-9_.*:-]{0,99}", re.ASCII)
_NO = "I know `stats`, what they are told apart by, for which actions, and since when."


def read_stats(text: str, said: Sequence[Word]) -> Stats | NotUnderstood:
    """What somebody wants numbers of."""
    by: str | None = None
    match: str | None = None
    span: Span | None = None
    keys = [word.key for word in said]
    position = 0
    while position < len(said):
        found = read_span(keys[position:])
        following = keys[position + 1] if position + 1 < len(keys) else ""
        if found is not None and span is None:
            span, taken = found
        elif keys[position] in _BY and following in _BY_WORD and by is None:
            by, taken = _BY_WORD[following], 2
        elif keys[position] == "weekly" and by is None:
            by, taken = "week", 1
        elif keys[position] in _FOR and following and match is None and _pattern(said[position + 1]):
            match, taken = _pattern(said[position + 1]), 2
        elif match is None and ("." in keys[position] or "*" in keys[position]) and _pattern(said[position]):
            match, taken = _pattern(said[position]), 1
        elif keys[position] in _ASIDES | _FOR or not keys[position]:
            taken = 1
        else:
            return NotUnderstood(why=_NO, example=BY_VERB["stats"].example)
        position += taken
    return Stats(by=by, match=match, span=span)


def _pattern(word: Word) -> str | None:
    """The actions that a word names, None for a word that cannot be one."""
    text = word.text.strip("\"'").rstrip(",;!?").rstrip(".:")
    is_word = text.lower() in _BY | _FOR | _ASIDES or read_span([text.lower()]) is not None
    return text if _PATTERN.fullmatch(text) and not text.isdigit() and not is_word else None
