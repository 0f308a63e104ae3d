"""Where a request comes from, through the proxies that are ours."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

Network = IPv4Network | IPv6Network

#: proxies append to `X-Forwarded-For`, so that only its end is written by one that we know
MOST_HOPS = 10
#: whoever has one IPv6 address has the 2^64 of its network
_ONE_SUBSCRIBER = 64


def caller_address(remote: str | None, forwarded: Iterable[str], trusted: Sequence[Network]) -> str:
    """Who is counted for a request: an IPv4 address, or the /64 of an IPv6 one.

    `remote` is who connected and `forwarded` are the values of `X-Forwarded-For`. They are read from the
    end and believed only as far as proxies in `trusted` wrote them; whatever a caller writes itself lies
    before that.
    """
    here = _address(remote or "")
    if here is None:
        return remote or ""
    hops = ",".join(forwarded).split(",")[-MOST_HOPS:]
    while hops and _is_in(here, trusted):
        before = _address(hops.pop())
        if before is None:
            break
        here = before
    return _counted(here)


def _is_in(address: IPv4Address | IPv6Address, networks: Sequence[Network]) -> bool:
    return any(address in network for network in networks)


def _address(text: str) -> IPv4Address | IPv6Address | None:
    """The address, which some proxies write with brackets or a port."""
    text = text.strip()
    if text.startswith("["):
        text = text[1:].partition("]")[0]
    elif text.count(":") == 1:
        text = text.partition(":")[0]
    try:
        address = ip_address(text)
    except ValueError:
        return None
    return (address.ipv4_mapped or address) if isinstance(address, IPv6Address) else address


def _counted(address: IPv4Address | IPv6Address) -> str:
    if isinstance(address, IPv4Address):
        return str(address)
    # Without the zone, which names an interface of this machine.
    return str(ip_network((int(address), _ONE_SUBSCRIBER), strict=False))
