"""Named bad and hostile inputs at the agents' door: each gets a clear, safe answer and stores nothing."""

import asyncio
import gzip
import json
import logging
from typing import Any

import pytest

from adapters.agents import reading
from tests.adapters.agents.door import REFUND, Answer, Door

START = b'{"action": {"name": "a.b", "summary": "S", "arguments": {'
END = b'}}, "reasoning": "r"}'


async def post(door: Door, body: Any, **headers: str) -> Answer:
    answer = await door.ask("POST", "/v1/approvals", body, headers=headers)
    if answer.status >= 300:
        assert await door.store.listing() == [], "something was stored"
    return answer


def changed(path: str, value: Any) -> dict[str, Any]:
    """The refund with one field set to something else."""
    body = json.loads(json.dumps(REFUND))
    *outer, last = path.split(".")
    there = body
    for name in outer:
        there = there.setdefault(name, {})
    there[last] = value
    return dict(body)


@pytest.mark.parametrize(
    ("name", "arguments", "place"),
    [
        ("duplicate keys", b'"amount": 1, "amount": 9999', "/action/arguments/amount"),
        ("NaN", b'"amount": NaN', "/action/arguments/amount"),
        ("Infinity", b'"amount": -Infinity', "/action/arguments/amount"),
        ("1e999", b'"amount": 1e999', "/action/arguments/amount"),
        ("integer over 2^53", b'"amount": 9007199254740993', "/action/arguments/amount"),
        ("5,000-digit integer", b'"amount": ' + b"9" * 5000, "/action/arguments/amount"),
        ("U+0000", b'"a": "x\\u0000y"', "/action/arguments/a"),
        ("lone surrogate", b'"a": "\\ud800"', "/action/arguments/a"),
    ],
    ids=lambda value: value if isinstance(value, str) and " " in value else "",
)
async def test_json_that_two_readers_understand_differently(
    door: Door, name: str, arguments: bytes, place: str
) -> None:
    answer = await post(door, START + arguments + END)
    assert answer.problem(400)
    assert answer.json["at"] == place


async def test_depth_5000(door: Door) -> None:
    assert "flatter" in (await post(door, START + b'"a": ' + b"[" * 5000 + b"]" * 5000 + END)).problem(400)


async def test_10000_keys(door: Door) -> None:
    keys = ", ".join(f'"k{number}": 1' for number in range(10_000)).encode()
    assert "keys" in (await post(door, START + keys + END)).problem(400)


async def test_1_mb_string(door: Door) -> None:
    answer = await door.send_whole("/v1/approvals", START + b'"a": "' + b"x" * 2**20 + b'"' + END)
    assert "at most" in answer.problem(413)
    assert await door.store.listing() == []


async def test_a_body_without_an_end_is_cut_off_at_the_limit(door: Door) -> None:
    head = (
        f"POST /v1/approvals HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {door.token}\r\n"
        "Transfer-Encoding: chunked\r\n\r\n"
    )
    reader, writer = await asyncio.open_connection("127.0.0.1", door.server.port)
    writer.write(head.encode() + (b"10000\r\n" + b" " * 2**16 + b"\r\n") * 16)
    async with asyncio.timeout(5):
        assert (await reader.readline()).split()[1] == b"413"
    writer.close()


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


@pytest.mark.parametrize(
    "path", ["status", "reviewer", "decision", "id", "agent", "action.digest", "impact.approved", "mode"]
)
async def test_extra_fields_that_try_to_set_status_or_reviewer(door: Door, path: str) -> None:
    answer = await post(door, changed(path, "approved"))
    assert "not a known field" in answer.problem(422, field=path)


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


async def test_a_deadline_in_the_past(door: Door) -> None:
    answer = await post(door, changed("needed_by", "2020-01-01T00:00:00Z"))
    assert answer.problem(422, field="needed_by")


@pytest.mark.parametrize(
    "key", ["k" * 10_240, "k" * 201, "", '""', '"unclosed', "blank in it", "schlüssel", "tab\there"]
)
async def test_idempotency_key_of_10_kb_or_of_odd_characters(door: Door, key: str) -> None:
    head = (
        f"POST /v1/approvals HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {door.token}\r\n"
        f"Content-Type: application/json\r\nConnection: close\r\nIdempotency-Key: {key}\r\n"
    )
    body = json.dumps(REFUND).encode()
    answer = await door.raw(head.encode() + f"Content-Length: {len(body)}\r\n\r\n".encode() + body)
    assert answer.split()[1] in (b"422", b"400")
    assert await door.store.listing() == []


async def test_idempotency_key_with_a_newline(door: Door) -> None:
    body = json.dumps(REFUND).encode()
    head = (
        f"POST /v1/approvals HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {door.token}\r\n"
        f"Idempotency-Key: a\n b\r\nConnection: close\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    answer = await door.raw(head.encode() + body)
    assert answer.split()[1] in (b"422", b"400")
    assert await door.store.listing() == []


async def test_two_idempotency_keys(door: Door) -> None:
    body = json.dumps(REFUND).encode()
    head = (
        f"POST /v1/approvals HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {door.token}\r\n"
        f"Idempotency-Key: a\r\nIdempotency-Key: b\r\nConnection: close\r\n"
        f"Content-Length: {len(body)}\r\n\r\n"
    )
    assert (await door.raw(head.encode() + body)).split()[1] == b"422"


@pytest.mark.parametrize(
    "odd",
    [
        "..%2F..%2Fetc",
        "%2e%2e%2fapprovals",
        "apr_%00",
        "%00",
        "apr_'%20or%201=1",
        "%22%22",
        "apr_" + "0" * 5000,
        "APR_" + "0" * 26,
        "%F0%9F%98%80",
        "%ff",
    ],
)
async def test_ids_with_dots_nulls_and_quotes_are_not_found(door: Door, odd: str) -> None:
    for method, path, body in [("GET", "", None), ("POST", "/cancel", {"reason": "x"})]:
        answer = await door.ask(method, f"/v1/approvals/{odd}{path}", body)
        assert answer.problem(404)


async def test_an_unknown_address_is_a_problem_too(door: Door) -> None:
    assert "/docs" in (await door.ask("GET", "/v2/nothing")).problem(404)


@pytest.mark.parametrize("method", ["TRACE", "PUT", "DELETE", "PATCH", "OPTIONS", "PROPFIND"])
async def test_trace_and_other_methods_are_not_taken(door: Door, method: str) -> None:
    answer = await door.ask(method, "/v1/approvals")
    assert answer.problem(405)
    assert set(answer.headers["Allow"].split(",")) >= {"GET", "POST"}
    assert door.token not in answer.text


async def test_head_is_get_without_its_body_or_not_taken(door: Door) -> None:
    first = await door.submit()
    answer = await door.ask("HEAD", f"/v1/approvals/{first['id']}")
    assert answer.status in (200, 405)
    assert answer.text == ""


async def test_a_method_override_is_ignored(door: Door) -> None:
    first = await door.submit()
    for header in ("X-HTTP-Method-Override", "X-HTTP-Method", "X-Method-Override"):
        answer = await door.ask("GET", f"/v1/approvals/{first['id']}?wait=0", headers={header: "DELETE"})
        assert (answer.status, answer.json["status"]) == (200, "pending")


@pytest.mark.parametrize("encoding", ["gzip", "deflate", "br", "zstd", "gzip, gzip", "x"])
async def test_gzip_request_bomb(door: Door, encoding: str) -> None:
    bomb = gzip.compress(b" " * 10_000_000) if encoding == "gzip" else b"\x78\x9c\x03\x00\x00\x00\x00\x01"
    answer = await post(door, bomb, **{"Content-Encoding": encoding})
    if answer.status == 415:
        assert "compressed" in answer.problem(415)
    else:
        assert answer.status == 400


@pytest.mark.parametrize(
    "kind",
    [
        "text/plain",
        "application/x-www-form-urlencoded",
        "multipart/form-data",
        "application/json; charset=utf-16",
    ],
)
async def test_a_body_of_another_type(door: Door, kind: str) -> None:
    assert "application/json" in (await post(door, REFUND, **{"Content-Type": kind})).problem(415)


@pytest.mark.parametrize(
    "kind", ["application/json;charset=UTF-8", "Application/JSON", "application/vnd.x+json"]
)
async def test_json_by_its_other_names(door: Door, kind: str) -> None:
    assert (await post(door, REFUND, **{"Content-Type": kind})).status == 201


async def test_a_slow_body_times_out(door: Door, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "SLOWEST_BODY", 0.05)
    head = (
        f"POST /v1/approvals HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {door.token}\r\n"
        "Connection: close\r\nContent-Length: 100\r\n\r\n"
    )
    reader, writer = await asyncio.open_connection("127.0.0.1", door.server.port)
    writer.write(head.encode() + b"{")
    async with asyncio.timeout(5):
        assert (await reader.readline()).split()[1] == b"408"
    writer.close()


async def test_a_client_that_hangs_up_in_the_middle_stores_nothing(door: Door) -> None:
    head = (
        f"POST /v1/approvals HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {door.token}\r\n"
        "Content-Length: 1000\r\n\r\n"
    )
    _, writer = await asyncio.open_connection("127.0.0.1", door.server.port)
    writer.write(head.encode() + json.dumps(REFUND).encode())
    await writer.drain()
    writer.close()
    await writer.wait_closed()
    assert (await door.ask("GET", "/v1/approvals")).json["approvals"] == []


@pytest.mark.parametrize(
    "text",
    [
        "{{7*7}}",
        "%s %n %(x)s",
        "{0.__class__}",
        "${jndi:ldap://x}",
        "\r\n\x1b[31mERROR\x1b[0m forged",
        "=1+1\t",
    ],
)
async def test_template_text_and_control_codes_come_back_untouched_and_unlogged(
    door: Door, text: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    body = changed("reasoning", text + ".")
    body["action"]["arguments"] = {"note": text}
    body["state"] = text
    answer = await post(door, body)
    assert answer.json["action"]["arguments"] == {"note": text}
    assert answer.json["state"] == text
    await door.ask("POST", "/v1/approvals", {text: 1})
    assert text not in caplog.text


async def test_a_hostile_field_name_is_quoted_plainly(door: Door) -> None:
    answer = await post(door, {**REFUND, "\x1b[31m\r\n<b>` - at `$.x" + "y" * 500: 1})
    assert answer.status == 422
    assert answer.json["field"].isascii()
    assert len(answer.json["field"]) < 200
    assert "\x1b" not in answer.json["detail"]


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


async def test_an_error_inside_tells_nothing_but_its_number(
    door: Door, caplog: pytest.LogCaptureFixture
) -> None:
    door.store.failing = RuntimeError("password=hunter2 in SELECT")
    answer = await door.ask("POST", "/v1/approvals", REFUND)
    assert answer.problem(500)
    assert "hunter2" not in answer.text
    [record] = [record for record in caplog.records if record.name == "adapters.agents.middleware"]
    assert getattr(record, "instance", None) == answer.json["instance"]
    assert getattr(record, "route", None) == "/v1/approvals"
