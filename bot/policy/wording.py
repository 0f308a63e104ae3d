"""What pydantic found, said in sentences with line and remedy."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import UnionType
from typing import Annotated, Any, Union, get_args, get_origin

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from bot.policy.nodes import Node
from bot.policy.problems import Problem
from bot.policy.schema import Document
from bot.spelling import did_you_mean, listed

Place = tuple[int | str, ...]

#: what to write where something required is missing
_REMEDIES: Mapping[str, str] = {
    "owner": "name the person who answers for it, such as owner: ann",
    "defaults": "say where requests go without a route, such as defaults: {escalation_policy: support}",
    "escalation_policy": "name one of the escalation_policies",
    "people": "name who may decide, such as people: {ann: {slack: U01ABC}}; without reviewers nothing starts",
    "escalation_policies": "say who decides and who is asked, such as support: {quorum: {from: [ann]},"
    ' steps: [{to: ["web:support"], wait: 15m}]}',
    "quorum": "say whose votes count, such as quorum: {from: [ann, ben]}",
    "from": "say whose votes count, such as from: [ann, ben]; nobody may decide without it",
    "steps": 'say who is asked, such as steps: [{to: ["web:support"], wait: 15m}]',
    "to": 'say who is asked, such as to: ["slack:#support"]',
    "wait": "say how long to wait before going on, such as wait: 15m",
    "name": "give it a name",
    "why": "say in a sentence for reviewers why the rule is there",
    "then": "say what the rule demands, such as then: gate",
    "url": "give the address, such as https://agents.example.com/placet",
    "days": "say which days, such as days: mon-fri",
    "zone": "name the time zone, such as zone: Europe/Berlin",
}


def problems_of(error: ValidationError, root: Node) -> list[Problem]:
    """Everything that a validation found."""
    return [_problem(details, root) for details in error.errors()]


def _problem(details: ErrorDetails, root: Node) -> Problem:
    place = tuple(part for part in details["loc"] if part != "[key]")
    sentence = _SENTENCES.get(details["type"], _otherwise)(details, place)
    shown = place[:-1] if details["type"] in ("missing", "extra_forbidden") else place
    return Problem(line=root.line_of(place), path=written_path(shown), sentence=sentence)


def written_path(place: Place) -> str:
    """`escalation_policies.support.steps[0].wait`."""
    return "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in place).lstrip(".")


def known_fields(place: Place) -> tuple[str, ...]:
    """The keys that the block at a place may have; empty where it is no block of ours."""
    found: Any = Document
    for part in place:
        found = _inside(_bare(found), part)
    return tuple(_fields(_bare(found)))


def _inside(kind: Any, part: int | str) -> Any:
    if get_origin(kind) in (dict, list):
        return get_args(kind)[-1]
    return _fields(kind).get(str(part))


def _fields(kind: Any) -> dict[str, Any]:
    if not isinstance(kind, type) or not issubclass(kind, BaseModel):
        return {}
    return {field.alias or name: field.annotation for name, field in kind.model_fields.items()}


def _bare(kind: Any) -> Any:
    """The type without `| None` and annotations."""
    while get_origin(kind) in (Annotated, Union, UnionType):
        kind = get_args(kind)[0]
    return kind


def _missing(details: ErrorDetails, place: Place) -> str:
    name = str(place[-1])
    return f'"{name}" is missing; {_REMEDIES.get(name, "add it")}.'


def _unknown(details: ErrorDetails, place: Place) -> str:
    known = known_fields(place[:-1])
    remedy = did_you_mean(str(place[-1]), known)
    return f'"{place[-1]}" is not known here.{remedy or f" Known are {listed(known)}."}'


def _too_short(details: ErrorDetails, place: Place) -> str:
    remedy = _REMEDIES.get(str(place[-1]))
    return f"This is empty; {remedy}." if remedy else "This is empty; write at least one entry."


def _choice(details: ErrorDetails, place: Place) -> str:
    expected = str(details["ctx"]["expected"]).replace("'", "")
    return f"{_said(details)} is not known here; write {expected}."


def _must_be(what: str) -> Callable[[ErrorDetails, Place], str]:
    def sentence(details: ErrorDetails, place: Place) -> str:
        if details["input"] is None:
            return f"This is empty; it has to be {what}."
        return f"{_said(details)} has to be {what}."

    return sentence


def _bound(details: ErrorDetails, place: Place) -> str:
    bounds = details["ctx"]
    limit = f"{bounds['ge']} or more" if "ge" in bounds else f"{bounds['le']} or less"
    return f"{_said(details)} has to be {limit}."


def _own(details: ErrorDetails, place: Place) -> str:
    return details["msg"]


def _otherwise(details: ErrorDetails, place: Place) -> str:
    return f"{_said(details)} does not fit: {details['msg'][:1].lower()}{details['msg'][1:]}."


def _said(details: ErrorDetails) -> str:
    value = details["input"]
    if isinstance(value, dict | list):
        return "This"
    text = str(value).lower() if isinstance(value, bool) else str(value)
    return f'"{text[:60]}"'


_BLOCK = _must_be('a block of "key: value" lines')

_SENTENCES: Mapping[str, Callable[[ErrorDetails, Place], str]] = {
    "sentence": _own,
    "missing": _missing,
    "extra_forbidden": _unknown,
    "too_short": _too_short,
    "literal_error": _choice,
    "string_type": _must_be("a text"),
    "int_type": _must_be("a whole number"),
    "bool_type": _must_be("true or false"),
    "list_type": _must_be("a list, such as [ann, ben]"),
    "dict_type": _BLOCK,
    "model_type": _BLOCK,
    "greater_than_equal": _bound,
    "less_than_equal": _bound,
}
