"""Fields of actions and routes, as they are written: paths, templates, requirements, conditions, schemas."""

from __future__ import annotations

from typing import Annotated

from pydantic import BeforeValidator

from bot.policy.argument_schemas import ArgumentSchema
from bot.policy.conditions import Condition, compiled
from bot.policy.fields import told
from bot.policy.keeping import Kept, parse_retention
from bot.policy.paths import ROOT, Path, parse_path
from bot.policy.problems import UnfitError
from bot.policy.requirements import Requirement, parse_requirement
from bot.policy.templates import Template, parse_template


def _currency(value: object) -> Path | str:
    if isinstance(value, str) and len(value) == 3 and value.isascii() and value.isupper():
        return value
    if isinstance(value, str) and not value.startswith(ROOT):
        raise UnfitError(f'"{value}" is neither a path such as {ROOT}.currency nor a code such as EUR.')
    return parse_path(str(value))


def _schema(value: object) -> ArgumentSchema:
    if not isinstance(value, dict):
        raise UnfitError(
            "This has to be a JSON Schema, such as {type: object, properties: {amount: {type: string}}}."
        )
    return ArgumentSchema(value)


def _masked(value: object) -> str:
    parse_path(str(value))
    return str(value)


PathText = Annotated[tuple[str | int, ...], BeforeValidator(told(lambda value: parse_path(str(value))))]
CurrencyText = Annotated[tuple[str | int, ...] | str, BeforeValidator(told(_currency))]
TemplateText = Annotated[Template, BeforeValidator(told(lambda value: parse_template(str(value))))]
RequirementText = Annotated[Requirement, BeforeValidator(told(lambda value: parse_requirement(str(value))))]
ConditionText = Annotated[Condition, BeforeValidator(told(lambda value: compiled(str(value))))]
SchemaBlock = Annotated[ArgumentSchema, BeforeValidator(told(_schema))]
RetentionText = Annotated[Kept, BeforeValidator(told(parse_retention))]
MaskText = Annotated[str, BeforeValidator(told(_masked))]
