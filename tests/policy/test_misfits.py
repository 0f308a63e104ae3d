"""What a schema finds wrong, in sentences that hold no values."""

from typing import Any

import pytest

from bot.policy.argument_schemas import ArgumentSchema

SECRET = "4111-1111"


@pytest.mark.parametrize(
    ("schema", "sentence"),
    [
        ({"type": "integer"}, "This has to be a whole number."),
        ({"type": ["number", "null"]}, "This has to be a number or nothing."),
        ({"pattern": "^[0-9]+$"}, "This has to look like ^[0-9]+$."),
        ({"enum": ["a"]}, "This is none of what the policy lists."),
        ({"maxLength": 3}, "This may have at most 3 characters."),
        ({"minLength": 99}, "This needs at least 99 characters."),
        ({"const": 1}, "This cannot be changed."),
        ({"not": {}}, "This does not fit what the policy takes here."),
    ],
)
def test_each_fault_has_a_sentence_without_the_value(schema: dict[str, Any], sentence: str) -> None:
    [found] = ArgumentSchema({"properties": {"card": schema}}).misfits({"card": SECRET})
    assert found.path == ("card",)
    assert found.sentence == sentence


def test_everything_that_is_missing_is_named() -> None:
    schema = ArgumentSchema({"required": ["a", "b"], "properties": {"c": {"required": ["d"]}}})
    assert sorted(m.path for m in schema.misfits({"c": {}})) == [("a",), ("b",), ("c", "d")]


def test_there_is_an_end_to_faults() -> None:
    schema = ArgumentSchema({"additionalProperties": {"type": "string"}})
    assert len(schema.misfits({f"a{n}": n for n in range(500)})) == 20


def test_an_argument_too_many_is_told_without_its_name() -> None:
    [found] = ArgumentSchema({"additionalProperties": False}).misfits({SECRET: 1})
    assert SECRET not in found.sentence
