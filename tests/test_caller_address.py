"""Who is counted for a request that came through proxies, or says so."""

from ipaddress import ip_network

import pytest

from bot.caller_address import MOST_HOPS, caller_address

OURS = (ip_network("127.0.0.0/8"), ip_network("10.0.0.0/8"), ip_network("fd00::/8"))


@pytest.mark.parametrize(
    ("remote", "forwarded", "counted"),
    [
        ("203.0.113.7", [], "203.0.113.7"),
        ("203.0.113.7", ["198.51.100.1"], "203.0.113.7"),
        ("127.0.0.1", [], "127.0.0.1"),
        ("127.0.0.1", ["203.0.113.7"], "203.0.113.7"),
        ("127.0.0.1", ["1.2.3.4, 203.0.113.7"], "203.0.113.7"),
        ("127.0.0.1", ["1.2.3.4", "203.0.113.7"], "203.0.113.7"),
        ("127.0.0.1", ["203.0.113.7, 10.0.0.2"], "203.0.113.7"),
        ("127.0.0.1", ["10.0.0.3, 10.0.0.2"], "10.0.0.3"),
        ("127.0.0.1", ["203.0.113.7:50123"], "203.0.113.7"),
        ("127.0.0.1", ["[2001:db8:1:2:3:4:5:6]:443"], "2001:db8:1:2::/64"),
        ("127.0.0.1", ["unknown"], "127.0.0.1"),
        ("127.0.0.1", ["203.0.113.7, <script>"], "127.0.0.1"),
        ("127.0.0.1", [",,,"], "127.0.0.1"),
        ("::ffff:203.0.113.7", [], "203.0.113.7"),
        ("::ffff:127.0.0.1", ["203.0.113.7"], "203.0.113.7"),
        ("2001:db8:1:2:3:4:5:6", [], "2001:db8:1:2::/64"),
        ("2001:db8:1:2:ffff::1", [], "2001:db8:1:2::/64"),
        ("fe80::1%eth0", [], "fe80::/64"),
        ("fd00::1", ["2001:db8::1"], "2001:db8::/64"),
        (None, ["203.0.113.7"], ""),
        ("", [], ""),
    ],
)
def test_who_is_counted(remote: str | None, forwarded: list[str], counted: str) -> None:
    assert caller_address(remote, forwarded, OURS) == counted


def test_nothing_is_believed_where_no_proxy_is_trusted() -> None:
    assert caller_address("127.0.0.1", ["203.0.113.7"], ()) == "127.0.0.1"


def test_only_so_many_hops_are_read() -> None:
    many = ", ".join(["203.0.113.7", *["10.0.0.1"] * 10_000])
    assert caller_address("127.0.0.1", [many], OURS) == "10.0.0.1"
    few = ", ".join(["203.0.113.7", *["10.0.0.1"] * (MOST_HOPS - 1)])
    assert caller_address("127.0.0.1", [few], OURS) == "203.0.113.7"
