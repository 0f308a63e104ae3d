"""The tests' own fence: this machine is in reach, nothing else is."""

import asyncio
import os
import socket

import pytest

from tests.loopback import OutsideCallError

#: Reserved for documentation (RFC 5737), so that a hole in the fence would harm nobody.
OUTSIDE = "203.0.113.7"


def test_a_connection_to_the_outside_is_refused() -> None:
    with socket.socket() as client, pytest.raises(OutsideCallError):
        client.connect((OUTSIDE, 443))


def test_a_datagram_to_the_outside_is_refused() -> None:
    with socket.socket(type=socket.SOCK_DGRAM) as client, pytest.raises(OutsideCallError):
        client.sendto(b"?", (OUTSIDE, 53))


async def test_the_refusal_reaches_asynchronous_callers() -> None:
    with pytest.raises(OutsideCallError):
        await asyncio.open_connection(OUTSIDE, 443)


def test_an_outside_name_is_not_looked_up() -> None:
    with pytest.raises(socket.gaierror, match="stay on this machine"):
        socket.getaddrinfo("hooks.example.com", 443)


@pytest.mark.parametrize("name", ["localhost", "127.0.0.1"])
def test_this_machine_is_in_reach(name: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server, socket.socket() as client:
        client.connect((name, server.getsockname()[1]))


def test_no_setting_of_the_developer_reaches_a_test() -> None:
    assert not [name for name in os.environ if name.startswith("PLACET_")]
