"""Forms: what is not touched stays exactly as it was, and what is typed is read or told why not."""

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot import strict_json
from bot.canonical import digest
from bot.domain.differences import differences
from bot.domain.form import ABSENT, Field, FieldKind, Form, Values, key_of
from bot.domain.form_building import DEEPEST, MOST_FIELDS, form_of
from bot.domain.form_reading import Reading, read
from tests.domain.schemas_of import objects
from tests.domain.test_arguments import arguments as any_arguments

REFUND = {
    "type": "object",
    "required": ["amount", "reason"],
    "properties": {
        "amount": {"type": "string", "title": "Amount", "description": "With two decimals."},
        "count": {"type": "integer", "minimum": 1, "maximum": 9},
        "weight": {"type": "number"},
        "reason": {"enum": ["lost", "broken"]},
        "gift": {"type": "boolean"},
        "tags": {"type": "array", "items": {"enum": ["a", "b", "c"]}},
        "due": {"type": "string", "format": "date"},
        "at": {"type": "string", "format": "date-time"},
        "body": {"type": "string", "maxLength": 10},
        "customer": {"$ref": "#/$defs/customer"},
        "lines": {"type": "array"},
        "nickname": {"type": ["string", "null"]},
    },
    "$defs": {"customer": {"type": "object", "properties": {"email": {"type": "string"}}}},
}
GIVEN: dict[str, Any] = {"amount": "240.00", "reason": "lost", "tags": ["c", "a"], "extra": 1e3}


def parse(text: str) -> Any:
    """JSON, through the strict door."""
    return strict_json.loads(text.encode(errors="surrogatepass"), max_bytes=2**16)


def field(form: Form, *path: str) -> Field:
    """The field of an argument."""
    return next(each for each in form if each.path == path)


def typed(values: dict[str, Any], arguments: dict[str, Any] = GIVEN, schema: Any = REFUND) -> Reading:
    """What these texts, by dotted path, come to."""
    given_values = {
        key_of(tuple(path.split("."))): (value,) if isinstance(value, str) else value
        for path, value in values.items()
    }
    return read(form_of(arguments, schema), arguments, given_values, parse)


def option(form: Form, path: str, label: str) -> tuple[str, ...]:
    """The key of an option, as a platform sends it."""
    return tuple(each.key for each in field(form, path).options if each.label == label)


def as_sent(form: Form, line_break: str = "\r\n") -> Values:
    """An untouched form as platforms send it: without blanks at the ends, with their own line breaks."""
    return {each.key: tuple(text.strip().replace("\n", line_break) for text in each.given) for each in form}


@given(objects())
@settings(max_examples=300)
def test_a_form_that_is_sent_unchanged_changes_nothing(drawn: tuple[Any, Any]) -> None:
    schema, arguments = drawn
    form = form_of(arguments, schema)
    for values in ({each.key: each.given for each in form}, as_sent(form), as_sent(form, ""), {}):
        reading = read(form, arguments, values, parse)
        assert not reading.errors
        assert reading.arguments == arguments
        assert json.dumps(reading.arguments) == json.dumps(arguments)
        assert digest("x", reading.arguments) == digest("x", arguments)


@given(any_arguments)
def test_without_a_schema_too(arguments: dict[str, Any]) -> None:
    form = form_of(arguments)
    reading = read(form, arguments, as_sent(form), parse)
    assert not reading.errors
    assert json.dumps(reading.arguments) == json.dumps(arguments)


@given(objects(), st.data())
@settings(max_examples=300)
def test_whatever_is_changed_is_told(drawn: tuple[Any, Any], data: st.DataObject) -> None:
    schema, arguments = drawn
    form = form_of(arguments, schema)
    values = {}
    for each in form:
        keys = (
            st.sampled_from([option.key for option in each.options]) if each.options else st.text(max_size=9)
        )
        values[each.key] = (data.draw(keys),)
    reading = read(form, arguments, values, parse)
    told = differences(arguments, reading.arguments)
    if digest("x", reading.arguments) != digest("x", arguments):
        assert told
    assert all(each.before != each.after for each in told)


@given(objects())
def test_every_argument_has_one_field_or_is_told_to_be_left_out(drawn: tuple[Any, Any]) -> None:
    schema, arguments = drawn
    form = form_of(arguments, schema)
    keys = [each.key for each in form]
    assert len(set(keys)) == len(keys)
    for name, value in arguments.items():
        assert value == {} or form.left_out or any(each.path[0] == name for each in form)


def test_each_type_has_its_input() -> None:
    form = form_of(GIVEN, REFUND)
    kinds = {".".join(each.path): each.kind for each in form}
    assert kinds == {
        "amount": FieldKind.LINE,
        "reason": FieldKind.CHOICE,
        "tags": FieldKind.CHOICES,
        "extra": FieldKind.NUMBER,
        "count": FieldKind.INTEGER,
        "weight": FieldKind.NUMBER,
        "gift": FieldKind.CHOICE,
        "due": FieldKind.DATE,
        "at": FieldKind.LINE,
        "body": FieldKind.TEXT,
        "customer.email": FieldKind.LINE,
        "lines": FieldKind.JSON,
        "nickname": FieldKind.LINE,
    }


def test_titles_and_descriptions_are_on_the_form() -> None:
    amount = field(form_of(GIVEN, REFUND), "amount")
    assert (amount.label, amount.hint, amount.required) == ("Amount", "With two decimals.", True)
    assert field(form_of(GIVEN, REFUND), "count").hint == "From 1 to 9."


def test_what_is_typed_becomes_the_value_of_its_type() -> None:
    form = form_of(GIVEN, REFUND)
    reading = typed(
        {
            "amount": "200.00",
            "count": " 3 ",
            "weight": "1.50",
            "reason": option(form, "reason", "broken"),
            "gift": option(form, "gift", "no"),
            "tags": option(form, "tags", "b") + option(form, "tags", "a"),
            "due": "2026-03-02",
            "customer.email": "jo@example.com",
            "lines": '[{"sku": "A-1"}]',
        }
    )
    assert not reading.errors
    assert reading.arguments == {
        "amount": "200.00",
        "reason": "broken",
        "tags": ["a", "b"],
        "extra": 1e3,
        "count": 3,
        "weight": 1.5,
        "gift": False,
        "due": "2026-03-02",
        "customer": {"email": "jo@example.com"},
        "lines": [{"sku": "A-1"}],
    }


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("count", "1.5"),
        ("count", "٣"),
        ("count", "9" * 17),
        ("weight", "1,5"),
        ("weight", "1e999"),
        ("weight", "NaN"),
        ("weight", "9007199254740993"),
        ("due", "2026-02-30"),
        ("due", "tomorrow"),
        ("at", "2026-03-02T09:30:00"),
        ("body", "eleven char"),
        ("lines", "[1,"),
        ("reason", "opt_forged"),
        ("tags", "opt_forged"),
        ("extra", ""),
    ],
)
def test_what_cannot_be_read_is_told_at_its_field(path: str, text: str) -> None:
    reading = typed({path: text, "amount": "1.00"})
    assert list(reading.errors) == [key_of((path,))]
    assert reading.errors[key_of((path,))].endswith((".", ". "))


def test_emptying_leaves_out_what_may_be_left_out() -> None:
    given_arguments = {**GIVEN, "count": 3, "body": "Hello", "nickname": "Jo", "gift": True}
    form = form_of(given_arguments, REFUND)
    nothing = option(form, "gift", "not given")
    reading = typed({"count": "", "body": " ", "nickname": "", "gift": nothing, "tags": ()}, given_arguments)
    assert reading.arguments == {**GIVEN, "tags": []}


def test_a_text_without_a_schema_can_be_emptied_and_a_number_cannot() -> None:
    reading = typed({"note": "", "count": ""}, {"note": "x", "count": 1}, None)
    assert reading.arguments == {"note": "", "count": 1}
    assert list(reading.errors) == [key_of(("count",))]


def test_a_masked_value_is_not_on_the_form_and_stays_unless_another_is_written() -> None:
    secret = {"card": "4111111111111111", "lines": [{"pin": "9876"}], "deep": {"pin": 1}}
    form = form_of(secret, None, ("arguments.card", "arguments.lines[0].pin", "deep"))
    assert "411111" not in str([(each.hint, each.given, each.shown, each.options) for each in form])
    assert "9876" not in str([(each.hint, each.given, each.shown) for each in form])
    assert all(each.masked for each in form)
    assert read(form, secret, {each.key: ("",) for each in form}, parse).arguments == secret
    written = read(form, secret, {key_of(("card",)): ("42",), key_of(("deep",)): ('{"pin": 2}',)}, parse)
    assert written.arguments == {**secret, "card": "42", "deep": {"pin": 2}}


def test_what_is_masked_is_masked_even_where_its_object_is_not_opened() -> None:
    deep: dict[str, Any] = {"pin": "9876"}
    for _ in range(DEEPEST + 1):
        deep = {"in": deep}
    form = form_of(deep, None, (".".join(["in"] * (DEEPEST + 1)) + ".pin",))
    assert "9876" not in str([each.given for each in form])
    mismatched = form_of({"a": {"pin": "9876"}}, {"properties": {"a": {"type": "array"}}}, ("a.pin",))
    assert "9876" not in str([each.given for each in mismatched])


def test_what_cannot_be_seen_is_written_out_in_the_input() -> None:
    form = form_of({"to": "ab\u202ecd"})
    assert field(form, "to").text == '"ab\\u202ecd"'
    assert field(form, "to").kind is FieldKind.JSON


def test_a_form_filled_again_holds_what_was_typed() -> None:
    form = form_of(GIVEN, REFUND).filled({key_of(("amount",)): ("1.00",), "unknown": ("x",)})
    assert field(form, "amount").text == "1.00"
    assert field(form, "amount").value == "240.00"


def test_there_is_an_end_to_fields() -> None:
    form = form_of({f"a{n}": n for n in range(MOST_FIELDS + 3)})
    assert (len(form.fields), form.left_out) == (MOST_FIELDS, 3)


def test_a_schema_that_refers_to_itself_comes_to_an_end() -> None:
    tree = {"$ref": "#/$defs/node", "$defs": {"node": {"properties": {"next": {"$ref": "#/$defs/node"}}}}}
    assert max(len(each.path) for each in form_of({}, tree)) == DEEPEST
    assert not list(form_of({}, {"$ref": "#/$defs/me", "$defs": {"me": {"$ref": "#/$defs/me"}}}))


@pytest.mark.parametrize(
    "schema", [{"enum": "abc"}, {"type": 5}, {"properties": [1]}, {"anyOf": 3}, {"const": 1}]
)
def test_a_schema_that_says_something_odd_makes_a_form_all_the_same(schema: dict[str, Any]) -> None:
    assert form_of({"a": 1}, {"properties": {"a": schema}}).fields[0].value == 1


def test_an_optional_value_of_a_null_is_kept() -> None:
    reading = typed({"nickname": ""}, {"nickname": None})
    assert reading.arguments == {"nickname": None}
    assert field(form_of({"nickname": None}, REFUND), "amount").value is ABSENT
