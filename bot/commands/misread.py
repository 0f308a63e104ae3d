"""What is wrong with a value on the command line, in a sentence that says what to write.

The library reads values with another library and passes on what that says about them, prefixes and all.
"""

from __future__ import annotations

import re
from typing import Any

from typer import BadParameter
from typer.core import TyperGroup

from bot.spelling import listed

_NOT_ONE_OF = re.compile(r"(?P<given>.*) is not one of (?P<known>.*?)\.?")
_NO_DAY = re.compile(r"(?P<given>.*) does not match the formats .*")


class PlainGroup(TyperGroup):
    """Commands whose users are told in plain words what they wrote wrong."""

    def invoke(self, ctx: Any) -> Any:  # of a type that typer keeps to itself
        """Run the command; raises `BadParameter` in our words."""
        try:
            return super().invoke(ctx)
        except BadParameter as error:
            error.message = in_plain_words(error)
            raise


def in_plain_words(error: BadParameter) -> str:
    """The sentence; what is known to nobody here stays as it is, without its prefix."""
    found = getattr(error.__cause__, "errors", None)
    if found is None:
        return error.message
    details = found()[0]
    given, bounds = f'"{details["input"]}"', details.get("ctx", {})
    if details["type"] == "int_parsing":
        return f"{given} is not a whole number; write one in digits."
    if "ge" in bounds:
        return f"{given} is too small; {bounds['ge']} is the least."
    if "le" in bounds:
        return f"{given} is too large; {bounds['le']} is the most."
    return _of_our_own_kinds(given, str(bounds.get("error", error.message)))


def _of_our_own_kinds(given: str, message: str) -> str:
    if found := _NOT_ONE_OF.fullmatch(message):
        known = [word.strip(" '") for word in found["known"].split(",")]
        return f"{given} is not known; write {listed(known, 'or')}."
    if _NO_DAY.fullmatch(message):
        return f"{given} is not a day; write it as 2026-03-02."
    return message.removeprefix("Value error, ")
