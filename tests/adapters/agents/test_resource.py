"""The wire's words are the domain's, and what the documentation shows of a type is readable."""

from enum import StrEnum
from typing import Any, get_args

import pytest

from adapters.agents import bodies, resource
from adapters.agents.openapi import document
from adapters.agents.schema_rows import rows
from bot.domain.status import DecisionType, Mode, OutcomeStatus, ReasonCode, Status

SCHEMAS = document("https://placet.example.com")["components"]["schemas"]


@pytest.mark.parametrize(
    ("words", "enum"),
    [
        (resource.StatusWord, Status),
        (resource.ModeWord, Mode),
        (resource.DecisionWord, DecisionType),
        (resource.ReasonWord, ReasonCode),
        (bodies.OutcomeBody.__annotations__["status"], OutcomeStatus),
    ],
    ids=lambda value: getattr(value, "__name__", ""),
)
def test_every_word_of_the_domain_can_be_told(words: Any, enum: type[StrEnum]) -> None:
    if isinstance(words, str):
        words = eval(words, vars(bodies))
    assert set(get_args(words)) == {member.value for member in enum}


def test_nested_fields_are_shown_by_their_path() -> None:
    shown = {row.path: row for row in rows(SCHEMAS["SubmitBody"], SCHEMAS)}
    assert shown["action.name"].required
    assert not shown["context.evidence"].required
    assert shown["context.evidence"].kind == "list of object"
    assert shown["context.evidence[].title"].required
    assert shown["context.conversation[].at"].kind == "time (RFC 3339) or null"
    assert shown["signals.confidence"].about == "From 0 to 1."
    assert "At most 20,000 characters." in shown["reasoning"].about
    assert shown["state"].kind == "any JSON"


def test_a_type_that_is_told_elsewhere_is_not_opened() -> None:
    shown = {
        row.path
        for row in rows(SCHEMAS["CallbackBody"], SCHEMAS, into=frozenset({"Approval", "QuestionShown"}))
    }
    assert shown == {"type", "timestamp", "data", "data.approval", "data.question"}
