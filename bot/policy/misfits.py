"""What a JSON Schema finds wrong with arguments, in sentences for whoever filled in a form."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, cast

from jsonschema.exceptions import ValidationError

from bot.domain.misfits import Misfit
from bot.domain.text import inert

#: more of them help nobody
MOST = 20
_LONGEST = 100

_TYPES = {
    "string": "a text",
    "integer": "a whole number",
    "number": "a number",
    "boolean": "yes or no",
    "array": "a list",
    "object": "an object",
    "null": "nothing",
}


def told(errors: Iterator[ValidationError]) -> tuple[Misfit, ...]:
    """The first few errors, each with the argument that it is about."""
    found: dict[Misfit, None] = {}
    for error in errors:
        found.update(dict.fromkeys(_misfits(error)))
        if len(found) >= MOST:
            break
    return tuple(found)[:MOST]


def _misfits(error: ValidationError) -> Iterator[Misfit]:
    path, wanted = tuple(error.absolute_path), cast(Any, error.validator_value)
    if error.validator == "required" and isinstance(error.instance, Mapping):
        for name in wanted:
            if name not in error.instance:
                yield Misfit(path=(*path, name), sentence="This is needed.")
        return
    if error.validator == "additionalProperties" and isinstance(error.instance, Mapping):
        yield Misfit(path=path, sentence="The policy does not know one of these arguments.")
        return
    sentence = _SENTENCES.get(str(error.validator))
    yield Misfit(path=path, sentence=sentence(wanted) if sentence else _UNFIT)


_UNFIT = "This does not fit what the policy takes here."


def _type(wanted: Any) -> str:
    kinds = [wanted] if isinstance(wanted, str) else list(wanted)
    return f"This has to be {' or '.join(_TYPES.get(kind, kind) for kind in kinds)}."


def _pattern(wanted: Any) -> str:
    return f"This has to look like {inert(str(wanted), limit=_LONGEST)}."


_SENTENCES: Mapping[str, Callable[[Any], str]] = {
    "type": _type,
    "pattern": _pattern,
    "enum": lambda wanted: "This is none of what the policy lists.",
    "const": lambda wanted: "This cannot be changed.",
    "minimum": lambda wanted: f"This has to be at least {wanted}.",
    "maximum": lambda wanted: f"This has to be at most {wanted}.",
    "exclusiveMinimum": lambda wanted: f"This has to be more than {wanted}.",
    "exclusiveMaximum": lambda wanted: f"This has to be less than {wanted}.",
    "multipleOf": lambda wanted: f"This has to be a multiple of {wanted}.",
    "minLength": lambda wanted: f"This needs at least {wanted} characters.",
    "maxLength": lambda wanted: f"This may have at most {wanted} characters.",
    "minItems": lambda wanted: f"This needs at least {wanted} entries.",
    "maxItems": lambda wanted: f"This may have at most {wanted} entries.",
    "uniqueItems": lambda wanted: "Every entry has to be another one.",
}
