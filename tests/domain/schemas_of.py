"""JSON Schemas of the kinds that forms are made of, each with arguments that fit it."""

from typing import Any, TypeAlias

from hypothesis import strategies as st

Drawn: TypeAlias = tuple[dict[str, Any], Any]

names = st.sampled_from(["order", "amount", "body", "cc", "due", "level", "tags", "odd key", "a.b", "é"])
words = st.text(max_size=30) | st.sampled_from(
    ["240.00", "true", "null", " edges ", "one\ntwo", "a\r\nb", "\u202eturned", "x" * 100, "1e3", "[1]", "\t"]
)
LARGEST = 2**53 - 1


def _plain(schema: dict[str, Any], values: st.SearchStrategy[Any]) -> st.SearchStrategy[Drawn]:
    described = st.fixed_dictionaries({}, optional={"title": words, "description": words})
    return st.tuples(described.map(lambda more: {**more, **schema}), values)


def _enumerated(values: list[Any]) -> st.SearchStrategy[Drawn]:
    return _plain({"enum": values}, st.sampled_from(values))


scalars = st.one_of(
    _plain({"type": "string"}, words),
    _plain({"type": ["string", "null"]}, st.none() | words),
    _plain({"type": "string", "format": "date"}, st.dates().map(str) | words),
    _plain({"type": "integer", "minimum": -LARGEST}, st.integers(-LARGEST, LARGEST)),
    _plain({"type": "number"}, st.floats(allow_nan=False, allow_infinity=False) | st.integers(-999, 999)),
    _plain({"type": "boolean"}, st.booleans()),
    _enumerated(["low", "high", 1, 1.5, None, True]),
    _plain(
        {"type": "array", "items": {"enum": ["a", "b", "c"]}}, st.lists(st.sampled_from("abc"), max_size=4)
    ),
    _plain({"type": "array"}, st.lists(words | st.integers(-9, 9), max_size=3)),
    _plain({}, st.recursive(words, lambda inner: st.dictionaries(names, inner, max_size=2), max_leaves=4)),
    st.tuples(st.just({"anyOf": [{"type": "string"}, {"type": "null"}]}), st.none() | words),
)


@st.composite
def objects(draw: st.DrawFn, depth: int = 2) -> Drawn:
    """An object's schema and an object that fits it."""
    inner = scalars if not depth else st.one_of(scalars, scalars, objects(depth=depth - 1))
    drawn = draw(st.dictionaries(names, inner, max_size=4))
    present = {name for name in drawn if draw(st.booleans())}
    required = [name for name in drawn if name in present and draw(st.booleans())]
    schema = {
        "type": "object",
        "properties": {name: each for name, (each, _) in drawn.items()},
        "required": required,
    }
    return schema, {name: value for name, (_, value) in drawn.items() if name in present}
