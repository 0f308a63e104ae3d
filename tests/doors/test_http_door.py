"""HTTP that client libraries do not send, over raw sockets; `named/http_door.txt` is the list.

What two servers in a row could read differently is refused and the connection closed, so that no request
hides in another one's body. Every answer is one of ours, and repeats nothing of what was sent.
"""

import asyncio
import json
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from tests.adapters.agents.door import REFUND, Door
from tests.doors.served import Wire, first_of, statuses, wired

BODY = json.dumps(REFUND).encode()
#: what an attacker would like to be taken for a request of its own
HIDDEN = b"GET /v1/hidden HTTP/1.1\r\nHost: x\r\nX: "


class Sender:
    """Sends a submission with lines of the test's choice, and looks at everything that comes back."""

    def __init__(self, wire: Wire, door: Door) -> None:
        self.wire, self.door = wire, door

    async def refuses(self, lines: bytes, body: bytes = b"", *, start: bytes = b"") -> None:
        """One refusal, the connection closed, nothing stored, nothing repeated."""
        got = await self.answers(lines, body, start=start)
        assert statuses(got) == [400], got
        told = first_of(got)
        assert told.json["code"] == "not_http", got
        assert told.headers["content-type"] == "application/problem+json"
        assert told.headers["x-content-type-options"] == "nosniff"
        assert self.wire.key.encode() not in got
        assert b"hidden" not in got

    async def is_one_request(self, lines: bytes, body: bytes) -> None:
        """At most one answer, whatever it is: what lies in the body is not a request."""
        got = await self.answers(lines, body)
        assert len(statuses(got)) <= 1, got
        assert all(status < 500 for status in statuses(got))

    async def answers(self, lines: bytes, body: bytes = b"", *, start: bytes = b"") -> bytes:
        """Everything that comes back; nothing was stored unless it was accepted."""
        head = start or b"POST /v1/approvals HTTP/1.1\r\nHost: x\r\n"
        key = b"Authorization: Bearer " + self.wire.key.encode() + b"\r\n"
        got = await self.wire.raw(head + key + lines + b"\r\n" + body)
        stored = await self.door.store.listing()
        assert len(stored) == statuses(got).count(201)
        return got


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Bodies have a tenth of a second to arrive, and what comes after the answer as long again."""
    monkeypatch.setattr("adapters.agents.reading.SLOWEST_BODY", 0.1)
    monkeypatch.setattr("adapters.agents.serving.LINGER", 0.1)


@pytest_asyncio.fixture
async def sender() -> AsyncIterator[Sender]:
    """The agents' routes, listening."""
    async with wired() as (wire, door):
        yield Sender(wire, door)


async def test_cl_te(sender: Sender) -> None:
    lines = f"Content-Length: {len(HIDDEN) + 5}\r\nTransfer-Encoding: chunked\r\n".encode()
    await sender.refuses(lines, b"0\r\n\r\n" + HIDDEN)


async def test_te_cl(sender: Sender) -> None:
    chunk = f"{len(HIDDEN):x}\r\n".encode() + HIDDEN + b"\r\n0\r\n\r\n"
    await sender.refuses(b"Transfer-Encoding: chunked\r\nContent-Length: 4\r\n", chunk)


@pytest.mark.parametrize(
    "coding",
    [
        b"Transfer-Encoding: xchunked\r\n",
        b"Transfer-Encoding: chunked, identity\r\n",
        b"Transfer-Encoding: identity\r\nTransfer-Encoding: chunked\r\nContent-Length: 5\r\n",
        b"Transfer-Encoding : chunked\r\n",
        b"Transfer-Encoding:\x0bchunked\r\n",
        b"Transfer-Encoding: \x00chunked\r\n",
        b" Transfer-Encoding: chunked\r\n",
        b"Transfer\x00-Encoding: chunked\r\n",
        b"Transfer-Encoding: chunked, chunked\r\n",
    ],
)
async def test_te_te_in_disguise(sender: Sender, coding: bytes) -> None:
    await sender.is_one_request(coding, b"0\r\n\r\n" + HIDDEN + b"\r\n\r\n")


async def test_double_content_length(sender: Sender) -> None:
    length = f"Content-Length: {len(BODY)}\r\n".encode()
    await sender.refuses(length + b"Content-Length: 0\r\n", BODY)
    await sender.refuses(b"Content-Length: 0\r\n" + length, BODY)


async def test_list_of_content_lengths(sender: Sender) -> None:
    await sender.refuses(f"Content-Length: {len(BODY)}, {len(BODY)}\r\n".encode(), BODY)


@pytest.mark.parametrize(
    "length", [b"-1", b"+5", b"0x10", b"1e2", b"5 5", b"", b"\xd9\xa3", b"5\x00", b"1_0", b"9" * 40]
)
async def test_content_length_that_is_no_number(sender: Sender, length: bytes) -> None:
    await sender.refuses(b"Content-Length: " + length + b"\r\n", BODY)


async def test_content_length_over_2_64(sender: Sender) -> None:
    await sender.refuses(b"Content-Length: 18446744073709551617\r\n", b"x")


@pytest.mark.parametrize(
    "chunks",
    [
        b"zz\r\nabc\r\n0\r\n\r\n",
        b"-3\r\nabc\r\n0\r\n\r\n",
        b"0x3\r\nabc\r\n0\r\n\r\n",
        b"3\r\nabcdef\r\n0\r\n\r\n",
        b"3\nabc\n0\n\n",
        b"3;\nabc\r\n0\r\n\r\n",
        b"\r\n\r\n",
        b"3 \x00\r\nabc\r\n0\r\n\r\n",
    ],
)
async def test_bad_chunk(sender: Sender, chunks: bytes) -> None:
    got = await sender.answers(b"Connection: close\r\nTransfer-Encoding: chunked\r\n", chunks)
    assert statuses(got) == [400], got
    assert first_of(got).json["code"] == "not_http", got


async def test_chunk_size_over_2_64(sender: Sender) -> None:
    got = await sender.answers(b"Transfer-Encoding: chunked\r\n", b"fffffffffffffffff\r\nabc")
    assert statuses(got) in ([400], [413]), got


@pytest.mark.usefixtures("impatient")
async def test_endless_chunk_extension(sender: Sender) -> None:
    got = await sender.answers(b"Transfer-Encoding: chunked\r\n", b"3;" + b"x" * 200_000)
    assert statuses(got) in ([400], [408], [431]), got


@pytest.mark.usefixtures("impatient")
async def test_chunks_without_an_end(sender: Sender) -> None:
    got = await sender.answers(b"Connection: close\r\nTransfer-Encoding: chunked\r\n", b"3\r\nabc\r\n")
    assert statuses(got) == [408], got


async def test_trailers_that_pose_as_headers(sender: Sender) -> None:
    chunk = f"{len(BODY):x}\r\n".encode() + BODY + b"\r\n0\r\nIdempotency-Key: forged\r\nHost: evil\r\n\r\n"
    lines = b"Connection: close\r\nTransfer-Encoding: chunked\r\nTrailer: Idempotency-Key\r\n"
    got = await sender.answers(lines, chunk)
    assert statuses(got) in ([201], [400]), got


@pytest.mark.parametrize(
    "line",
    [
        b"X: a\nY: b\n",
        b"X: a\rY: b\r\n",
        b"X : a\r\n",
        b"X: a\r\n folded: b\r\n",
        b"No colon\r\n",
        b": no name\r\n",
        b"X\x00: a\r\n",
        b"X: a\x00b\r\n",
        b"X(: a\r\n",
        b"\xc3\xa4: a\r\n",
    ],
)
async def test_malformed_header(sender: Sender, line: bytes) -> None:
    got = await sender.answers(line + b"Connection: close\r\nContent-Length: 2\r\n", b"{}")
    assert len(statuses(got)) <= 1
    assert all(400 <= status < 500 for status in statuses(got)), got


@pytest.mark.parametrize(
    "start",
    [
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
        b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
        b"GET /\r\n",
        b"get / HTTP/1.1\r\nHost: x\r\n",
        b"GET / HTTP/1.1 x\r\nHost: x\r\n",
        b"GET / HTTP/9.9\r\nHost: x\r\n",
        b"GET / http/1.1\r\nHost: x\r\n",
        b"\x00\x00\x00\x00\r\n",
        b"GE\x00T / HTTP/1.1\r\nHost: x\r\n",
        b"GET /\x00 HTTP/1.1\r\nHost: x\r\n",
        b"GET /\xff HTTP/1.1\r\nHost: x\r\n",
        b"SSH-2.0-OpenSSH_9.6\r\n",
        b"EHLO evil.example\r\n",
        b"*1\r\n$4\r\nPING\r\n",
    ],
)
async def test_what_is_no_http(sender: Sender, start: bytes) -> None:
    got = await sender.answers(b"", start=start)
    assert all(400 <= status < 500 for status in statuses(got)), got
    assert len(statuses(got)) <= 1
    assert sender.wire.key.encode() not in got


@pytest.mark.parametrize(
    "start",
    [
        b"GET http://169.254.169.254/latest HTTP/1.1\r\nHost: x\r\n",
        b"GET //evil.example/v1/approvals HTTP/1.1\r\nHost: x\r\n",
        b"CONNECT evil.example:443 HTTP/1.1\r\nHost: x\r\n",
        b"OPTIONS * HTTP/1.1\r\nHost: x\r\n",
        b"GET /%zz HTTP/1.1\r\nHost: x\r\n",
        b"GET /v1/../../etc/passwd HTTP/1.1\r\nHost: x\r\n",
        b"GET evil HTTP/1.1\r\nHost: x\r\n",
        b"GET ? HTTP/1.1\r\nHost: x\r\n",
        b"GET http://[::1 HTTP/1.1\r\nHost: x\r\n",
    ],
)
async def test_address_of_somebody_else(sender: Sender, start: bytes) -> None:
    got = await sender.answers(b"Connection: close\r\n", start=start)
    assert len(statuses(got)) == 1, got
    assert 400 <= statuses(got)[0] < 500, got
    assert first_of(got).headers["content-type"] == "application/problem+json"


async def test_two_hosts(sender: Sender) -> None:
    await sender.refuses(b"Host: evil.example\r\n", start=b"GET /v1/approvals HTTP/1.1\r\nHost: x\r\n")


async def test_two_keys(sender: Sender) -> None:
    forged = b"Authorization: Bearer plc_0000000000000000_" + b"0" * 64 + b"\r\n"
    got = await sender.answers(
        forged + b"Connection: close\r\n", start=b"GET /v1/approvals HTTP/1.1\r\nHost: x\r\n"
    )
    assert statuses(got) in ([400], [401]), got


async def test_header_of_100_kb(sender: Sender) -> None:
    got = await sender.answers(b"X: " + b"x" * 100_000 + b"\r\n")
    assert statuses(got) == [431], got
    assert first_of(got).json["code"] == "headers_too_large"
    assert b"xxxx" not in got


async def test_address_of_100_kb(sender: Sender) -> None:
    got = await sender.answers(b"", start=b"GET /" + b"x" * 100_000 + b" HTTP/1.1\r\nHost: x\r\n")
    assert statuses(got) == [431], got


async def test_10_000_headers(sender: Sender) -> None:
    got = await sender.answers(b"".join(b"X%d: a\r\n" % number for number in range(10_000)))
    assert statuses(got) in ([400], [431]), got


async def test_request_hidden_behind_the_body_of_a_get(sender: Sender) -> None:
    lines = b"Connection: close\r\nContent-Length: %d\r\n" % len(HIDDEN)
    got = await sender.answers(lines, HIDDEN, start=b"GET /v1/approvals HTTP/1.1\r\nHost: x\r\n")
    assert statuses(got) == [200], got


async def test_request_after_connection_close(sender: Sender) -> None:
    lines = b"Connection: close\r\nContent-Length: %d\r\n" % len(BODY)
    got = await sender.answers(lines, BODY + HIDDEN + b"\r\n\r\n")
    assert statuses(got) in ([201], [400]), got


async def test_request_in_what_is_refused_as_too_long(sender: Sender) -> None:
    lines = b"Content-Length: %d\r\nContent-Encoding: gzip\r\nConnection: close\r\n" % len(HIDDEN)
    got = await sender.answers(lines, HIDDEN)
    assert statuses(got) == [415], got


@pytest.mark.parametrize(
    "upgrade",
    [
        b"Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABkAAQAAP__\r\n",
        b"Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n",
        b"Connection: Upgrade\r\nUpgrade: TLS/1.0\r\n",
    ],
)
async def test_upgrade_to_another_protocol(sender: Sender, upgrade: bytes) -> None:
    start = b"GET /v1/approvals HTTP/1.1\r\nHost: x\r\n"
    key = b"Authorization: Bearer " + sender.wire.key.encode() + b"\r\n"
    reader, writer = await asyncio.open_connection("127.0.0.1", sender.wire.port)
    writer.write(start + key + upgrade + b"\r\n")
    async with asyncio.timeout(25):
        assert (await reader.readline()).split()[1] == b"200"
    writer.close()


@pytest.mark.parametrize("expected", [b"100-continue", b"200-ok", b"\xff", b"100-continue, 100-continue"])
async def test_expectation(sender: Sender, expected: bytes) -> None:
    lines = b"Connection: close\r\nExpect: " + expected + b"\r\nContent-Length: %d\r\n" % len(BODY)
    got = await sender.answers(lines, BODY)
    assert statuses(got) in ([100, 201], [417], [400]), got
    if 417 in statuses(got):
        assert first_of(got).headers["x-content-type-options"] == "nosniff"


async def test_1_000_requests_in_one_go(sender: Sender) -> None:
    start = b"GET /v1/nothing HTTP/1.1\r\nHost: x\r\n\r\n"
    got = await sender.wire.raw(start * 1000 + b"GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
    assert statuses(got) == [404] * 1001
