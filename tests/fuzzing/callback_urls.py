"""Where agents want to be called back."""

from __future__ import annotations

from ipaddress import IPv6Address, ip_address

import yarl
from hypothesis import strategies as st

from adapters.agents.addresses import ForbiddenAddress, _read, check_url
from adapters.agents.networks import is_allowed
from tests.fuzzing.target import Target, refused

_INSIDE = (
    *(0x7F000001, 0x0A000001, 0xA9FEA9FE, 0xC0A80001, 0xAC100001, 0x64400001, 0, 0xFFFFFFFF, 0xE0000001),
    *(0x01010101, 0x08080808),
)
_OURS = "https://placet.example.com/approvals/"


@st.composite
def _hosts(draw: st.DrawFn) -> str:
    number = draw(st.sampled_from(_INSIDE) | st.integers(0, 2**32 - 1))
    four = ".".join(str(number >> shift & 255) for shift in (24, 16, 8, 0))
    spellings = (
        four,
        f"{four}.",
        str(number),
        hex(number),
        f"0{number:o}",
        ".".join(hex(number >> shift & 255) for shift in (24, 16, 8, 0)),
        f"{number >> 24}.{number & 0xFFFFFF}",
        f"[::ffff:{four}]",
        f"[::{four}]",
        f"[64:ff9b::{four}]",
        f"[{IPv6Address(0x2002 << 112 | number << 80)}]",
        f"[{IPv6Address(draw(st.integers(0, 2**128 - 1)))}]",
        f"[fe80::1%25{draw(st.sampled_from(('eth0', '1')))}]",
        four.translate({ord("0") + digit: chr(0xFF10 + digit) for digit in range(10)}),
        four.replace(".", draw(st.sampled_from("。．｡"))),
        draw(
            st.sampled_from(
                ("localhost", "LOCALHOST.", "x.localhost", "metadata.google.internal", "placet.example.com")
            )
        ),
        draw(st.text("0123456789abcdefxlo.:[]%@\\/-", max_size=20)),
        draw(st.from_regex(r"[a-z0-9-]{1,20}(\.[a-z0-9-]{1,20}){1,3}", fullmatch=True)),
    )
    return draw(st.sampled_from(spellings))


@st.composite
def _urls(draw: st.DrawFn) -> str:
    scheme = draw(
        st.sampled_from(("https://", "https://", "HTTPS://", "http://", "https:", "https:/", "ftp://", "//"))
    )
    user = draw(st.sampled_from(("", "", "", "a@", "a:b@", "1.1.1.1@", "1.1.1.1#@", "1.1.1.1\\@")))
    port = draw(st.sampled_from(("", "", ":443", ":22", ":8443", ":0", ":65536", ":-1", ":٤٤٣", ":")))
    rest = draw(
        st.sampled_from(
            ("", "/x", "/approvals/v1", "?@127.0.0.1", "#@10.0.0.1", "/%00", "/\r\nHost: x", "/..//")
        )
    )
    return scheme + user + draw(_hosts()) + port + rest


def check(url: str) -> str:
    """What passes is the same host to the client that dials it, and never a forbidden place."""
    try:
        check_url(url, public_url=_OURS)
    except ForbiddenAddress as error:
        return refused(error.sentence, 3000)
    read, dialled = _read(url), yarl.URL(url, encoded=True)
    assert (dialled.scheme, dialled.port, dialled.user) == ("https", read.port, None)
    host = str(dialled.raw_host).removesuffix(".").lower()
    if read.address is not None:
        assert ip_address(host) == read.address
        assert is_allowed(read.address), host
        return "an address"
    assert host == read.host
    assert not host.endswith("localhost")
    try:
        ip_address(host)
    except ValueError:
        return "a name"
    raise AssertionError(f"{host} is an address and was taken for a name")


TARGET = Target(
    name="callbacks' addresses",
    inputs=_urls(),
    check=check,
    known=(
        "",
        "https://",
        "https://[::1]",
        "https://2130706433/",
        "https://1.1.1.1#@127.0.0.1/",
        "https://[::]:443",
    ),
)
