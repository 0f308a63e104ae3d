"""Which addresses are the public internet's, by a table of our own.

`ipaddress.is_global` follows the registries as they were when that Python was released: 3.11.7 calls
multicast, NAT64, 6to4 and eight more ranges public. Source of the table: the IANA special-purpose address
registries (www.iana.org/assignments/iana-ipv4-special-registry and iana-ipv6-special-registry, RFC 6890),
the IANA IPv6 address space registry, and the providers' documents for the metadata services.
"""

from __future__ import annotations

from collections.abc import Iterable
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network

_SPECIAL: tuple[tuple[Network, str], ...] = tuple(
    (ip_network(block), name)
    for block, name in [
        ("0.0.0.0/8", "this machine's own network"),
        ("10.0.0.0/8", "a private network"),
        ("100.64.0.0/10", "a carrier's shared network"),
        ("127.0.0.0/8", "this machine itself"),
        ("169.254.0.0/16", "the local link"),
        ("172.16.0.0/12", "a private network"),
        ("192.0.0.0/24", "reserved for protocols"),
        ("192.0.2.0/24", "for documentation only"),
        ("192.88.99.0/24", "an abandoned 6to4 relay"),
        ("192.168.0.0/16", "a private network"),
        ("198.18.0.0/15", "for benchmarks only"),
        ("198.51.100.0/24", "for documentation only"),
        ("203.0.113.0/24", "for documentation only"),
        ("224.0.0.0/4", "multicast"),
        ("240.0.0.0/4", "reserved"),
        ("::/128", "this machine's own network"),
        ("::1/128", "this machine itself"),
        ("64:ff9b::/96", "a NAT64 translation"),
        ("64:ff9b:1::/48", "a NAT64 translation"),
        ("100::/64", "a black hole"),
        ("2001::/23", "reserved for protocols"),
        ("2001:db8::/32", "for documentation only"),
        ("2002::/16", "a 6to4 translation"),
        ("3fff::/20", "for documentation only"),
        ("5f00::/16", "a segment identifier"),
        ("fc00::/7", "a private network"),
        ("fe80::/10", "the local link"),
        ("fec0::/10", "an old site-local network"),
        ("ff00::/8", "multicast"),
    ]
)

#: no other IPv6 block is assigned to the public internet
_GLOBAL_V6 = IPv6Network("2000::/3")

#: what `why_forbidden` says of an address that no setting opens
METADATA_SERVICE = "a cloud's metadata service"
#: they hand out the machine's own credentials, so not even an allowed network opens them
_METADATA = {
    ip_address(address)
    for address in [
        "169.254.169.254",  # most clouds
        "169.254.170.2",  # credentials of containers
        "169.254.170.23",
        "100.100.100.200",
        "168.63.129.16",  # public by its number, yet inside every virtual machine of one cloud
        "192.0.0.192",
        "fd00:ec2::254",
        "fd00:ec2::23",
        "fd20:ce::254",
    ]
}


def why_forbidden(address: Address, allow: Iterable[Network] = (), *, public: bool = True) -> str | None:
    """What the address is that nothing may be sent to it, such as "a private network"; None if it may.

    Public addresses may be sent to unless `public` is false, and whatever lies in a network of `allow`.
    """
    address = plain(address)
    if address in _METADATA:
        return METADATA_SERVICE
    if any(address in network for network in allow):
        return None
    special = next((name for network, name in _SPECIAL if address in network), None)
    if special is None and address.version == 6 and address not in _GLOBAL_V6:
        return "not assigned to the public internet"
    if special is None and not public:
        return "outside the allowed networks"
    return special


def is_allowed(address: Address, allow: Iterable[Network] = (), *, public: bool = True) -> bool:
    """Whether something may be sent to this address; asked with the address that is actually dialled."""
    return why_forbidden(address, allow, public=public) is None


def networks(texts: Iterable[str]) -> tuple[Network, ...]:
    """The networks written as CIDRs or single addresses; raises ValueError for anything else."""
    return tuple(ip_network(text.strip()) for text in texts)


def plain(address: Address) -> Address:
    """The address that packets go to: without the zone, and IPv4 where it is IPv4 in IPv6 clothes."""
    if isinstance(address, IPv4Address):
        return address
    return address.ipv4_mapped or IPv6Address(int(address))
