"""What a form needs to know of a JSON Schema: the plain parts; whatever else it says is checked later."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

#: references followed one after the other
_MOST_REFERENCES = 8
_ANYTHING: Mapping[str, Any] = {}


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """One value's schema, as far as a form is made of it."""

    #: `string`, `object` …; empty when it may be several or anything
    type: str = ""
    nullable: bool = False
    schema: Mapping[str, Any] = field(default_factory=dict)
    root: Mapping[str, Any] = field(default_factory=dict)

    @property
    def is_known(self) -> bool:
        """Whether the policy says anything of this value."""
        return bool(self.schema)

    @property
    def properties(self) -> Mapping[str, Any]:
        """The schemas of an object's properties."""
        return _mapping(self.schema.get("properties"))

    @property
    def options(self) -> tuple[Any, ...]:
        """The values that an enumeration lists; none where it is no enumeration."""
        if "const" in self.schema:
            return (self.schema["const"],)
        return tuple(_listed(self.schema.get("enum")))

    def child(self, name: str) -> Shape:
        """The shape of a property."""
        return shape(self.properties.get(name), self.root)

    def item(self) -> Shape:
        """The shape of what a list holds."""
        return shape(self.schema.get("items"), self.root)

    def requires(self, name: str) -> bool:
        """Whether a property has to be there."""
        return name in _listed(self.schema.get("required"))

    def text(self, keyword: str) -> str:
        """A keyword that is a text, else nothing."""
        value = self.schema.get(keyword)
        return value if isinstance(value, str) else ""

    def number(self, keyword: str) -> int | float | None:
        """A keyword that is a number, else None."""
        value = self.schema.get(keyword)
        return value if isinstance(value, int | float) and not isinstance(value, bool) else None


def shape(schema: Any, root: Mapping[str, Any]) -> Shape:
    """The shape of a schema, references into its root followed."""
    found, nullable = _unwrapped(_resolved(schema, root), root)
    types = found.get("type")
    kinds = [types] if isinstance(types, str) else _listed(types)
    plain = [kind for kind in kinds if kind != "null"]
    return Shape(
        type=str(plain[0]) if len(plain) == 1 else "",
        nullable=nullable or "null" in kinds,
        schema=found,
        root=root,
    )


def _resolved(schema: Any, root: Mapping[str, Any]) -> Mapping[str, Any]:
    found = _mapping(schema)
    for _ in range(_MOST_REFERENCES):
        reference = found.get("$ref")
        if not isinstance(reference, str):
            return found
        found = _pointed_at(reference, root)
    return _ANYTHING


def _pointed_at(reference: str, root: Mapping[str, Any]) -> Mapping[str, Any]:
    """What `#/$defs/money` names (RFC 6901)."""
    found: Any = root
    for part in reference.removeprefix("#").split("/")[1:]:
        found = _mapping(found).get(part.replace("~1", "/").replace("~0", "~"))
    return _mapping(found)


def _unwrapped(schema: Mapping[str, Any], root: Mapping[str, Any]) -> tuple[Mapping[str, Any], bool]:
    """`anyOf` with null is its other half; any other combination says nothing plain."""
    for keyword in ("anyOf", "oneOf"):
        if keyword in schema:
            halves = [_resolved(each, root) for each in _listed(schema[keyword])]
            others = [half for half in halves if half.get("type") != "null"]
            if len(others) == 1 and len(others) < len(halves):
                return {**others[0], **{k: v for k, v in schema.items() if k != keyword}}, True
            return {k: v for k, v in schema.items() if k in ("title", "description")}, False
    return schema, False


def _mapping(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else _ANYTHING


def _listed(value: Any) -> list[Any]:
    return list(value) if isinstance(value, list | tuple) else []
