"""Building a form: from the action's JSON Schema where there is one, from the arguments where there is not.

Objects become fields of their own, named `customer.email`. What a list holds is one field. What is masked
begins empty and stays as it is unless something is written over it. A text that holds what cannot be seen is
changed as JSON, in which it can.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from bot.domain.arguments import hidden, is_masked, leaves, masks, written
from bot.domain.field_inputs import Input, chosen_among, input_for
from bot.domain.form import ABSENT, NOT_GIVEN, REFUSED, Field, FieldKind, FieldPath, Form, Option, key_of
from bot.domain.form_schema import Shape, shape
from bot.domain.text import inert, one_line

#: objects within objects; what is deeper is changed as JSON
DEEPEST = 5
#: a form with more fields than this is no help to anybody
MOST_FIELDS = 200
LABEL = 80
HINT = 300

_NOT_GIVEN = Option(key=NOT_GIVEN, label="not given", value=ABSENT)


def form_of(
    arguments: Mapping[str, Any], schema: Mapping[str, Any] | None = None, mask: Iterable[str] = ()
) -> Form:
    """The form of these arguments, filled with them; `mask` holds paths as the policy writes them."""
    builder = _Builder(masks(mask))
    fields = list(builder.inside((), arguments, shape(schema or {}, schema or {})))
    return Form(fields=tuple(fields[:MOST_FIELDS]), left_out=max(len(fields) - MOST_FIELDS, 0))


class _Builder:
    def __init__(self, masked: tuple[str, ...]) -> None:
        self._masked = masked

    def inside(self, path: FieldPath, value: Mapping[str, Any], within: Shape) -> Iterator[Field]:
        """The fields of an object: what it holds, in its order, then what it could hold."""
        for name in dict.fromkeys((*value, *within.properties)):
            required = within.requires(name) or not within.is_known
            yield from self._fields(
                (*path, name), value.get(name, ABSENT), within.child(name), required=required
            )

    def _fields(self, path: FieldPath, value: Any, of: Shape, *, required: bool) -> Iterator[Field]:
        if is_masked(path, self._masked):
            yield _masked(path, value, of, required=required)
        elif _is_opened(path, value, of):
            yield from self.inside(path, {} if value is ABSENT else value, of)
        elif self._holds_masked(path, value):
            yield _masked(path, value, of, required=required)
        else:
            yield _open(path, value, of, required=required)

    def _holds_masked(self, path: FieldPath, value: Any) -> bool:
        """Whether the policy masks anything in a value that would be shown whole."""
        if not isinstance(value, list | Mapping):
            return False
        inside = leaves({path[-1]: value})
        return any(is_masked((*path[:-1], *found), self._masked) for found, _ in inside)


def _is_opened(path: FieldPath, value: Any, of: Shape) -> bool:
    if len(path) >= DEEPEST or of.type not in ("", "object"):
        return False
    if value is ABSENT:
        return bool(of.properties)
    return isinstance(value, Mapping) and bool(value or of.properties)


def _masked(path: FieldPath, value: Any, of: Shape, *, required: bool) -> Field:
    is_text = isinstance(value, str) or (value is ABSENT and of.type == "string")
    told = "Nothing stands here now." if value is ABSENT else f"Now: {hidden(value)}; kept from sight."
    return Field(
        key=key_of(path),
        path=path,
        label=_label(path, of),
        hint=_joined(told, "Leave this empty to keep it.", _described(of)),
        kind=FieldKind.LINE if is_text else FieldKind.JSON,
        value=value,
        shown=("",),
        given=("",),
        required=required and value is ABSENT,
        masked=True,
    )


def _open(path: FieldPath, value: Any, of: Shape, *, required: bool) -> Field:
    found = input_for(path[-1], value, of)
    if found.kind is FieldKind.CHOICE and not required:
        found = _with_nothing_to_choose(found, value)
    return Field(
        key=key_of(path),
        path=path,
        label=_label(path, of),
        hint=_joined(_described(of), found.hint),
        kind=found.kind,
        value=value,
        shown=found.shown,
        given=found.shown,
        emptied=_emptied(value, of, found.kind, required=required),
        required=required,
        options=found.options,
        longest=_longest(of),
        format=of.text("format"),
    )


def _with_nothing_to_choose(found: Input, value: Any) -> Input:
    options = (_NOT_GIVEN, *found.options)
    return Input(kind=found.kind, shown=chosen_among(options, value), options=options, hint=found.hint)


def _emptied(value: Any, of: Shape, kind: FieldKind, *, required: bool) -> Any:
    """What stands in the argument's place once its input is empty."""
    if kind is FieldKind.CHOICES:
        return []
    if of.is_known and not required:
        return ABSENT
    if of.nullable or value is None:
        return None
    is_text = kind in (FieldKind.LINE, FieldKind.TEXT) and (isinstance(value, str) or of.type == "string")
    return "" if is_text and not of.number("minLength") else REFUSED


def _longest(of: Shape) -> int | None:
    most = of.number("maxLength")
    return int(most) if most is not None and of.type == "string" else None


def _label(path: FieldPath, of: Shape) -> str:
    title = one_line(of.text("title"), LABEL)
    return title or one_line(written(path), LABEL)


def _described(of: Shape) -> str:
    return inert(of.text("description"), limit=HINT, lines=4)


def _joined(*sentences: str) -> str:
    return " ".join(sentence for sentence in sentences if sentence)
