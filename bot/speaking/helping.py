"""`help`, and what is said to somebody who was not understood."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from bot.domain.mentions import commands
from bot.domain.mentions.guide import BY_VERB, GUIDE, Entry
from bot.speaking.spoken import Heard, Place


def help_with(command: commands.Help) -> Heard:
    """Everything that can be said, or one command in full."""
    entry = BY_VERB.get(command.topic or "")
    if entry is not None:
        return Heard(lines=(_line(entry), _who(entry)))
    return Heard(lines=tuple(_everything()))


def not_understood(answer: commands.NotUnderstood, places: Iterable[Place] = ()) -> Heard:
    """Why, and what to say instead, with the channels among `places` as people write them."""
    example = answer.example
    for place in places:
        if place.label.startswith("#"):
            example = example.replace(place.destination, place.label)
    closing = "Say `help` for everything I know."
    if answer.example == "help":
        return Heard(lines=(answer.why, closing))
    leading = "" if "Did you mean" in answer.why else "For example: "
    return Heard(lines=(f"{answer.why} {leading}`{example}`", closing))


def _everything() -> Iterator[str]:
    yield "You can say to me:"
    yield from (_line(entry) for entry in GUIDE if not entry.in_thread)
    yield "In the thread of a card:"
    yield from (_line(entry) for entry in GUIDE if entry.in_thread)


def _line(entry: Entry) -> str:
    return f"`{entry.example}`: {entry.does}{' (leads)' if entry.for_leads else ''}."


def _who(entry: Entry) -> str:
    where = "It is said in the thread of a card" if entry.in_thread else "It can be said anywhere"
    return f"{where}, by those who lead the action." if entry.for_leads else f"{where}."
