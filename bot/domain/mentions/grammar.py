"""The grammar: from what somebody said to a command, or to what they could say instead.

Pure and total: any text gives an answer. Forgiving about case, articles, order, politeness, quotation
marks and punctuation; what was said beyond a command is never guessed at.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeAlias

from bot.domain import ids
from bot.domain.mentions import commands
from bot.domain.mentions.asking_stats import read_stats
from bot.domain.mentions.being_away import COVERING, read_away
from bot.domain.mentions.clauses import Clauses, clauses, is_target
from bot.domain.mentions.commands import Command, NotUnderstood
from bot.domain.mentions.ends import OPENING
from bot.domain.mentions.guide import BY_VERB, nearest
from bot.domain.mentions.printing import printed
from bot.domain.mentions.tokens import LONGEST, Word, cleaned, words
from bot.domain.mentions.verbs import verb_of, without_courtesies

#: longer conditions belong into the policy
LONGEST_CONDITION = 500
#: a name, as the policy and routes made here have them
LONGEST_NAME = 100

#: what people say who would decide, or give a request up
ON_THE_CARD = frozenset(
    {"approve", "approved", "lgtm", "reject", "rejected", "deny", "refuse", "edit", "release", "unclaim"}
)
DECIDE_THERE = (
    "That is done on the card, with everything in view: by its buttons, or behind More…. A word of yours here"
    " decides nothing."
)

_ADDING = frozenset({"add", "also", "too", "additionally", "loop", "bring"})
_ASIDES = frozenset({"please", "pls", "thanks", "thank", "you", "now", "all", "the", "again"})

_Understood: TypeAlias = Command | NotUnderstood
_Reader: TypeAlias = Callable[[str, Sequence[Word]], _Understood]


def parse(text: str) -> Command | NotUnderstood:
    """What somebody wants; never raises."""
    if len(text) > 4 * LONGEST or len(text := cleaned(text)) > LONGEST:
        return _no("This is too long for a command", "help")
    said = without_courtesies(words(text))
    if not any(word.key for word in said):
        return commands.Help()
    if ids.is_id(said[0].key, ids.REQUEST):
        return commands.Show(request_id=said[0].key)
    if said[0].key in OPENING or is_target(said[0].text):
        return _turned_round(text, said)
    found = verb_of(said)
    if found is None:
        return _unknown(text, said)
    verb, rest = found
    return _READERS[verb](text, rest)


def _turned_round(text: str, said: Sequence[Word]) -> _Understood:
    """Sentences that begin with their end or with a name: `until friday route …`, `@ben covers`."""
    if any(word.key in COVERING for word in said):
        return read_away(text, said)
    for position in range(1, len(said)):
        found = verb_of(said[position:])
        if found is not None and found[0] in ("route", "pause", "away"):
            return _READERS[found[0]](text, [*found[1], *said[:position]])
    return _unknown(text, said)


def _route(text: str, said: Sequence[Word]) -> _Understood:
    found = clauses(text, said)
    if len(found.rest) > 1 or not found.to:
        # `route to #finance` in a card's thread leaves the actions out.
        return _no("A route needs actions and where they go: a #channel, a @person or a @group", "route")
    if not found.rest:
        return (
            commands.SendTo(to=_once(found.to))
            if _only_targets(found)
            else _no("Which actions go there?", "route")
        )
    if found.when is not None and len(found.when) > LONGEST_CONDITION:
        return _no(f"A condition has at most {LONGEST_CONDITION} characters", "route")
    if not _is_name(found.rest[0]) or len(found.to) > 10:
        return _no("That is more than a route takes", "route")
    return commands.Route(
        match=found.rest[0],
        to=_once(found.to),
        when=found.when,
        until=found.until,
        confirmed=found.confirmed,
    )


def _send_to(text: str, said: Sequence[Word]) -> _Understood:
    found = clauses(text, [word for word in said if word.key not in _ADDING], conditions=False)
    if not found.to or not _only_targets(found) or len(found.to) > 10:
        return _no("This goes to @somebody, @agroup or #achannel", "to")
    # `also` may stand before the verb, among the courtesies.
    adds = any(word.key in _ADDING for word in words(text))
    return commands.SendTo(to=_once(found.to), adds=adds)


def _pause(text: str, said: Sequence[Word]) -> _Understood:
    found = clauses(text, said, conditions=False)
    if len(found.rest) != 1 or found.to or not _is_name(found.rest[0]):
        return _no("A pause is for actions", "pause")
    return commands.Pause(match=found.rest[0], until=found.until, confirmed=found.confirmed)


def _resume(text: str, said: Sequence[Word]) -> _Understood:
    found = clauses(text, said, conditions=False)
    if len(found.rest) > 1 or found.to or found.until or not all(map(_is_name, found.rest)):
        return _no("I can resume one thing at a time", "resume")
    return commands.Resume(match=found.rest[0] if found.rest else None, confirmed=found.confirmed)


def _unroute(text: str, said: Sequence[Word]) -> _Understood:
    found = clauses(text, said, conditions=False)
    if len(found.rest) != 1 or found.to or found.until or not _is_name(found.rest[0]):
        return _no("One route has to be named; `routes` lists them", "unroute")
    return commands.Unroute(name=found.rest[0], confirmed=found.confirmed)


def _show(text: str, said: Sequence[Word]) -> _Understood:
    rest = [word.key for word in said if word.key not in ("the", "request", "this", "it", *_ASIDES)]
    if not rest:
        return commands.Show()
    named = rest[0].strip("\"'")
    return (
        commands.Show(request_id=named)
        if ids.is_id(named, ids.REQUEST) and len(rest) == 1
        else _no("A request is named by its id, which stands at the end of its card", "show")
    )


def _help(text: str, said: Sequence[Word]) -> _Understood:
    topics = [found[0] for n in range(len(said)) if (found := verb_of(said[n:])) and found[0] in BY_VERB]
    return commands.Help(topic=topics[0] if topics else None)


def _ask(text: str, said: Sequence[Word]) -> _Understood:
    if said and all(is_target(word.text) or word.key in ("and", "or") for word in said):
        return _send_to(text, said)
    question = _rest_of(text, said)
    return commands.AskAgent(question=question) if question else _no("What should be asked?", "ask")


def _escalate(text: str, said: Sequence[Word]) -> _Understood:
    said = said[1:] if said and said[0].key in ("because", "since", "as") else said
    return commands.Escalate(why=_rest_of(text, said))


def _cancel(text: str, said: Sequence[Word]) -> _Understood:
    said = said[1:] if said and said[0].key in ("because", "since", "as") else said
    return commands.Withdraw(reason=_rest_of(text, said))


def _alone(command: Command, verb: str) -> _Reader:
    """A command of one word; anything but politeness after it is something else."""

    def read(text: str, said: Sequence[Word]) -> _Understood:
        if all(word.key in _ASIDES or not word.key for word in said):
            return command
        return _no(f"`{verb}` stands alone", verb)

    return read


def _unknown(text: str, said: Sequence[Word]) -> NotUnderstood:
    if said[0].key in ON_THE_CARD or [word.key for word in said[:2]] == ["take", "over"]:
        return NotUnderstood(why=DECIDE_THERE, example="help")
    word = next((word for word in said[:3] if nearest(word.key) is not None), None)
    entry = nearest(word.key) if word is not None else None
    if entry is None or word is None:
        return NotUnderstood(why="I did not understand that.", example="help")
    meant = _READERS[entry.verb](text, said[1:]) if word is said[0] else None
    if meant is not None and not isinstance(meant, NotUnderstood):
        return NotUnderstood(why="I did not understand that. Did you mean this?", example=printed(meant))
    return NotUnderstood(
        why=f"I did not understand that. Did you mean `{entry.verb}`, as here?", example=entry.example
    )


def _is_name(word: str) -> bool:
    """Whether actions or a route could be called so; quotation marks are left only around what is no name."""
    return len(word) <= LONGEST_NAME and not set(word) & {'"', "'"}


def _no(why: str, verb: str) -> NotUnderstood:
    entry = BY_VERB.get(verb)
    why = why if why.endswith("?") else f"{why}."
    return NotUnderstood(why=why, example=entry.example if entry else "help")


def _rest_of(text: str, said: Sequence[Word]) -> str:
    """What was said from here on, as it was written."""
    return text[said[0].start :] if said else ""


def _only_targets(found: Clauses) -> bool:
    return not found.rest and found.when is None and found.until is None


def _once(targets: Sequence[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(targets))


_READERS: dict[str, _Reader] = {
    "help": _help,
    "pending": _alone(commands.Pending(), "pending"),
    "show": _show,
    "routes": _alone(commands.Routes(), "routes"),
    "route": _route,
    "unroute": _unroute,
    "undo": _alone(commands.Undo(), "undo"),
    "yes": _alone(commands.Confirm(), "yes"),
    "no": _alone(commands.Decline(), "no"),
    "to": _send_to,
    "claim": _alone(commands.Claim(), "claim"),
    "escalate": _escalate,
    "ask": _ask,
    "cancel": _cancel,
    "away": read_away,
    "back": _alone(commands.Back(), "back"),
    "pause": _pause,
    "resume": _resume,
    "stats": read_stats,
    "inbox": _alone(commands.Inbox(), "inbox"),
}
