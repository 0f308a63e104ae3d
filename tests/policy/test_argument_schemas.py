"""JSON Schemas of arguments: compiled once, never fetched."""

from typing import Any

import pytest

from bot.domain.errors import Invalid
from bot.policy.argument_schemas import ArgumentSchema
from bot.policy.problems import UnfitError

REFUND: dict[str, Any] = {
    "type": "object",
    "properties": {
        "amount": {"type": "string", "pattern": "^[0-9]+"},
        "lines": {"items": {"$ref": "#/$defs/line"}},
    },
    "required": ["amount"],
    "$defs": {"line": {"type": "object", "required": ["sku"]}},
}


def test_arguments_that_fit_pass() -> None:
    ArgumentSchema(REFUND).demand("refund.issue", {"amount": "1", "lines": [{"sku": "A"}]})


@pytest.mark.parametrize(
    ("arguments", "field"),
    [
        ({}, "action.arguments"),
        ({"amount": 1}, "action.arguments.amount"),
        ({"amount": "x" * 60_000}, "action.arguments.amount"),
        ({"amount": "1", "lines": [{"sku": "A"}, {}]}, "action.arguments.lines[1]"),
    ],
)
def test_arguments_that_do_not_fit_are_refused_by_name(arguments: dict[str, Any], field: str) -> None:
    with pytest.raises(Invalid, match=r"does not fit what refund\.issue takes") as error:
        ArgumentSchema(REFUND).demand("refund.issue", arguments)

    assert error.value.field == field
    assert len(error.value.sentence) < 400


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        ({"amount": {"card": "4111 1111 1111 1111"}}, "it is not of type 'string'"),
        ({"amount": {"card": "x" * 60_000}}, "it is not of type 'string'"),
        ({"amount": "a 4111 1111 1111 1111"}, "it does not match '^[0-9]+'"),
        ({}, "'amount' is a required property"),
    ],
)
def test_the_reason_is_told_and_never_the_value(arguments: dict[str, Any], reason: str) -> None:
    with pytest.raises(Invalid) as error:
        ArgumentSchema(REFUND).demand("refund.issue", arguments)

    assert error.value.sentence.endswith(f" does not fit what refund.issue takes: {reason}.")


@pytest.mark.parametrize(
    "reference", ["https://schemas.example.com/refund.json", "file:///etc/passwd", "other.json"]
)
def test_a_schema_elsewhere_is_never_fetched(reference: str) -> None:
    with pytest.raises(UnfitError, match="points outside the policy"):
        ArgumentSchema({"properties": {"a": {"$ref": reference}}})


def test_a_reference_to_nothing_is_told_when_the_policy_loads() -> None:
    with pytest.raises(UnfitError, match='"#/\\$defs/line" points to nothing'):
        ArgumentSchema({"properties": {"a": {"$ref": "#/$defs/line"}}})


def test_a_schema_without_end_is_told_when_the_policy_loads() -> None:
    with pytest.raises(UnfitError, match="refers to itself without end"):
        ArgumentSchema({"$ref": "#"})


def test_equal_schemas_are_the_same_text() -> None:
    turned = dict(reversed(REFUND.items()))

    assert ArgumentSchema(turned).text == ArgumentSchema(REFUND).text
