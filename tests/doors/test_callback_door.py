"""Where callbacks may go, and what answers there; `named/callback_door.txt` is the list.

An address is refused three times over: by its text when an agent sends it, by its text again before it is
dialled, and by its number on the very socket that a name led to.
"""

from __future__ import annotations

import asyncio
import gzip
import tracemalloc
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from adapters.agents import http_client
from adapters.agents.http_client import CallbackClient
from adapters.agents.networks import networks
from bot.ports import Done, GiveUp, RetryLater
from tests.adapters.agents.bad_bodies import changed, post
from tests.adapters.agents.door import Door
from tests.adapters.agents.receiver import Answer, Receiver, hangs, says, sends
from tests.adapters.agents.test_addresses import OURS, refusal
from tests.adapters.agents.test_http_client import (
    BODY,
    HERE,
    NOW,
    SHORT,
    Names,
    answered,
    given_up,
    later,
    post_to,
)


@pytest.fixture
async def client() -> AsyncIterator[CallbackClient]:
    """May go to this machine."""
    async with CallbackClient(allow=HERE, clock=lambda: NOW) as ready:
        yield ready


@pytest.fixture
async def hasty() -> AsyncIterator[CallbackClient]:
    """Waits for a moment only."""
    async with CallbackClient(allow=HERE, timeout=SHORT) as ready:
        yield ready


async def refused_everywhere(door: Door, *hosts: str) -> None:
    """Neither taken from an agent nor dialled, whatever the scheme and the port."""
    for host in hosts:
        for url in (f"https://{host}/hook", f"http://{host}:8080/hook", f"https://{host}:8443/"):
            answer = await post(door, changed("callback.url", url))
            assert "callback address is refused" in answer.problem(422, field="callback.url"), url
            for allow in ((), networks(["10.9.0.0/16"])):
                async with CallbackClient(allow=allow) as client:
                    assert given_up(await client.post(url, BODY, {})), url


async def unreachable_by_name(*addresses: str) -> None:
    """No name leads there."""
    for address in addresses:
        for scheme in ("https", "http"):
            why = given_up(await post_to(49152, address, scheme=scheme, allow=networks(["10.9.0.0/16"])))
            assert why.startswith("agents.example.com leads to "), address


async def test_127_0_0_1_as_a_literal(locked: Door) -> None:
    await refused_everywhere(locked, "127.0.0.1", "127.9.9.9", "[::1]")
    await unreachable_by_name("127.0.0.1", "127.9.9.9", "::1")


async def test_ffff_127_0_0_1_as_a_literal(locked: Door) -> None:
    await refused_everywhere(locked, "[::ffff:127.0.0.1]", "[::ffff:7f00:1]", "[0:0:0:0:0:ffff:7f00:0001]")
    await unreachable_by_name("::ffff:127.0.0.1")


async def test_2130706433(locked: Door) -> None:
    await refused_everywhere(locked, "2130706433", "4294967297", "017700000001")


async def test_0177_0_0_1(locked: Door) -> None:
    await refused_everywhere(locked, "0177.0.0.1", "127.0.0.01")


async def test_127_1(locked: Door) -> None:
    await refused_everywhere(locked, "127.1", "127.0.1", "127.0.0.1.")


async def test_0x7f000001(locked: Door) -> None:
    await refused_everywhere(locked, "0x7f000001", "0x7f.0.0.1", "0X7F.1", "0x")


async def test_localhost(locked: Door) -> None:
    await refused_everywhere(locked, "localhost", "LOCALHOST", "localhost.localdomain")


async def test_localhost_with_a_dot(locked: Door) -> None:
    await refused_everywhere(locked, "localhost.")


async def test_sub_localhost(locked: Door) -> None:
    await refused_everywhere(locked, "sub.localhost", "a.b.localhost.")


async def test_169_254_169_254(locked: Door) -> None:
    await refused_everywhere(
        locked, "169.254.169.254", "[::ffff:169.254.169.254]", "metadata.google.internal"
    )
    await unreachable_by_name("169.254.169.254", "::ffff:169.254.169.254")


async def test_fd00_ec2_254(locked: Door) -> None:
    await refused_everywhere(locked, "[fd00:ec2::254]")
    await unreachable_by_name("fd00:ec2::254")


async def test_224_4(locked: Door) -> None:
    await refused_everywhere(locked, "224.0.0.1", "239.255.255.250", "255.255.255.255")
    await unreachable_by_name("224.0.0.1", "239.255.255.250", "255.255.255.255")


async def test_192_0_0_8(locked: Door) -> None:
    await refused_everywhere(locked, "192.0.0.8")
    await unreachable_by_name("192.0.0.8")


async def test_192_88_99_24(locked: Door) -> None:
    await refused_everywhere(locked, "192.88.99.1")
    await unreachable_by_name("192.88.99.1")


async def test_64_ff9b_96(locked: Door) -> None:
    await refused_everywhere(locked, "[64:ff9b::a9fe:a9fe]", "[64:ff9b:1::1]")
    await unreachable_by_name("64:ff9b::7f00:1")


async def test_2002_16(locked: Door) -> None:
    await refused_everywhere(locked, "[2002:7f00:1::]")
    await unreachable_by_name("2002:7f00:1::")


async def test_3fff_20(locked: Door) -> None:
    await refused_everywhere(locked, "[3fff::1]")
    await unreachable_by_name("3fff::1")


async def test_fec0_10(locked: Door) -> None:
    await refused_everywhere(locked, "[fec0::1]", "[fe80::1]")
    await unreachable_by_name("fec0::1", "fe80::1")


async def test_ff00_8(locked: Door) -> None:
    await refused_everywhere(locked, "[ff02::1]")
    await unreachable_by_name("ff02::1")


async def test_private_networks(locked: Door) -> None:
    hosts = ("10.0.0.1", "172.16.0.1", "192.168.1.1", "100.64.0.1", "0.0.0.0", "198.18.0.1")
    await refused_everywhere(locked, *hosts, "[fc00::1]", "[::]")
    await unreachable_by_name(*hosts, "fc00::1", "::")


@pytest.mark.parametrize(
    "scheme", ["ftp", "file", "gopher", "ws", "wss", "javascript", "data", "unix", "http+unix"]
)
def test_ftp_file_gopher_ws(scheme: str) -> None:
    assert "its scheme is not https" in refusal(f"{scheme}://agents.example.com/x")


@pytest.mark.parametrize(
    "port",
    [1, 21, 22, 23, 25, 53, 110, 139, 445, 465, 587, 636, 993, 2375, 3306, 5432, 6379, 6667, 11211, 27017],
)
def test_ports_22_25_6379(port: int) -> None:
    assert f"port {port} belongs to other services" in refusal(f"https://agents.example.com:{port}/")


@pytest.mark.parametrize(
    "url",
    [
        "https://placet.example.com/approvals/v1/approvals",
        "https://PLACET.example.com.:443/approvals",
        "https://placet.example.com/approvals?x=1",
        "https://placet.example.com//approvals/x",
        "https://placet.example.com/agents/../approvals/x",
        "https://placet.example.com/%61pprovals/x",
        "https://placet.example.com/agents/%2e%2e/approvals",
    ],
)
def test_our_own_url(url: str) -> None:
    assert "this Placet itself" in refusal(url, public_url=OURS)


@pytest.mark.parametrize("user", ["user", "user:pass", ":", "", "example.com:443"])
def test_user_name_and_password_in_the_address(user: str) -> None:
    sentence = refusal(f"https://{user}@agents.example.com/")
    assert "user name or password" in sentence
    assert "pass@" not in sentence


async def test_410(client: CallbackClient) -> None:
    assert "give the agent a new address" in given_up(
        await answered(client, says("410 Gone", "Retry-After: 5"))
    )


@pytest.mark.parametrize("status", [300, 301, 302, 303, 304, 307, 308])
async def test_redirect_301_to_308(client: CallbackClient, status: int) -> None:
    async with Receiver(says("200 OK")) as inner:
        sent = later(await answered(client, says(f"{status} Moved", f"Location: {inner.url}")))
        assert inner.connections == 0
    assert "which is not followed" in sent.why


@pytest.mark.parametrize(
    ("header", "after"),
    [
        ("5", timedelta(seconds=5)),
        ("86401", timedelta(days=1)),
        ("9000000000", timedelta(days=1)),
        ("9" * 4000, timedelta(days=1)),
        ("9e9", None),
        ("-1", None),
        ("0", None),
        ("soon", None),
        ("1.5", None),
        ("٥", None),
        ("Sun, 01 Mar 2026 12:00:30 GMT", timedelta(seconds=30)),
        ("Sun, 01 Mar 2026 12:00:30 -0000", timedelta(seconds=30)),
        ("Sun, 01 Mar 2026 13:00:30 +0100", timedelta(seconds=30)),
        ("Fri, 01 Mar 2086 12:00:30 GMT", timedelta(days=1)),
        ("Sun, 01 Mar 2026 11:59:59 GMT", None),
        ("Sun, 99 Mar 2026 12:00:30 GMT", None),
        ("Sun, 01 Mar 99999999999 12:00:30 GMT", None),
        ("Sun, 01 Mar 0001 00:00:30 +2359", None),
    ],
)
@pytest.mark.parametrize("status", [429, 503])
async def test_429_with_retry_after_5_9e9_1_a_date_or_soon(
    client: CallbackClient, status: int, header: str, after: timedelta | None
) -> None:
    assert later(await answered(client, says(f"{status} Later", f"Retry-After: {header}"))).after == after


async def test_100_mb_body(client: CallbackClient) -> None:
    sent = 0

    async def floods(writer: asyncio.StreamWriter) -> None:
        nonlocal sent
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 100000000\r\n\r\n")
        while True:
            writer.write(b"x" * 65536)
            await writer.drain()
            sent += 65536

    async with Receiver(floods) as receiver:
        assert isinstance(await client.post(receiver.url, BODY, {}), Done)
        await asyncio.wait_for(receiver.hung_up.wait(), 60)
    # What lies in the two sockets' buffers has been sent, but never read.
    assert sent < 20_000_000


async def test_gzip_bomb_of_49_kb(client: CallbackClient) -> None:
    bomb = gzip.compress(bytes(47_000_000), 9)
    assert len(bomb) < 50_000
    tracemalloc.start()
    try:
        sent = later(await answered(client, says("500 Oops", "Content-Encoding: gzip", body=bomb)))
        assert tracemalloc.get_traced_memory()[1] < 2_000_000
    finally:
        tracemalloc.stop()
    assert sent.why == "127.0.0.1 answered 500: (a compressed answer)"


async def test_gzip_that_is_none(client: CallbackClient) -> None:
    for coding in ("gzip", "deflate", "br", "zstd", "nonsense"):
        answer = says("200 OK", f"Content-Encoding: {coding}", body=b"plain")
        assert await answered(client, answer) == Done(message="200")


@pytest.mark.parametrize("variable", ["HTTP_PROXY", "http_proxy", "ALL_PROXY", "HTTPS_PROXY"])
async def test_proxy_variables_in_the_environment(monkeypatch: pytest.MonkeyPatch, variable: str) -> None:
    async with Receiver(says("502 Bad")) as proxy, Receiver(says("200 OK")) as receiver:
        monkeypatch.setenv(variable, f"http://127.0.0.1:{proxy.port}")
        async with CallbackClient(allow=HERE) as client:
            assert isinstance(await client.post(receiver.url, BODY, {}), Done)
        assert proxy.connections == 0


async def test_passwords_in_the_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "netrc").write_text("default login admin password s3cret\n")
    monkeypatch.setenv("NETRC", str(tmp_path / "netrc"))
    async with Receiver(says("200 OK")) as receiver, CallbackClient(allow=HERE) as client:
        await client.post(receiver.url, BODY, {})
    assert "authorization" not in receiver.requests[0][1]


async def test_name_that_changes_its_mind() -> None:
    names = Names("127.0.0.1")
    async with (
        Receiver(says("200 OK", "Connection: close")) as receiver,
        CallbackClient(allow=networks(["127.0.0.1"]), resolver=lambda: names) as client,
    ):
        url = f"http://agents.example.com:{receiver.port}/hook"
        assert isinstance(await client.post(url, BODY, {}), Done)
        names.addresses = ("127.0.0.2",)
        client._sessions["http"].connector.clear_dns_cache()  # type: ignore[union-attr]  # a connected session has one
        assert isinstance(await client.post(url, BODY, {}), GiveUp)
    assert len(receiver.requests) == 1


@pytest.mark.parametrize(
    "addresses",
    [
        ["10.0.0.1"],
        ["169.254.169.254"],
        ["::ffff:10.0.0.1"],
        ["fd00:ec2::254"],
        ["fe80::1%1"],
        ["64:ff9b::a00:1"],
        ["0.0.0.0"],
        ["10.0.0.1", "10.0.0.2"],
        ["10.0.0.1", "fd00::1", "224.0.0.1"],
    ],
)
@pytest.mark.parametrize("scheme", ["http", "https"])
async def test_name_that_leads_to_a_forbidden_address(scheme: str, addresses: list[str]) -> None:
    why = given_up(await post_to(49152, *addresses, scheme=scheme))
    assert why.startswith("agents.example.com leads to ")
    assert "have the operator allow the network" in why


@pytest.mark.parametrize(
    "answer",
    [
        sends(b"HTTP/1.1 200 OK\r\n", forever=b"x", pause=0.02),
        sends(b"HTTP/1.1 200 OK\r\nA: ", forever=b"x", pause=0.02),
        sends(forever=b"HTTP/1.1 100 Continue\r\n\r\n", pause=0.02),
    ],
    ids=["in a header's name", "in a header's value", "in interim answers"],
)
async def test_headers_that_drip(hasty: CallbackClient, answer: Answer) -> None:
    assert later(await answered(hasty, answer)).uncertain


@pytest.mark.parametrize(
    "head", [b"Content-Length: 1000000", b"Transfer-Encoding: chunked", b"Connection: close"]
)
async def test_one_byte_per_300_ms(
    monkeypatch: pytest.MonkeyPatch, client: CallbackClient, head: bytes
) -> None:
    monkeypatch.setattr(http_client, "_REST_OF_ANSWER", timedelta(seconds=0.1))
    drip = b"1\r\nx\r\n" if b"chunked" in head else b"x"
    for status, kind in ((b"200 OK", Done), (b"500 Oops", RetryLater), (b"410 Gone", GiveUp)):
        start = b"HTTP/1.1 " + status + b"\r\n" + head + b"\r\n\r\n"
        async with Receiver(sends(start, forever=drip, pause=0.01)) as receiver, asyncio.timeout(15):
            assert isinstance(await client.post(receiver.url, BODY, {}), kind)
            await asyncio.wait_for(receiver.hung_up.wait(), 60)


async def test_receiver_that_never_answers(hasty: CallbackClient) -> None:
    assert later(await answered(hasty, hangs)) == RetryLater(
        why="127.0.0.1 did not answer in time.", uncertain=True
    )


async def test_cookies_of_a_receiver(client: CallbackClient) -> None:
    async with Receiver(says("200 OK", "Set-Cookie: a=b; Path=/")) as receiver:
        await client.post(receiver.url, BODY, {})
        await client.post(receiver.url, BODY, {})
    assert "cookie" not in receiver.requests[1][1]
