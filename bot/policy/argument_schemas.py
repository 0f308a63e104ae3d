"""JSON Schemas of arguments (Draft 2020-12), compiled once."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from jsonschema import Draft202012Validator
from jsonschema.exceptions import SchemaError, ValidationError, best_match
from referencing import Registry
from referencing.exceptions import Unresolvable
from referencing.jsonschema import DRAFT202012

from bot.domain.errors import Invalid
from bot.domain.misfits import Misfit
from bot.policy.misfits import told
from bot.policy.paths import wire_path
from bot.policy.problems import UnfitError

#: no schema is ever fetched
_NOTHING_ELSE: Registry[Any] = Registry()


class ArgumentSchema:
    """What the arguments of one action must look like."""

    def __init__(self, schema: Mapping[str, Any]) -> None:
        """Compile a schema; raises UnfitError with a sentence when it is none."""
        try:
            Draft202012Validator.check_schema(schema)
        except SchemaError as error:
            place = ".".join(str(part) for part in error.absolute_path)
            where = f" at {place}" if place else ""
            raise UnfitError(f"This is not a JSON Schema{where}: {error.message}.") from None
        _check_references(schema)
        self._validator = Draft202012Validator(schema, registry=_NOTHING_ELSE)
        try:
            self._validator.is_valid({})
        except RecursionError:
            raise UnfitError("This schema refers to itself without end.") from None
        #: the schema as JSON text
        self.text = json.dumps(schema, sort_keys=True, ensure_ascii=False, separators=(",", ":"))

    def demand(self, action: str, arguments: Mapping[str, Any]) -> None:
        """Raise Invalid naming the argument that does not fit."""
        if self._validator.is_valid(arguments):
            return
        error = best_match(self._validator.iter_errors(arguments))
        if error is not None:
            raise _misfit(action, error)

    def misfits(self, arguments: Mapping[str, Any]) -> tuple[Misfit, ...]:
        """Everything that does not fit, for a form."""
        return told(self._validator.iter_errors(arguments))


def _misfit(action: str, error: ValidationError) -> Invalid:
    place = wire_path(tuple(error.absolute_path))
    problem = _without_the_value(error)
    problem = problem if len(problem) <= 200 else f"{problem[:200]}…"
    return Invalid(f"{place} does not fit what {action} takes: {problem}.", field=place)


def _without_the_value(error: ValidationError) -> str:
    """What does not fit; jsonschema begins most of its sentences with the value, however long and secret."""
    value = repr(error.instance)
    return f"it{error.message.removeprefix(value)}" if error.message.startswith(value) else error.message


def _check_references(schema: Mapping[str, Any]) -> None:
    resolver = _NOTHING_ELSE.resolver_with_root(DRAFT202012.create_resource(schema))
    for reference in _references(schema):
        if not reference.startswith("#"):
            raise UnfitError(
                f'"{reference}" points outside the policy; copy that schema in and write "#/$defs/…".'
            )
        try:
            resolver.lookup(reference)
        except Unresolvable:
            raise UnfitError(f'"{reference}" points to nothing in this schema.') from None


def _references(schema: Any) -> Iterator[str]:
    if isinstance(schema, Mapping):
        for key, value in schema.items():
            if key in ("$ref", "$dynamicRef") and isinstance(value, str):
                yield value
            else:
                yield from _references(value)
    elif isinstance(schema, list):
        for item in schema:
            yield from _references(item)
