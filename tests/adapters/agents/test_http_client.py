"""Callbacks against receivers that drip, hang, lie, redirect and explode, each on a real socket."""

from __future__ import annotations

import asyncio
import ipaddress
import socket
import ssl
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from aiohttp.abc import AbstractResolver, ResolveResult
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from adapters.agents import http_client
from adapters.agents.http_client import CallbackClient
from adapters.agents.networks import networks
from bot.ports import Done, GiveUp, RetryLater, Sent
from tests.adapters.agents.receiver import Answer, Receiver, hangs, resets, says, sends

HERE = networks(["127.0.0.0/8", "::1"])
NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
BODY = '{"type":"approval.approved","name":"Jörg"}'.encode()
#: long enough to connect and ask on a busy machine
SHORT = timedelta(seconds=1)


@pytest.fixture
async def client() -> AsyncIterator[CallbackClient]:
    async with CallbackClient(allow=HERE, clock=lambda: NOW) as ready:
        yield ready


@pytest.fixture
async def hasty() -> AsyncIterator[CallbackClient]:
    async with CallbackClient(allow=HERE, timeout=SHORT) as ready:
        yield ready


async def answered(client: CallbackClient, answer: Answer) -> Sent:
    # No receiver may hold an attempt for longer than its own limits, which are short in these tests.
    async with Receiver(answer) as receiver, asyncio.timeout(15):
        return await client.post(receiver.url, BODY, {"webhook-id": "msg_1"})


def later(sent: Sent) -> RetryLater:
    assert isinstance(sent, RetryLater)
    assert sent.why.isprintable()
    return sent


def given_up(sent: Sent) -> str:
    assert isinstance(sent, GiveUp)
    return sent.why


async def test_the_receiver_gets_the_very_bytes_and_headers(client: CallbackClient) -> None:
    async with Receiver(says("200 OK")) as receiver:
        assert await client.post(receiver.url, BODY, {"webhook-id": "msg_1"}) == Done(message="200")
    line, headers, body = receiver.requests[0]
    assert line == "POST /hook?x=%2F1 HTTP/1.1"
    assert body == BODY
    assert headers["webhook-id"] == "msg_1"
    assert headers["content-type"] == "application/json"
    assert headers["accept-encoding"] == "identity"


@pytest.mark.parametrize("status", ["200 OK", "201 Created", "202 Accepted", "204 No Content", "299 Fine"])
async def test_every_2xx_is_a_success(client: CallbackClient, status: str) -> None:
    assert await answered(client, says(status)) == Done(message=status[:3])


@pytest.mark.parametrize("status", [400, 401, 403, 404, 409, 418, 422, 429, 500, 502, 503, 504, 599])
async def test_other_answers_are_tried_again(client: CallbackClient, status: int) -> None:
    sent = later(await answered(client, says(f"{status} No", body=b'{"error":\n\t"sorry"}')))
    assert sent == RetryLater(why=f'127.0.0.1 answered {status}: {{"error": "sorry"}}')


async def test_an_excerpt_is_short_and_harmless(client: CallbackClient) -> None:
    body = b"\x1b[31m\r\nroot: \xff\x00\xe2\x80\xae" + b"x" * 5000
    sent = later(await answered(client, says("500 Oops", body=body)))
    assert sent.why.startswith("127.0.0.1 answered 500: [31m root: \ufffd xxx")
    assert len(sent.why) < 250


async def test_a_dropped_connection_leaves_open_whether_it_worked(client: CallbackClient) -> None:
    for answer in (resets, sends(), sends(b"HTTP/1.1 2")):
        sent = later(await answered(client, answer))
        assert sent.uncertain


@pytest.mark.parametrize(
    "junk",
    [
        b"SSH-2.0-OpenSSH_9.6\r\n",
        b"\x16\x03\x01\x02\x00\x01",
        b"HTTP/1.1 OK\r\n\r\n",
        b"HTTP/1.1 99999 OK\r\n\r\n",
        b"HTTP/9.9 200 OK\r\n\r\n" + b"\x00" * 10,
        b"HTTP/1.1 200 OK\r\nX: " + b"x" * 100_000 + b"\r\n\r\n",
        b"HTTP/1.1 200 OK\r\n" + b"".join(b"X-%d: y\r\n" % n for n in range(1000)) + b"\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: -5\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n",
    ],
)
async def test_what_is_not_http_is_tried_again(client: CallbackClient, junk: bytes) -> None:
    assert later(await answered(client, sends(junk))).uncertain


async def test_a_broken_body_does_not_undo_the_status(
    monkeypatch: pytest.MonkeyPatch, client: CallbackClient
) -> None:
    monkeypatch.setattr(http_client, "_REST_OF_ANSWER", timedelta(seconds=0.1))
    short = sends(b"HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\nshort")
    junk = sends(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", forever=b"zz\r\n", pause=0.02)
    for answer in (short, junk):
        assert await answered(client, answer) == Done(message="200")


async def test_switching_protocols_is_no_success(client: CallbackClient) -> None:
    answer = sends(b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: upgrade\r\n\r\n")
    assert "answered 101" in later(await answered(client, answer)).why


async def test_a_closed_port_is_tried_again_and_certainly_did_not_work(client: CallbackClient) -> None:
    async with Receiver(hangs) as receiver:
        url = receiver.url
    sent = later(await client.post(url, BODY, {}))
    assert sent == RetryLater(why="127.0.0.1 could not be reached: Connection refused.")


async def test_a_connection_serves_for_many_callbacks(client: CallbackClient) -> None:
    async with Receiver(says("200 OK", body=b"x" * 30_000)) as receiver:
        for _ in range(5):
            await client.post(receiver.url, BODY, {})
        assert receiver.connections == 1


async def test_one_host_gets_only_so_many_connections() -> None:
    two = asyncio.Barrier(2)

    async def in_pairs(writer: asyncio.StreamWriter) -> None:
        await two.wait()
        await says("200 OK")(writer)

    async with Receiver(in_pairs) as receiver, CallbackClient(allow=HERE, per_host=2) as client:
        sent = await asyncio.gather(*(client.post(receiver.url, BODY, {}) for _ in range(8)))
    assert sent == [Done(message="200")] * 8
    assert receiver.most_at_once == 2


class Names(AbstractResolver):
    """A name server that answers every question alike."""

    def __init__(self, *addresses: str) -> None:
        self.addresses = addresses

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        if not self.addresses:
            raise OSError("no such name")
        return [
            ResolveResult(
                hostname=host,
                host=address,
                port=port,
                family=socket.AF_INET6 if ":" in address else socket.AF_INET,
                proto=0,
                flags=0,
            )
            for address in self.addresses
        ]

    async def close(self) -> None:
        pass


async def post_to(port: int, *addresses: str, scheme: str = "http", **options: Any) -> Sent:
    """What comes of a callback to a name with these addresses."""
    options = {"allow": HERE, "resolver": lambda: Names(*addresses), **options}
    async with CallbackClient(**options) as client:
        return await client.post(f"{scheme}://agents.example.com:{port}/hook", BODY, {})


async def test_a_name_may_not_lead_to_loopback_unless_that_is_open() -> None:
    async with Receiver(says("200 OK")) as receiver:
        assert "this machine itself" in given_up(
            await post_to(receiver.port, "127.0.0.1", scheme="https", allow=())
        )
        assert receiver.connections == 0
        assert isinstance(await post_to(receiver.port, "127.0.0.1"), Done)


async def test_http_to_a_name_on_the_public_internet_is_given_up() -> None:
    # A connection to it would end the test: nothing may leave this machine.
    assert "outside the allowed networks" in given_up(await post_to(80, "93.184.215.14"))


async def test_beside_a_forbidden_address_an_allowed_one_is_used_or_tried_again() -> None:
    async with Receiver(says("200 OK")) as receiver:
        port = receiver.port
        assert isinstance(await post_to(port, "10.0.0.1", "127.0.0.1"), Done)
    assert isinstance(await post_to(port, "10.0.0.1", "127.0.0.1"), RetryLater)


async def test_a_name_that_is_unknown_is_tried_again() -> None:
    assert later(await post_to(80)).why == "The name agents.example.com could not be looked up."


@pytest.mark.parametrize(
    "url",
    [
        "http://2130706433/",
        "http://10.0.0.1/",
        "ftp://127.0.0.1/",
        "http://127.0.0.1:22/",
        "",
        "http://xn--/",
        "http://127.0.0.1:8080/v1",
    ],
)
async def test_an_address_that_is_refused_as_written_is_given_up(url: str) -> None:
    async with CallbackClient(allow=HERE, public_url="http://127.0.0.1:8080") as client:
        assert given_up(await client.post(url, BODY, {}))


async def test_odd_international_names_are_only_unknown() -> None:
    async with CallbackClient(allow=HERE, resolver=Names) as client:
        for name in ("xn--a", "xn--zzzzzzz99999", "xn--nxasmq6b.example"):
            assert "could not be looked up" in later(await client.post(f"https://{name}/", BODY, {})).why


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Key and certificate of 127.0.0.1, signed by itself, in one file."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "receiver")])
    there = [x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]
    now = datetime.now(UTC)
    signed = (
        x509.CertificateBuilder(
            subject_name=name, issuer_name=name, public_key=key.public_key(), serial_number=1
        )
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + timedelta(hours=1))
        .add_extension(x509.SubjectAlternativeName(there), critical=False)
        .sign(key, hashes.SHA256())
    )
    path = tmp_path_factory.mktemp("tls") / "receiver.pem"
    pem = serialization.Encoding.PEM
    path.write_bytes(
        key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
        + signed.public_bytes(pem)
    )
    return path


async def test_https_wants_a_certificate_that_is_trusted_and_names_the_host(certificate: Path) -> None:
    serving = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    serving.load_cert_chain(certificate)
    trust = ssl.create_default_context(cafile=str(certificate))
    async with Receiver(says("200 OK"), tls=serving) as receiver:
        async with CallbackClient(allow=HERE, trust=trust) as client:
            assert isinstance(await client.post(receiver.url, BODY, {}), Done)
        named_otherwise = later(await post_to(receiver.port, "127.0.0.1", scheme="https", trust=trust))
        assert "over TLS: Hostname mismatch" in named_otherwise.why
        async with CallbackClient(allow=HERE) as client:
            assert (
                "over TLS: self-signed certificate." in later(await client.post(receiver.url, BODY, {})).why
            )
    assert len(receiver.requests) == 1


async def test_https_to_a_port_without_tls_is_tried_again() -> None:
    async with Receiver(says("200 OK")) as receiver:
        sent = later(await post_to(receiver.port, "127.0.0.1", scheme="https", timeout=SHORT))
    assert sent.why.startswith("agents.example.com ")


async def test_a_cancelled_attempt_leaves_the_client_usable(client: CallbackClient) -> None:
    async with Receiver(hangs) as receiver:
        attempt = asyncio.create_task(client.post(receiver.url, BODY, {}))
        while not receiver.requests:
            await asyncio.sleep(0)
        attempt.cancel()
        with pytest.raises(asyncio.CancelledError):
            await attempt
    assert isinstance(await answered(client, says("200 OK")), Done)


def test_the_timeout_of_an_attempt_is_within_what_the_standard_asks() -> None:
    assert timedelta(seconds=15) <= http_client.TIMEOUT <= timedelta(seconds=30)
    assert aiohttp.ClientTimeout(total=http_client.TIMEOUT.total_seconds()).total == 20
