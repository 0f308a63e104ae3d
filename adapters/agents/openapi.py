"""OpenAPI 3.1, made from the route table and the wire types, so that it says what the code does."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import msgspec

from adapters.agents import problem_details, problems
from adapters.agents.examples import EXAMPLES
from adapters.agents.guide import ABOUT, WEBHOOK_HEADERS, WEBHOOKS
from adapters.agents.reading import IDEMPOTENCY_KEY
from adapters.agents.resource import CallbackBody
from adapters.agents.routes import ROUTES, Route
from bot.domain.effects import CallbackType

VERSION = "1"


def document(public_url: str) -> dict[str, Any]:
    """The OpenAPI document of an installation."""
    names, schemas = _schemas()
    return {
        "openapi": "3.1.0",
        "info": {"title": "Placet", "version": VERSION, "description": ABOUT.strip()},
        "servers": [{"url": public_url.rstrip("/")}],
        "paths": _paths(names, schemas),
        "webhooks": {kind.value: _webhook(kind, told, names) for kind, told in WEBHOOKS.items()},
        "components": {
            "schemas": schemas,
            "securitySchemes": {
                "key": {
                    "type": "http",
                    "scheme": "bearer",
                    "bearerFormat": "plc_<id>_<secret>",
                    "description": "A key from `placet keys create --agent NAME`, bound to that agent.",
                }
            },
        },
    }


def _schemas() -> tuple[dict[type, dict[str, Any]], dict[str, Any]]:
    shown = [kind for route in ROUTES for kind in _kinds(route)]
    kinds = list(dict.fromkeys([*shown, CallbackBody, problem_details.Problem]))
    references, schemas = msgspec.json.schema_components(kinds, ref_template="#/components/schemas/{name}")
    return dict(zip(kinds, references, strict=True)), schemas


def _kinds(route: Route) -> Iterator[type]:
    yield from (kind for _, kind in route.answers.values() if isinstance(kind, type))
    yield from (kind for kind in (route.body, route.query) if kind is not None)


def _paths(names: Mapping[type, Any], schemas: dict[str, Any]) -> dict[str, Any]:
    queries = {route.query for route in ROUTES if route.query is not None}
    parameters = {query: _query_parameters(schemas.pop(query.__name__)) for query in queries}
    paths: dict[str, Any] = {}
    for route in ROUTES:
        extra = parameters[route.query] if route.query is not None else []
        paths.setdefault(route.path, {})[route.method.lower()] = _operation(route, names, extra)
    return paths


def _operation(route: Route, names: Mapping[type, Any], parameters: list[dict[str, Any]]) -> dict[str, Any]:
    operation: dict[str, Any] = {
        "operationId": route.operation,
        "summary": route.summary,
        "parameters": [*_own_parameters(route), *parameters],
        "responses": _responses(route, names),
        "security": [{"key": []}] if route.secured else [],
    }
    if route.description:
        operation["description"] = route.description
    if route.body is not None:
        operation["requestBody"] = {"required": True, "content": _json(route.body, names)}
    return operation


def _own_parameters(route: Route) -> Iterator[dict[str, Any]]:
    if "{id}" in route.path:
        told = "The request's id, `apr_…`; those of other agents are not found."
        yield {
            "name": "id",
            "in": "path",
            "required": True,
            "schema": {"type": "string"},
            "description": told,
        }
    if route.replayable:
        yield {
            "name": IDEMPOTENCY_KEY,
            "in": "header",
            "description": "Up to 200 characters of printable ASCII, bare or quoted; kept for 30 days.",
            "schema": {"type": "string", "minLength": 1, "maxLength": 402},
            "example": "refund-4892-1",
        }


def _query_parameters(schema: Mapping[str, Any]) -> list[dict[str, Any]]:
    return [_query_parameter(name, dict(told)) for name, told in schema["properties"].items()]


def _query_parameter(name: str, schema: dict[str, Any]) -> dict[str, Any]:
    if "anyOf" in schema:
        # A parameter is left out, never null.
        given = next(kind for kind in schema.pop("anyOf") if kind.get("type") != "null")
        schema = {**given, **{key: value for key, value in schema.items() if key != "default"}}
    parameter = {"name": name, "in": "query", "schema": schema}
    if "description" in schema:
        parameter["description"] = schema.pop("description")
    return parameter


def _responses(route: Route, names: Mapping[type, Any]) -> dict[str, Any]:
    responses: dict[str, Any] = {}
    for status, (told, kind) in route.answers.items():
        content = {kind: {"schema": {}}} if isinstance(kind, str) else _json(kind, names)
        responses[str(status)] = {"description": told, "content": content}
        if route.headers:
            schema = {"schema": {"type": "string"}}
            responses[str(status)]["headers"] = {
                name: {"description": about, **schema} for name, about in route.headers.items()
            }
    for problem in problems.KINDS:
        if problem.error in (*route.problems, problems.Broken):
            answer = _problem(problem, names)
            if also := responses.get(str(problem.status)):
                answer["description"] = f"{also['description']} Or: {answer['description']}"
            responses[str(problem.status)] = answer
    return responses


def _problem(kind: problems.Kind, names: Mapping[type, Any]) -> dict[str, Any]:
    content = {problem_details.MEDIA_TYPE: {"schema": names[problem_details.Problem]}}
    return {"description": f"{kind.title}. {kind.remedy}", "content": content}


def _json(kind: type, names: Mapping[type, Any]) -> dict[str, Any]:
    shown: dict[str, Any] = {"schema": names[kind]}
    if kind in EXAMPLES:
        shown["example"] = EXAMPLES[kind]
    return {"application/json": shown}


def _webhook(kind: CallbackType, told: str, names: Mapping[type, Any]) -> dict[str, Any]:
    headers = [
        {"name": name, "in": "header", "required": True, "schema": {"type": "string"}, "description": about}
        for name, about in WEBHOOK_HEADERS.items()
    ]
    content = {"application/json": {"schema": names[CallbackBody]}}
    if kind is CallbackType.APPROVED:
        content = _json(CallbackBody, names)
    return {
        "post": {
            "operationId": f"on_{kind.name.lower()}",
            "summary": told,
            "parameters": headers,
            "requestBody": {"required": True, "content": content},
            "responses": {
                "2XX": {"description": "Taken. Anything else is tried again for days, with the same id."},
                "410": {"description": "Never again to this address."},
            },
        }
    }
