"""Which callback addresses are refused as they are written, before anything is dialled.

This reads literals only. What a name resolves to is checked on the socket that is dialled
(`adapters.agents.http_client`), because a name may answer differently the second time.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Sequence
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address
from typing import NoReturn
from urllib.parse import unquote, urlsplit

from adapters.agents.networks import (
    METADATA_SERVICE,
    Address,
    Network,
    is_allowed,
    plain,
    why_forbidden,
)
from bot.domain.errors import Invalid

LONGEST_URL = 2048

_DEFAULT_PORTS = {"https": 443, "http": 80}
_STORES = (1433, 1521, 2379, 2380, 3306, 5432, 5984, 6379, 6380, 9042, 9200, 9300, 11211, 26379, 27017)
_BROKERS_AND_CLUSTERS = (2181, 2375, 2376, 5672, 6443, 9092, 10250)
_REMOTE_DESKTOPS_AND_FILES = (2049, 3389, 4045, 5900, 5985, 5986, 6000)
#: from the "bad ports" of WHATWG Fetch: mail, chat, telephony, printing
_NOT_HTTP = (1719, 1720, 1723, 3659, 4190, 5060, 5061, 6566, *range(6665, 6670), 6679, 6697, 10080)
_FORBIDDEN_PORTS = frozenset((*_STORES, *_BROKERS_AND_CLUSTERS, *_REMOTE_DESKTOPS_AND_FILES, *_NOT_HTTP))
_NETLOC = re.compile(
    r"(?:\[(?P<v6>[0-9a-f:.]+)\]|(?P<name>[a-z0-9._-]+))(?::(?P<port>[0-9]{1,5}))?", re.IGNORECASE
)
_PLAIN_TEXT = re.compile(r"[!-\[\]-~]*")
_LABEL = re.compile(r"(?!-)[a-z0-9_-]{1,63}(?<!-)")
#: WHATWG URL: a host whose last label is a number is an IPv4 address, in whatever base and however short
_NUMBER = re.compile(r"[0-9]+|0x[0-9a-f]*")
_METADATA_NAMES = frozenset(
    ["metadata", "metadata.goog", "metadata.google.internal", "instance-data", "instance-data.ec2.internal"]
)
_A_PUBLIC_ONE = "use a public address, or have the operator allow the network"
_REMEDIES = {METADATA_SERVICE: "use the address of the agent"}
_LOOPBACK = (IPv4Address("127.0.0.1"), IPv6Address("::1"))


class ForbiddenAddress(Invalid):
    """The callback address may not be used."""

    code = "forbidden_address"


def check_url(url: str, allow: Sequence[Network] = (), *, public_url: str | None = None) -> None:
    """Return if callbacks may be sent to this URL as far as its text tells; raise ForbiddenAddress if not.

    `allow` are the networks that are open although they are not public; `http://` goes only into these.
    `public_url` is our own address, to which no callback may go.
    """
    target = _read(url)
    if target.scheme == "http" and not allow:
        _refuse("http:// is open only into PLACET_CALLBACK_ALLOW_NETWORKS; use https://")
    if (target.port < 1024 and target.port not in _DEFAULT_PORTS.values()) or target.port in _FORBIDDEN_PORTS:
        _refuse(f"port {target.port} belongs to other services; use 443, or an HTTP port above 1023")
    if target.address is None:
        _check_name(target.host, allow)
    elif why := why_forbidden(target.address, allow, public=target.scheme == "https"):
        _refuse(f"{target.host} is {why}; {_REMEDIES.get(why, _A_PUBLIC_ONE)}")
    if public_url is not None and _is_inside(target, _read(public_url)):
        _refuse("it is this Placet itself; give the address of the agent")


@dataclass(frozen=True, kw_only=True, slots=True)
class _Target:
    scheme: str
    host: str
    port: int
    path: str
    #: None where the host is a name
    address: Address | None


def _read(url: str) -> _Target:
    if len(url) > LONGEST_URL:
        _refuse(f"it is longer than {LONGEST_URL} characters; shorten it")
    if not _PLAIN_TEXT.fullmatch(url):
        _refuse(
            "it has blanks, backslashes or characters outside ASCII; write %20 and the like, names as xn--"
        )
    try:
        parts = urlsplit(url)
    except ValueError:
        _refuse("it is not a URL; write it as https://host/path")
    if parts.scheme not in _DEFAULT_PORTS:
        _refuse("its scheme is not https; write it as https://host/path")
    if "@" in parts.netloc:
        _refuse("it carries a user name or password; every callback is signed, so leave them out")
    found = _NETLOC.fullmatch(parts.netloc)
    if found is None:
        _refuse("its host or port is malformed; write it as https://host/path or https://host:port/path")
    host = (found["v6"] or found["name"]).lower().removesuffix(".")
    port = int(found["port"] or _DEFAULT_PORTS[parts.scheme])
    if not 0 < port < 65536:
        _refuse("its port is not a number from 1 to 65535")
    address = _address(host, bracketed=found["v6"] is not None)
    return _Target(scheme=parts.scheme, host=host, port=port, path=parts.path, address=address)


def _address(host: str, *, bracketed: bool) -> Address | None:
    """The address that a host is literally; None for a name."""
    if not bracketed and not _NUMBER.fullmatch(host.rpartition(".")[2]):
        return None
    try:
        return IPv6Address(host) if bracketed else IPv4Address(host)
    except ValueError:
        _refuse("its host is a number in an unusual form; write an IP address in its usual form, or a name")


def _check_name(name: str, allow: Sequence[Network]) -> None:
    if len(name) > 253 or not all(_LABEL.fullmatch(label) for label in name.split(".")):
        _refuse("its host is not a name; use letters, digits, hyphens and dots")
    if name in _METADATA_NAMES:
        _refuse(f"{name} is {METADATA_SERVICE}; {_REMEDIES[METADATA_SERVICE]}")
    if _is_localhost(name) and not any(is_allowed(address, allow) for address in _LOOPBACK):
        _refuse(f"{name} is this machine itself; {_A_PUBLIC_ONE}")


def _is_localhost(name: str) -> bool:
    # RFC 6761 §6.3: names under localhost are loopback, too.
    return name in ("localhost", "localhost.localdomain") or name.endswith(".localhost")


def _is_inside(target: _Target, ours: _Target) -> bool:
    same_port = target.port == ours.port or {target.port, ours.port} == set(_DEFAULT_PORTS.values())
    if not same_port or _one_spelling(target) != _one_spelling(ours):
        return False
    prefix = ours.path.rstrip("/")
    path = posixpath.normpath("/" + unquote(target.path).lstrip("/"))
    return path == prefix or path.startswith(f"{prefix}/")


def _one_spelling(target: _Target) -> str:
    if target.address is None:
        return "localhost" if _is_localhost(target.host) else target.host
    address = plain(target.address)
    return "localhost" if address.is_loopback else str(address)


def _refuse(why: str) -> NoReturn:
    raise ForbiddenAddress(f"The callback address is refused: {why}.")
