"""Input that does not fit: the field is named with what to do. What is hostile stands in tests/doors."""

from typing import Any

import pytest

from tests.adapters.agents.bad_bodies import END, START, changed, post
from tests.adapters.agents.door import REFUND, Door


async def test_arguments_over_64_kib_after_they_grow_in_canonical_form(door: Door) -> None:
    numbers = ",".join(["1e20"] * 4000).encode()
    answer = await post(door, START + b'"a": [' + numbers + b"]" + END)
    assert "at most 65,536" in answer.problem(422, field="action.arguments")


async def test_arguments_of_just_64_kib_are_taken(door: Door) -> None:
    filler = "x" * (64 * 1024 - len('{"a":""}'))
    assert (await post(door, changed("action.arguments", {"a": filler}))).status == 201
    fresh = await door.ask("POST", "/v1/approvals", changed("action.arguments", {"a": filler + "x"}))
    assert fresh.problem(422, field="action.arguments")


async def test_state_over_8_kib(door: Door) -> None:
    answer = await post(door, changed("state", ["x" * 8192]))
    assert "at most 8,192" in answer.problem(422, field="state")


async def test_a_misspelt_field_gets_a_guess(door: Door) -> None:
    answer = await post(door, changed("impact.reversable", True))
    assert "did you mean reversible" in answer.problem(422, field="impact.reversable")


@pytest.mark.parametrize(
    ("path", "value", "says"),
    [
        ("action.name", 7, "send text"),
        ("action.name", "", "letters"),
        ("action.name", "refund.*", "letters"),
        ("action.name", "refund\n", "letters"),
        ("action.name", "x" * 101, "at most 100 characters"),
        ("action.arguments", [], "send an object"),
        ("action.arguments", "{}", "send an object"),
        ("reasoning", "   ", "not only blanks"),
        ("reasoning", "\u200b\u2060 \ufeff", "shows nothing to a reader"),
        ("action.summary", "\u200d", "shows nothing to a reader"),
        ("reasoning", "x" * 20_001, "at most 20,000 characters"),
        ("action.summary", "x" * 301, "at most 300 characters"),
        ("context.evidence", [{"title": "t"}] * 21, "at most 20 entries"),
        ("context.subject.facts", {f"k{n}": "v" for n in range(26)}, "at most 25 entries"),
        ("context.conversation", [{"from": "a", "text": "t"}] * 201, "at most 200 entries"),
        ("impact.level", "huge", "low, medium"),
        ("impact.amount", 240.0, "send text"),
        ("impact.amount", "1e9", "plain decimal"),
        ("impact.amount", "٣", "plain decimal"),
        ("impact.currency", "eur", "ISO 4217"),
        ("impact.reversible", "false", "send true or false"),
        ("signals.confidence", 1.01, "1 is the most"),
        ("signals.confidence", -0.1, "0 is the least"),
        ("signals.sentiment_score", -2, "-1 is the least"),
        ("choices", [], "at least one"),
        ("choices", ["approve", "delete"], "approve"),
        ("needed_by", "tomorrow", "RFC 3339"),
        ("needed_by", "2027-03-01T12:00:00", "RFC 3339"),
        ("needed_by", "0001-01-01T00:00:00+14:00", "real time"),
        ("needed_by", "9999-12-31T23:59:59-14:00", "real time"),
        ("callback.url", "javascript:alert(1)", "http or https"),
        ("supersedes", "apr_../../etc", "id of a request"),
    ],
)
async def test_a_field_that_does_not_fit_is_named_with_its_remedy(
    door: Door, path: str, value: Any, says: str
) -> None:
    field = "choices[1]" if value == ["approve", "delete"] else path
    detail = (await post(door, changed(path, value))).problem(422, field=field)
    assert says in detail


@pytest.mark.parametrize(
    "url", ["javascript:alert(1)", "mailto:a@b.example", "data:text/html,x", "//evil.example", "https://a b"]
)
async def test_evidence_that_is_no_web_address(door: Door, url: str) -> None:
    answer = await post(door, changed("context.evidence", [{"title": "t", "url": url}]))
    assert "http or https" in answer.problem(422, field="context.evidence[0].url")


async def test_a_missing_field_is_named(door: Door) -> None:
    assert "is missing" in (await post(door, {"action": {"name": "a"}})).problem(422, field="reasoning")
    assert "is missing" in (await post(door, {"action": {}, "reasoning": "r"})).problem(
        422, field="action.name"
    )


@pytest.mark.parametrize("body", [b"[]", b"null", b"7", b'"x"', b"true"])
async def test_a_body_that_is_no_object(door: Door, body: bytes) -> None:
    assert "object" in (await post(door, body)).problem(422)


@pytest.mark.parametrize("body", [b"", b"   ", b"{", b"{'a': 1}", b"\xff\xfe", b"\xef\xbb\xbf{}", b"a=b"])
async def test_a_body_that_is_no_json(door: Door, body: bytes) -> None:
    assert (await post(door, body)).problem(400)


async def test_another_method_is_answered_with_those_that_there_are(door: Door) -> None:
    assert "only GET and POST." in (await door.ask("DELETE", "/v1/approvals")).problem(405)


async def test_what_is_required_and_empty_is_not_to_be_left_out(door: Door) -> None:
    assert "leave it out" not in (await post(door, changed("reasoning", ""))).problem(422, field="reasoning")
    assert "leave it out" in (await post(door, changed("recommendation", ""))).problem(
        422, field="recommendation"
    )


@pytest.mark.parametrize(
    ("path", "meant"),
    [
        ("/v1/approval", "/v1/approvals"),
        ("/approvals", "/v1/approvals"),
        ("/v1/approvals/", "/v1/approvals"),
        ("/v1/approvals/apr_01/outcomes", "/v1/approvals/{id}/outcome"),
    ],
)
async def test_an_address_that_is_nearly_right_is_answered_with_the_right_one(
    door: Door, path: str, meant: str
) -> None:
    assert f"Did you mean {meant}?" in (await door.ask("POST", path, {})).problem(404)


@pytest.mark.parametrize("path", ["/v1/approvals/apr_01/approve", "/" + "v1/approvals" * 100])
async def test_an_address_that_is_no_slip_of_the_pen_is_not_guessed_at(door: Door, path: str) -> None:
    assert "Did you mean" not in (await door.ask("POST", path, {})).problem(404)


async def test_an_unknown_address_is_a_problem_too(door: Door) -> None:
    assert "/docs" in (await door.ask("GET", "/v2/nothing")).problem(404)


@pytest.mark.parametrize(
    "kind", ["application/json;charset=UTF-8", "Application/JSON", "application/vnd.x+json"]
)
async def test_json_by_its_other_names(door: Door, kind: str) -> None:
    assert (await post(door, REFUND, **{"Content-Type": kind})).status == 201


async def test_callback_addresses_that_are_literally_forbidden(door: Door) -> None:
    for url in [
        "https://[::ffff:169.254.169.254]/",
        "https://2130706433/",
        "https://0177.0.0.1/",
        "https://10.0.0.1/",
        "https://metadata.google.internal/",
        "https://placet.example.com/v1/approvals",
        "https://agents.example.com:22/",
        "https://user:password@agents.example.com/",
    ]:
        answer = await post(door, changed("callback.url", url))
        assert "callback address is refused" in answer.problem(422, field="callback.url"), url
