"""What comes in through the agents' address, by its name; `named/api_door.txt` is the list."""

import asyncio
import csv
import gzip
import io
import json
import logging
import re
from pathlib import Path
from typing import Any

import pytest

from adapters.agents import patient_site, reading
from bot.exporting.writing import SafeCsv
from tests.adapters.agents.bad_bodies import END, START, changed, post
from tests.adapters.agents.door import REFUND, Door
from tests.doors.served import served
from tests.written_log import written_log

SECRET = "hunter2"
#: how a line of the log begins, or the rest of one that takes several
LOG_LINE = re.compile(r"[0-9]{4}-[0-9-]+T[0-9:.]+Z (debug|info|warning|error) |    ")


async def refused_at(door: Door, arguments: bytes, place: str) -> None:
    """These arguments are not JSON that everybody reads in one way, and the place is named."""
    answer = await post(door, START + arguments + END)
    assert answer.problem(400)
    assert answer.json["at"] == place


async def test_duplicate_keys_amount_1_9999(door: Door) -> None:
    await refused_at(door, b'"amount": 1, "amount": 9999', "/action/arguments/amount")
    await refused_at(door, b'"amount": 1, "\\u0061mount": 9999', "/action/arguments/amount")
    await refused_at(door, b'"a": [{"b": 1, "b": 1}]', "/action/arguments/a/0/b")


async def test_nan(door: Door) -> None:
    await refused_at(door, b'"amount": NaN', "/action/arguments/amount")


async def test_infinity(door: Door) -> None:
    await refused_at(door, b'"amount": Infinity', "/action/arguments/amount")
    await refused_at(door, b'"amount": -Infinity', "/action/arguments/amount")


async def test_1e999(door: Door) -> None:
    await refused_at(door, b'"amount": 1e999', "/action/arguments/amount")
    await refused_at(door, b'"amount": -1E+999', "/action/arguments/amount")


async def test_integer_over_2_53(door: Door) -> None:
    await refused_at(door, b'"amount": 9007199254740993', "/action/arguments/amount")
    await refused_at(door, b'"amount": -9007199254740993', "/action/arguments/amount")


async def test_5_000_digit_integer(door: Door) -> None:
    await refused_at(door, b'"amount": ' + b"9" * 5000, "/action/arguments/amount")


async def test_u_0000(door: Door) -> None:
    await refused_at(door, b'"a": "x\\u0000y"', "/action/arguments/a")
    assert (await post(door, START + b'"a": "x\x00y"' + END)).problem(400)
    assert (await post(door, START + b'"x\\u0000y": 1' + END)).problem(400)


async def test_lone_surrogate(door: Door) -> None:
    await refused_at(door, b'"a": "\\ud800"', "/action/arguments/a")
    await refused_at(door, b'"a": "\\uDFFF\\uD800"', "/action/arguments/a")
    assert (await post(door, START + b'"a": "\xed\xa0\x80"' + END)).problem(400)


async def test_depth_5_000(door: Door) -> None:
    assert "flatter" in (await post(door, START + b'"a": ' + b"[" * 5000 + b"]" * 5000 + END)).problem(400)
    assert "flatter" in (await post(door, START + b'"a": ' + b'{"a":' * 5000 + b"1" + b"}" * 5000 + END)).text
    assert (await post(door, b"[" * 100_000)).problem(400)


async def test_1_mb_string(door: Door) -> None:
    answer = await door.send_whole("/v1/approvals", START + b'"a": "' + b"x" * 2**20 + b'"' + END)
    assert "at most" in answer.problem(413)
    assert await door.store.listing() == []


async def test_10_000_keys(door: Door) -> None:
    keys = ", ".join(f'"k{number}": 1' for number in range(10_000)).encode()
    assert "keys" in (await post(door, START + keys + END)).problem(400)


async def test_a_body_without_an_end(door: Door) -> None:
    head = (
        f"POST /v1/approvals HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {door.token}\r\n"
        "Transfer-Encoding: chunked\r\n\r\n"
    )
    reader, writer = await asyncio.open_connection("127.0.0.1", door.server.port)
    writer.write(head.encode() + (b"10000\r\n" + b" " * 2**16 + b"\r\n") * 16)
    async with asyncio.timeout(25):
        assert (await reader.readline()).split()[1] == b"413"
    writer.close()


@pytest.mark.parametrize("path", ["status", "decision", "id", "action.digest", "impact.approved", "mode"])
async def test_extra_fields_that_try_to_set_status(door: Door, path: str) -> None:
    assert "not a known field" in (await post(door, changed(path, "approved"))).problem(422, field=path)


@pytest.mark.parametrize("path", ["reviewer", "decided_by", "agent", "quorum", "action.owner", "context.to"])
async def test_extra_fields_that_try_to_set_a_reviewer(door: Door, path: str) -> None:
    assert "not a known field" in (await post(door, changed(path, "ann"))).problem(422, field=path)


@pytest.mark.parametrize("wait", ["-1", "-0.5", "%2D1"])
async def test_negative_wait(door: Door, wait: str) -> None:
    first = await door.submit()
    assert (await door.ask("GET", f"/v1/approvals/{first['id']}?wait={wait}")).problem(422, field="wait")


async def test_zero_wait(door: Door) -> None:
    first = await door.submit()
    async with asyncio.timeout(25):
        answer = await door.ask("GET", f"/v1/approvals/{first['id']}?wait=0")
    assert (answer.status, answer.json["status"]) == (200, "pending")


@pytest.mark.parametrize(
    "wait", ["61", "1000000000", "9" * 400, "soon", "", "1.5", "NaN", "%D9%A3", "1&wait=2", "0x10"]
)
async def test_huge_wait(door: Door, wait: str) -> None:
    first = await door.submit()
    assert (await door.ask("GET", f"/v1/approvals/{first['id']}?wait={wait}")).problem(422, field="wait")


@pytest.mark.parametrize("at", ["2020-01-01T00:00:00Z", "0001-01-01T00:00:00Z", "1969-12-31T23:59:59+14:00"])
async def test_deadline_in_the_past(door: Door, at: str) -> None:
    assert (await post(door, changed("needed_by", at))).problem(422, field="needed_by")


@pytest.mark.parametrize(
    "key", ["k" * 10_240, "k" * 201, "", '""', '"unclosed', "blank in it", "schlüssel", "tab\there"]
)
async def test_idempotency_key_of_10_kb(door: Door, key: str) -> None:
    assert await _status_under(door, f"Idempotency-Key: {key}\r\n") in (400, 422)
    assert await door.store.listing() == []


@pytest.mark.parametrize("newline", ["\n b", "\r\n b", "\r b", "\nX-Other: b"])
async def test_idempotency_key_with_a_newline(door: Door, newline: str) -> None:
    status = await _status_under(door, f"Idempotency-Key: a{newline}\r\n")
    assert status in (400, 422)
    assert await door.store.listing() == []


async def test_two_idempotency_keys(door: Door) -> None:
    assert await _status_under(door, "Idempotency-Key: a\r\nIdempotency-Key: b\r\n") == 422
    assert await door.store.listing() == []


async def _status_under(door: Door, lines: str) -> int:
    body = json.dumps(REFUND).encode()
    head = (
        f"POST /v1/approvals HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {door.token}\r\n{lines}"
        f"Content-Type: application/json\r\nConnection: close\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    return int((await door.raw(head.encode() + body)).split()[1])


async def test_idempotency_key_of_another_agent(door: Door) -> None:
    first = await door.submit(key="k-1")
    sent = {"Idempotency-Key": "k-1"}
    other = await door.ask("POST", "/v1/approvals", REFUND, token=door.other_token, headers=sent)
    assert other.status == 201
    assert other.json["id"] != first["id"]


async def test_idempotency_key_with_another_body(door: Door) -> None:
    await door.submit(key="k-1")
    body = {**REFUND, "reasoning": "Else."}
    answer = await door.ask("POST", "/v1/approvals", body, headers={"Idempotency-Key": "k-1"})
    assert "another body" in answer.problem(422, field="Idempotency-Key")
    assert len(await door.store.listing()) == 1


@pytest.mark.parametrize("odd", ["..%2F..%2Fetc", "%2e%2e%2fapprovals", "%2e%2e", "..%5c..", "apr_..%2f"])
async def test_id_with_dots_and_slashes(door: Door, odd: str) -> None:
    await _is_not_found(door, odd)


@pytest.mark.parametrize(
    "odd", ["apr_%00", "%00", "apr_" + "0" * 26 + "%00", "%ff", "%F0%9F%98%80", "%0d%0a"]
)
async def test_id_with_00(door: Door, odd: str) -> None:
    await _is_not_found(door, odd)


@pytest.mark.parametrize("odd", ["apr_'%20or%201=1", "%22%22", "apr_%27%3B--", "APR_" + "0" * 26])
async def test_id_with_quotes(door: Door, odd: str) -> None:
    await _is_not_found(door, odd)


async def test_id_of_5_000_characters(door: Door) -> None:
    await _is_not_found(door, "apr_" + "0" * 5000)


async def _is_not_found(door: Door, odd: str) -> None:
    for method, path, body in [("GET", "", None), ("POST", "/cancel", {"reason": "x"})]:
        assert (await door.ask(method, f"/v1/approvals/{odd}{path}", body)).problem(404)


@pytest.mark.parametrize("method", ["TRACE", "PUT", "DELETE", "PATCH", "OPTIONS", "PROPFIND"])
async def test_trace(door: Door, method: str) -> None:
    answer = await door.ask(method, "/v1/approvals")
    assert answer.problem(405)
    assert set(answer.headers["Allow"].split(",")) >= {"GET", "POST"}
    assert door.token not in answer.text


async def test_head(door: Door) -> None:
    first = await door.submit()
    answer = await door.ask("HEAD", f"/v1/approvals/{first['id']}")
    assert answer.status in (200, 405)
    assert answer.text == ""


@pytest.mark.parametrize("header", ["X-HTTP-Method-Override", "X-HTTP-Method", "X-Method-Override"])
async def test_method_override(door: Door, header: str) -> None:
    first = await door.submit()
    for query in ("wait=0", "_method=DELETE"):
        answer = await door.ask("GET", f"/v1/approvals/{first['id']}?{query}", headers={header: "DELETE"})
        assert answer.status == (200 if query == "wait=0" else 422)
    assert (await door.ask("GET", f"/v1/approvals/{first['id']}")).json["status"] == "pending"


@pytest.mark.parametrize("encoding", ["gzip", "deflate", "br", "zstd", "gzip, gzip", "x"])
async def test_gzip_request_bomb(door: Door, encoding: str) -> None:
    bomb = gzip.compress(b" " * 10_000_000) if encoding == "gzip" else b"\x78\x9c\x03\x00\x00\x00\x00\x01"
    answer = await post(door, bomb, **{"Content-Encoding": encoding})
    if answer.status == 415:
        assert "compressed" in answer.problem(415)
    else:
        assert answer.status == 400


async def test_slow_headers(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(patient_site, "SLOWEST_HEADERS", 0.05)
    async with served(tmp_path) as placet:
        for begun in (b"", b"G", b"GET / HTTP/1.1\r\nHost: x\r\nX-Slow: "):
            assert await placet.raw(begun, within=25) == b""


async def test_slow_headers_after_a_quick_request(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("adapters.agents.serving.IDLE", 0.2)
    async with served(tmp_path) as placet:
        quick = b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n"
        got = await placet.raw(quick, b"GET /healthz HTTP/1.1\r\nX-Slow: ", within=25)
    assert got.count(b"HTTP/1.1 200") == 1


async def test_slow_body(door: Door, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "SLOWEST_BODY", 0.05)
    head = (
        f"POST /v1/approvals HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {door.token}\r\n"
        "Connection: close\r\nContent-Length: 100\r\n\r\n"
    )
    reader, writer = await asyncio.open_connection("127.0.0.1", door.server.port)
    writer.write(head.encode() + b"{")
    async with asyncio.timeout(25):
        assert (await reader.readline()).split()[1] == b"408"
    writer.close()
    assert await door.store.listing() == []


async def test_a_client_that_hangs_up_in_the_middle(door: Door) -> None:
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
    "cursor", ["forged", "apr_%27%3B--", "apr_" + "0" * 26 + "%0A", "apr_" + "0" * 5000, "", "%00"]
)
async def test_forged_cursor(door: Door, cursor: str) -> None:
    assert (await door.ask("GET", f"/v1/approvals?cursor={cursor}")).problem(422, field="cursor")


async def test_cursor_of_another_agent(door: Door) -> None:
    await door.ask("POST", "/v1/approvals", REFUND, token=door.other_token)
    theirs = (await door.ask("GET", "/v1/approvals", token=door.other_token)).json["approvals"][0]["id"]
    assert (await door.ask("GET", f"/v1/approvals?cursor={theirs}")).json["approvals"] == []


@pytest.mark.parametrize("limit", ["1000000000", "0", "101", "-5", "9" * 5000, "1&limit=100"])
async def test_limit_1000000000(door: Door, limit: str) -> None:
    answer = await door.ask("GET", f"/v1/approvals?limit={limit}")
    assert answer.problem(422, field="limit")


async def test_query_that_names_another_agent(door: Door) -> None:
    for query in ("agent=other-bot", "status=open", "status=pending&status=approved", "limit=1;agent=x"):
        assert (await door.ask("GET", f"/v1/approvals?{query}")).problem(422, field=query.split("=")[0]), (
            query
        )


@pytest.mark.parametrize("first", ["=", "+", "-", "@", "\t", "\r", "\n", " =", "＝"])
def test_csv_cells_starting_with_a_formula(first: str) -> None:
    line = SafeCsv(("id", "said")).line({"id": first, "said": f"{first}HYPERLINK('http://x')"})
    [cells] = csv.reader(io.StringIO(line, newline=""), strict=True)
    assert cells == [f"'{first}", f"'{first}HYPERLINK('http://x')"]


FORGED = "x\r\n2026-11-21T00:00:00Z error   Forged. key=1\n\x1b[31m\u2028\u0085\x0bred\x1b[0m\x9b31m"


async def test_log_text_with_cr_lf_and_ansi(door: Door) -> None:
    with written_log() as log:
        body = changed("reasoning", FORGED)
        body["action"]["arguments"] = {FORGED: FORGED}
        assert (await door.ask("POST", "/v1/approvals", body)).status == 201
        assert (await door.ask("POST", "/v1/approvals", {**REFUND, FORGED: 1})).status == 422
        await door.ask("GET", "/v1/approvals/%0d%0a2026%1b%5b31m")
        # What breaks may hold anything that was sent.
        door.store.failing = RuntimeError(FORGED)
        assert (await door.ask("POST", "/v1/approvals", REFUND)).status == 500
        logging.getLogger("adapters").warning("Said: %s", FORGED, extra={"value": FORGED})

    written = log.getvalue()
    assert "RuntimeError" in written
    assert "\x1b" not in written
    assert "\x9b" not in written
    for line in written.splitlines():
        assert LOG_LINE.match(line), line
    assert "\n2026-11-21T00:00:00Z error" not in written


def test_log_text_with_cr_lf_and_ansi_as_json() -> None:
    with written_log(json_lines=True) as log:
        error, facts = RuntimeError(FORGED), {"value": FORGED}
        logging.getLogger("adapters").error("Said: %s", FORGED, extra=facts, exc_info=error)

    [line] = log.getvalue().splitlines()
    assert json.loads(line)["value"] == FORGED
    assert line.isprintable()


@pytest.mark.parametrize(
    "text", ["{{7*7}}", "%s %n %(x)s", "{0.__class__}", "${jndi:ldap://x}", "{%raw%}", "<%= 1 %>", "#{7*7}"]
)
async def test_template_text(door: Door, text: str, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    body: dict[str, Any] = changed("reasoning", f"{text}.")
    body["action"]["arguments"] = {"note": text}
    body["state"] = text
    answer = await post(door, body)
    assert answer.json["action"]["arguments"] == {"note": text}
    assert answer.json["state"] == text
    await door.ask("POST", "/v1/approvals", {text: 1})
    assert text not in caplog.text


async def test_what_breaks_inside_tells_nothing_but_its_number(
    door: Door, caplog: pytest.LogCaptureFixture
) -> None:
    door.store.failing = RuntimeError(f"password={SECRET} in SELECT")
    answer = await door.ask("POST", "/v1/approvals", REFUND)
    assert answer.problem(500)
    assert SECRET not in answer.text
    [record] = [record for record in caplog.records if record.name == "adapters.agents.middleware"]
    assert getattr(record, "instance", None) == answer.json["instance"]
    assert getattr(record, "route", None) == "/v1/approvals"


async def test_body_that_is_utf_16(door: Door) -> None:
    for encoding in ("utf-16", "utf-16-le", "utf-32", "utf-8-sig", "utf-7"):
        text = json.dumps({**REFUND, "reasoning": "größer"}, ensure_ascii=False)
        sent = text.encode(encoding) if encoding != "utf-7" else b"\xfe" + text.encode("utf-7")
        assert (await post(door, sent)).problem(400), encoding
    assert (await post(door, REFUND, **{"Content-Type": "application/json; charset=utf-16"})).problem(415)


async def test_form_that_a_foreign_page_could_send(door: Door) -> None:
    for kind in ("text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x"):
        assert "application/json" in (await post(door, REFUND, **{"Content-Type": kind})).problem(415)


async def test_hostile_name_of_a_field(door: Door) -> None:
    answer = await post(door, {**REFUND, "\x1b[31m\r\n<b>` - at `$.x" + "y" * 500: 1})
    assert answer.status == 422
    assert answer.json["field"].isascii()
    assert len(answer.json["field"]) < 200
    assert "\x1b" not in answer.json["detail"]
