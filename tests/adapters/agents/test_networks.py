"""The table of networks: public or not, whatever the Python release believes."""

from __future__ import annotations

from ipaddress import IPv4Address, IPv6Address, ip_address

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.agents.networks import is_allowed, networks, plain, why_forbidden


@pytest.mark.parametrize(
    "address",
    [
        "0.0.0.0",
        "0.1.2.3",
        "10.0.0.1",
        "10.255.255.255",
        "100.64.0.1",
        "100.127.255.255",
        "127.0.0.1",
        "127.255.255.254",
        "169.254.0.1",
        "169.254.169.254",
        "168.63.129.16",
        "172.16.0.1",
        "172.31.255.255",
        "192.0.0.8",
        "192.0.0.192",
        "192.0.2.1",
        "192.88.99.1",
        "192.168.0.1",
        "198.18.0.1",
        "198.19.255.255",
        "198.51.100.7",
        "203.0.113.7",
        "224.0.0.1",
        "239.255.255.250",
        "240.0.0.1",
        "255.255.255.255",
        "::",
        "::1",
        "::7f00:1",
        "::ffff:127.0.0.1",
        "::ffff:10.0.0.1",
        "::ffff:0:127.0.0.1",
        "64:ff9b::7f00:1",
        "64:ff9b:1::1",
        "100::1",
        "2001::1",
        "2001:10::1",
        "2001:db8::1",
        "2002:7f00:1::",
        "3fff::1",
        "4000::1",
        "5f00::1",
        "fc00::1",
        "fd00:ec2::254",
        "fd20:ce::254",
        "fe80::1",
        "fe80::1%eth0",
        "fec0::1",
        "ff02::1",
        "ffff::1",
    ],
)
def test_what_is_not_the_public_internet_is_forbidden(address: str) -> None:
    assert why_forbidden(ip_address(address))


@pytest.mark.parametrize(
    "address",
    [
        "1.1.1.1",
        "9.255.255.255",
        "11.0.0.0",
        "100.63.255.255",
        "100.128.0.0",
        "126.255.255.255",
        "128.0.0.0",
        "172.15.255.255",
        "172.32.0.0",
        "192.0.1.1",
        "198.17.255.255",
        "198.20.0.0",
        "223.255.255.255",
        "::ffff:1.1.1.1",
        "2001:200::1",
        "2003::1",
        "2606:4700:4700::1111",
        "2a00:1450:4001::1",
    ],
)
def test_what_is_public_is_allowed_up_to_the_edges(address: str) -> None:
    assert why_forbidden(ip_address(address)) is None


@given(st.ip_addresses())
def test_property_nothing_that_python_calls_private_is_ever_allowed(
    address: IPv4Address | IPv6Address,
) -> None:
    real = plain(address)
    if real.is_private or real.is_multicast or real.is_link_local or real.is_reserved:
        assert not is_allowed(address)


@given(st.ip_addresses(v=4))
def test_property_ipv4_in_ipv6_clothes_is_judged_as_ipv4(address: IPv4Address) -> None:
    dressed = IPv6Address(f"::ffff:{address}")
    assert why_forbidden(dressed) == why_forbidden(address)


def test_an_allowed_network_opens_exactly_itself() -> None:
    allow = networks(["10.1.0.0/16", "::1", " 127.0.0.1 "])
    for inside in ("10.1.0.1", "::ffff:10.1.0.1", "::1", "127.0.0.1"):
        assert is_allowed(ip_address(inside), allow)
    for outside in ("10.2.0.1", "127.0.0.2", "192.168.0.1"):
        assert not is_allowed(ip_address(outside), allow)


def test_even_an_allowed_network_keeps_the_metadata_service_shut() -> None:
    allow = networks(["0.0.0.0/0", "::/0"])
    for address in ("169.254.169.254", "::ffff:169.254.169.254", "fd00:ec2::254", "fd00:ec2::254%eth0"):
        assert why_forbidden(ip_address(address), allow) == "a cloud's metadata service"


def test_where_only_allowed_networks_count_the_public_internet_is_outside() -> None:
    allow = networks(["10.0.0.0/8"])
    assert why_forbidden(ip_address("1.1.1.1"), allow, public=False) == "outside the allowed networks"
    assert why_forbidden(ip_address("192.168.0.1"), allow, public=False) == "a private network"
    assert is_allowed(ip_address("10.0.0.1"), allow, public=False)


@pytest.mark.parametrize("text", ["", "10.0.0.1/8", "example.com", "10.0.0.0/33"])
def test_what_is_not_a_network_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r".+"):
        networks([text])
