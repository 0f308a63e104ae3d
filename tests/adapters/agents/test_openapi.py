"""The documentation is true: every route is in it, and every answer is as it says."""

import json
import re
import shlex
from collections.abc import Mapping
from html import unescape
from typing import Any

import jsonschema
import msgspec
import pytest
from openapi_spec_validator import validate

from adapters.agents import problems
from adapters.agents.examples import EXAMPLES
from adapters.agents.openapi import document
from adapters.agents.payload import SubmitBody
from adapters.agents.routes import ROUTES
from bot.domain.choice import Choice
from bot.domain.effects import CallbackType
from bot.domain.request import Ruling
from bot.domain.status import Mode, ReasonCode
from tests.adapters.agents.bad_bodies import post
from tests.adapters.agents.door import PUBLIC_URL, REFUND, Answer, Door
from tests.fakes.counted_measures import Case

DOCUMENT = document(PUBLIC_URL)


def check(schema: Mapping[str, Any], value: Any) -> None:
    whole = {**schema, "components": DOCUMENT["components"]}
    checker = jsonschema.Draft202012Validator.FORMAT_CHECKER
    jsonschema.Draft202012Validator(whole, format_checker=checker).validate(value)


def check_answer(method: str, path: str, answer: Answer) -> None:
    """Hold an answer against what the documentation says of its route and status."""
    documented = DOCUMENT["paths"][path][method.lower()]["responses"][str(answer.status)]
    media_type = answer.headers["Content-Type"].partition(";")[0]
    schema = documented["content"][media_type]["schema"]
    check(schema, answer.json if "json" in media_type else answer.text)
    for header in documented.get("headers", {}):
        assert header in answer.headers


def test_the_document_is_openapi_3_1() -> None:
    assert DOCUMENT["openapi"] == "3.1.0"
    validate(DOCUMENT)


async def test_every_registered_route_is_documented_and_the_other_way_round(door: Door) -> None:
    registered = {
        (route.method, route.resource.canonical)
        for route in door.app.router.routes()
        if route.resource is not None and route.method != "HEAD"
    }
    documented = {(method.upper(), path) for path, methods in DOCUMENT["paths"].items() for method in methods}
    assert registered == documented


async def test_every_answer_is_as_documented(door: Door) -> None:
    seen: set[tuple[str, str, int]] = set()

    async def ask(method: str, path: str, body: Any = None, *, at: str = "", **options: Any) -> Answer:
        answer = await door.ask(method, path.replace("{id}", at), body, **options)
        check_answer(method, path, answer)
        seen.add((method, path, answer.status))
        return answer

    base = "/v1/approvals"
    key = {"Idempotency-Key": "k"}
    first = (await ask("POST", base, REFUND, headers=key)).json
    await ask("POST", base, REFUND, headers=key)
    await ask("POST", base, {**REFUND, "reasoning": ""})
    await ask("POST", base, b"{")
    await ask("POST", base, REFUND, headers={"Content-Encoding": "gzip"})
    check_answer("POST", base, await door.send_whole(base, b" " * 600_000))
    await ask("POST", base, REFUND, token=None)
    await ask("POST", f"{base}/dry-run", EXAMPLES[SubmitBody])
    await ask("POST", f"{base}/dry-run", {})
    await ask("GET", f"{base}/{{id}}", at=first["id"])
    await ask("GET", f"{base}/{{id}}", at="nothing")
    await ask("POST", f"{base}/{{id}}/messages", {"text": "Hello."}, at=first["id"])
    redeem = {"digest": first["action"]["digest"], "redemption_id": "r"}
    await ask("POST", f"{base}/{{id}}/redeem", redeem, at=first["id"])
    await door.press(first["id"])
    await ask("GET", f"{base}/{{id}}", at=first["id"])
    await ask("POST", f"{base}/{{id}}/redeem", redeem, at=first["id"])
    await ask("POST", f"{base}/{{id}}/redeem", {**redeem, "digest": "sha256:" + "0" * 64}, at=first["id"])
    await ask("POST", f"{base}/{{id}}/cancel", {"reason": "Late."}, at=first["id"])
    await ask("POST", f"{base}/{{id}}/outcome", {"status": "succeeded", "detail": "Done."}, at=first["id"])
    second = await door.submit(state={"a": [1]})
    await door.press(second["id"], Choice.REJECT, reason=ReasonCode.TAKEN_OVER, text="Mine.")
    await ask("GET", f"{base}/{{id}}", at=second["id"])
    third = await door.submit()
    await door.press(third["id"], Choice.CLAIM)
    await ask("GET", f"{base}/{{id}}", at=third["id"])
    await ask("POST", f"{base}/{{id}}/cancel", {"reason": "Found."}, at=third["id"])
    await ask("POST", f"{base}/{{id}}/redeem", redeem, at=third["id"])
    for mode in (Mode.AUTO, Mode.NOTIFY, Mode.REFUSE):
        door.policy.ruling = Ruling(mode=mode, rule="r", owner="ann", why="W.", matched={"a": "1"})
        await ask("POST", base, REFUND)
    await ask("GET", base)
    door.measures.cases = [Case(id="apr_1", ended="rejected", by=("ann",), took=60.0)]
    await ask("GET", "/v1/stats")
    for path in ("/.well-known/jwks.json", "/openapi.json", "/docs"):
        await ask("GET", path, token=None)
    good = {(r.method, r.path, status) for r in ROUTES for status in r.answers}
    assert good <= seen
    assert {status for _, _, status in seen} >= {200, 201, 400, 401, 404, 409, 410, 415, 422}


@pytest.mark.parametrize("kind", list(EXAMPLES), ids=lambda kind: kind.__name__)
def test_every_example_is_one(kind: type) -> None:
    check({"$ref": f"#/components/schemas/{kind.__name__}"}, EXAMPLES[kind])
    msgspec.convert(EXAMPLES[kind], kind)


def test_every_problem_that_a_route_names_is_documented_with_its_status() -> None:
    for route in ROUTES:
        documented = DOCUMENT["paths"][route.path][route.method.lower()]["responses"]
        for error in route.problems:
            [kind] = [kind for kind in problems.KINDS if kind.error is error]
            assert str(kind.status) in documented


def test_every_callback_is_documented() -> None:
    assert set(DOCUMENT["webhooks"]) == {kind.value for kind in CallbackType}


async def test_the_document_is_served_as_it_is(door: Door) -> None:
    answer = await door.ask("GET", "/openapi.json", token=None)
    assert answer.headers["Content-Type"].startswith("application/json")
    assert answer.json == DOCUMENT


async def test_the_page_stands_alone_and_explains_every_route_and_problem(door: Door) -> None:
    answer = await door.ask("GET", "/docs", token=None)
    policy = answer.headers["Content-Security-Policy"]
    assert policy.startswith("default-src 'none'; style-src 'sha256-")
    assert "unsafe" not in policy
    assert "<script" not in answer.text
    assert not re.search(r"""(src|href)=["']?(https?:)?//""", answer.text)
    for route in ROUTES:
        assert f'id="{route.operation}"' in answer.text
    for kind in problems.KINDS:
        assert f'id="problem-{kind.code}"' in answer.text


async def test_the_request_that_the_page_begins_with_is_taken(door: Door) -> None:
    page = (await door.ask("GET", "/docs", token=None)).text
    command, address, *_, body = shlex.split(unescape(page.partition("<pre>")[2].partition("</pre>")[0]))

    assert (command, address) == ("curl", f"{PUBLIC_URL}/v1/approvals")
    assert (await post(door, json.loads(body))).status == 201


async def test_a_problems_type_leads_to_its_explanation(door: Door) -> None:
    problem = (await door.ask("GET", "/v1/approvals/apr_nothing")).json
    page = (await door.ask("GET", "/docs", token=None)).text
    address, _, anchor = problem["type"].partition("#")
    assert address == f"{PUBLIC_URL}/docs"
    assert f'id="{anchor}"' in page


def test_the_page_escapes_what_it_shows() -> None:
    from adapters.agents.docs import page

    hostile = {**DOCUMENT, "servers": [{"url": "https://x/<script>alert(1)</script>"}]}
    html, _ = page(hostile)
    assert b"<script" not in html
