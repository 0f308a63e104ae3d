"""JSON schemas as rows that people can read: one field each, nested ones by their path."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

_KINDS = {
    "string": "text",
    "integer": "whole number",
    "number": "number",
    "boolean": "true or false",
    "object": "object",
    "array": "list",
    "null": "null",
}
_LIMITS = {
    "maxLength": "at most {} characters",
    "maxItems": "at most {} entries",
    "maxProperties": "at most {} entries",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One field."""

    path: str
    kind: str
    required: bool
    about: str


def rows(
    schema: Mapping[str, Any], schemas: Mapping[str, Any], *, into: frozenset[str] = frozenset()
) -> list[Row]:
    """The fields of a schema; types named in `into` are told elsewhere and not opened."""
    return list(_rows(schema, schemas, "", into))


def _rows(
    schema: Mapping[str, Any], schemas: Mapping[str, Any], path: str, closed: frozenset[str]
) -> Iterator[Row]:
    schema = _resolved(schema, schemas)
    required = schema.get("required", ())
    for name, field in schema.get("properties", {}).items():
        here = f"{path}.{name}" if path else name
        yield _row(here, field, schemas, required=name in required)
        inner = _inner(field)
        target = inner.get("$ref", "").rpartition("/")[2]
        if target and target not in closed:
            many = "[]" if _plain(field).get("type") == "array" else ""
            yield from _rows(inner, schemas, here + many, closed)


def _row(path: str, field: Mapping[str, Any], schemas: Mapping[str, Any], *, required: bool) -> Row:
    plain = _plain(field)
    target = _resolved(plain, schemas)
    told = [field.get("description", ""), target.get("description", "") if target is not plain else ""]
    limits = [f"from {plain['minimum']} to {plain['maximum']}"] if "maximum" in plain else []
    limits += [words.format(f"{plain[key]:,}") for key, words in _LIMITS.items() if key in plain]
    about = " ".join(sentence for sentence in (*told, _sentence(limits)) if sentence)
    return Row(path=path, kind=_kind(field, schemas), required=required, about=about)


def _sentence(limits: list[str]) -> str:
    text = ", ".join(limits)
    return f"{text[0].upper()}{text[1:]}." if text else ""


def _kind(field: Mapping[str, Any], schemas: Mapping[str, Any]) -> str:
    if "anyOf" in field:
        return " or ".join(_kind(each, schemas) for each in field["anyOf"])
    if "enum" in field:
        return ", ".join(str(word) for word in field["enum"])
    if field.get("format") == "date-time":
        return "time (RFC 3339)"
    if field.get("type") == "array":
        return f"list of {_kind(field.get('items', {}), schemas)}"
    return _KINDS.get(_resolved(field, schemas).get("type", ""), "any JSON")


def _plain(field: Mapping[str, Any]) -> Mapping[str, Any]:
    """The field without its `| null`."""
    choices = [each for each in field.get("anyOf", ()) if each.get("type") != "null"]
    return choices[0] if len(choices) == 1 else field


def _inner(field: Mapping[str, Any]) -> Mapping[str, Any]:
    plain = _plain(field)
    inner: Mapping[str, Any] = plain.get("items", plain)
    return inner


def _resolved(schema: Mapping[str, Any], schemas: Mapping[str, Any]) -> Mapping[str, Any]:
    name = schema.get("$ref", "").rpartition("/")[2]
    found: Mapping[str, Any] = schemas[name] if name else schema
    return found
