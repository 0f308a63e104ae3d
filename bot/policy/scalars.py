"""What a plain YAML scalar means here: the core schema of YAML 1.2, narrowed.

YAML 1.1, which the parser speaks by itself, reads `no` as false, `09:00` as 540 and `2027-02-01` as a
date; in a policy these are a person's name, a time and a text.
"""

from __future__ import annotations

import re
from typing import TypeAlias

Scalar: TypeAlias = str | int | float | bool | None

_WORDS: dict[str, Scalar] = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL"), None),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
}
#: a leading zero makes a code or an id, not a number; more digits than this are an id too
_INTEGER = re.compile(r"[-+]?(0|[1-9][0-9]{0,17})", re.ASCII)
_REAL = re.compile(r"[-+]?(0|[1-9][0-9]{0,17})\.[0-9]{1,18}", re.ASCII)


def scalar(text: str) -> Scalar:
    """The value of an unquoted scalar without a tag."""
    if text in _WORDS:
        return _WORDS[text]
    if _INTEGER.fullmatch(text):
        return int(text)
    return float(text) if _REAL.fullmatch(text) else text
