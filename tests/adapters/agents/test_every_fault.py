"""Whatever is wrong with a body is told at once, and nothing else of the body is."""

import json
from typing import Any

import pytest

from adapters.agents.every_fault import MOST_TOLD
from tests.adapters.agents.bad_bodies import post
from tests.adapters.agents.door import Answer, Door

_WRONG_ALL_OVER: dict[str, Any] = {
    "action": {"name": "refund *", "summary": 7, "arguments": []},
    "context": {
        "subject": {"facts": {"customer since": 2023, "LTV": 2400}},
        "evidence": [{"title": "Report"}, {"url": "javascript:alert(1)"}],
        "tried": ["Asked the carrier", 5],
    },
    "impact": {"level": "huge", "amount": 240.0, "curency": "EUR"},
    "signals": {"confidence": 3},
    "choices": ["approve", "delete"],
    "needed_by": "tomorrow",
}


def _told(answer: Answer) -> list[str | None]:
    return [error.get("field") for error in answer.json["errors"]]


async def test_every_wrong_field_is_told_at_once_with_its_remedy(door: Door) -> None:
    answer = await post(door, _WRONG_ALL_OVER)
    assert answer.status == 422
    assert sorted(map(str, _told(answer))) == [
        "action.arguments",
        "action.name",
        "action.summary",
        "choices[1]",
        "context.evidence[1].title",
        "context.evidence[1].url",
        "context.subject.facts[...]",
        "context.tried[1]",
        "impact.amount",
        "impact.curency",
        "impact.level",
        "needed_by",
        "reasoning",
        "signals.confidence",
    ]
    remedies = {error["field"]: error["remedy"] for error in answer.json["errors"]}
    assert remedies["impact.amount"] == "Send text or null."
    assert remedies["impact.curency"] == "Did you mean currency? If not, leave it out."
    assert remedies["signals.confidence"] == "1 is the most."
    assert "more_errors" not in answer.json


async def test_the_problem_itself_is_about_the_first_one_as_ever(door: Door) -> None:
    problem = (await post(door, _WRONG_ALL_OVER)).json
    first = problem["errors"][0]
    assert first == {key: problem[key] for key in ("field", "detail", "remedy")}


async def test_a_list_of_twenty_says_that_there_are_more(door: Door) -> None:
    body = {"action": {"name": "a", "summary": "S"}, "reasoning": "r"} | {f"x{n}": n for n in range(40)}
    problem = (await post(door, body)).json
    assert len(problem["errors"]) == MOST_TOLD
    assert problem["more_errors"] is True


async def test_just_twenty_are_all_there_are(door: Door) -> None:
    body = {"action": {"name": "a", "summary": "S"}, "reasoning": "r"} | {f"x{n}": n for n in range(20)}
    problem = (await post(door, body)).json
    assert len(problem["errors"]) == MOST_TOLD
    assert "more_errors" not in problem


async def test_a_list_that_is_too_long_is_told_beside_what_is_wrong_in_it(door: Door) -> None:
    body = {
        "action": {"name": "a", "summary": "S"},
        "reasoning": "r",
        "context": {"tried": [*["a"] * 20, 7]},
    }
    details = [error["detail"] for error in (await post(door, body)).json["errors"]]
    assert sorted(details) == [
        "context.tried is too long; send at most 20 entries.",
        "context.tried[20] is a whole number where text belongs; send text.",
    ]


async def test_a_body_that_is_no_object_is_one_fault_of_no_field(door: Door) -> None:
    answer = await post(door, b"[1, 2]")
    assert answer.json["errors"] == [{"detail": answer.json["detail"], "remedy": "Send an object."}]


async def test_what_the_body_holds_is_never_told(door: Door) -> None:
    secret = "sk-live-4242"
    body = {
        "action": {"name": secret + " *", "summary": [secret], "arguments": secret},
        "reasoning": {"password": secret},
        "context": {"subject": {"facts": {secret: 1, "a" * 300: {secret: secret}}}},
        "impact": {"amount": secret, "level": secret},
        "callback": {"url": f"ftp://{secret}"},
    }
    answer = await post(door, body)
    assert len(answer.json["errors"]) >= 7
    assert secret not in answer.text


async def test_a_query_tells_every_wrong_parameter(door: Door) -> None:
    answer = await door.ask("GET", "/v1/approvals?limit=1000&status=open&colour=red")
    assert sorted(map(str, _told(answer))) == ["colour", "limit", "status"]


async def test_the_small_bodies_do_too(door: Door) -> None:
    taken = await door.ask("POST", "/v1/approvals/apr_nothing/redeem", {"digest": "x", "redemption": "y"})
    assert sorted(map(str, _told(taken))) == ["digest", "redemption", "redemption_id"]


@pytest.mark.parametrize("body", [{"reasoning": "r"}, {"action": None, "reasoning": "r"}])
async def test_one_fault_is_a_list_of_one(door: Door, body: dict[str, Any]) -> None:
    assert _told(await post(door, json.loads(json.dumps(body)))) == ["action"]


async def test_a_refusal_of_our_own_has_its_field_in_the_list_too(door: Door) -> None:
    body = {"action": {"name": "a", "summary": "S"}, "reasoning": "r", "state": ["x" * 8192]}
    answer = await post(door, body)
    [error] = answer.json["errors"]
    assert error["field"] == "state"
    assert error["remedy"] == "Send at most 8,192 bytes."
