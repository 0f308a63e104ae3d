"""Callback addresses as agents write them: every spelling of a forbidden place is refused, with a remedy."""

from __future__ import annotations

import contextlib
from ipaddress import ip_address

import pytest
import yarl
from hypothesis import given
from hypothesis import strategies as st

from adapters.agents.addresses import ForbiddenAddress, _read, check_url
from adapters.agents.networks import is_allowed, networks

LOOPBACK = networks(["127.0.0.0/8", "::1"])
OURS = "https://placet.example.com/approvals/"


def refusal(url: str, allow: tuple[str, ...] = (), public_url: str | None = None) -> str:
    with pytest.raises(ForbiddenAddress) as caught:
        check_url(url, networks(allow), public_url=public_url)
    sentence = caught.value.sentence
    assert sentence.startswith("The callback address is refused: ")
    assert sentence.isprintable()
    return sentence


@pytest.mark.parametrize(
    "url",
    [
        "https://agents.example.com/placet",
        "https://agents.example.com",
        "HTTPS://Agents.Example.COM:443/x?y=z&t=%20#f",
        "https://agents.example.com.:8443/",
        "https://1.1.1.1/hook",
        "https://[2606:4700:4700::1111]:8443/hook",
        "https://xn--bcher-kva.example/",
        "https://10.example.com/",
        "https://0x7f.example/",
        "https://under_score.example.com/",
        "https://localhost.example.com/",
        "https://notlocalhost/",
    ],
)
def test_public_addresses_pass(url: str) -> None:
    check_url(url)


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1",
        "[::1]",
        "[::ffff:127.0.0.1]",
        "[::ffff:7f00:1]",
        "[0:0:0:0:0:ffff:7f00:0001]",
        "2130706433",
        "0177.0.0.1",
        "127.1",
        "127.0.1",
        "0x7f000001",
        "0x7f.0.0.1",
        "0X7F.1",
        "0x",
        "017700000001",
        "127.0.0.1.",
        "127.0.0.01",
        "1.1.1.1.1",
        "256.0.0.1",
        "4294967297",
        "localhost",
        "LOCALHOST",
        "localhost.",
        "sub.localhost",
        "a.b.localhost.",
        "localhost.localdomain",
        "0.0.0.0",
        "[::]",
        "10.0.0.1",
        "192.168.1.1",
        "100.64.0.1",
        "169.254.169.254",
        "[fd00:ec2::254]",
        "metadata.google.internal",
        "metadata.google.internal.",
        "224.0.0.1",
        "192.0.0.8",
        "192.88.99.1",
        "[64:ff9b::a9fe:a9fe]",
        "[2002:7f00:1::]",
        "[3fff::1]",
        "[fec0::1]",
        "[ff02::1]",
        "[fe80::1]",
        "203.0.113.9",
        "255.255.255.255",
    ],
)
@pytest.mark.parametrize("scheme", ["https", "http"])
def test_every_spelling_of_a_place_that_is_not_public_is_refused(scheme: str, host: str) -> None:
    refusal(f"{scheme}://{host}/hook")


@pytest.mark.parametrize(
    "url",
    [
        "https://①②⑦.⓪.⓪.①/",
        "https://127。0。0。1/",
        "https://ⓛocalhost/",
        "https://b\u00fccher.example/",
        "https://ex\u202eample.com/",
        "https://%6c%6f%63alhost/",
        "https://example.com%00.localhost/",
        "https://example.com\\@127.0.0.1/",
        "https:\\\\127.0.0.1/",
        "https://example.com\t.localhost/",
        "https://exam\nple.com/",
        " https://example.com/",
        "https://example.com/a b",
        "https://[fe80::1%25eth0]/",
        "https://[2606::1%eth0]/",
        "https://[::1]example.com/",
        "https://example.com[::1]/",
        "https://[v1.fe80]/",
        "https://[::1/",
        "https://a..example.com/",
        "https://-a.example.com/",
        "https://" + "a" * 64 + ".example.com/",
        "https://" + "a." * 130 + "com/",
        "https://./",
        "https://exa$mple.com/",
    ],
)
def test_hosts_that_two_readers_could_read_differently_are_refused(url: str) -> None:
    refusal(url)


@pytest.mark.parametrize(
    "url",
    [
        "",
        "example.com/x",
        "//example.com/x",
        "https:example.com",
        "https:/example.com",
        "https://",
        "https:///x",
        "https://:443/",
    ],
)
def test_what_is_no_full_address_is_told_how_to_write_one(url: str) -> None:
    assert "write it as https://host" in refusal(url)


@pytest.mark.parametrize("port", ["0", "65536", "99999", "-1", "443x", "", "4 43", "٤٤٣", "443:80"])
def test_what_is_no_port_is_refused(port: str) -> None:
    refusal(f"https://agents.example.com:{port}/")


def test_an_endless_address_is_refused() -> None:
    assert "longer than 2048" in refusal("https://agents.example.com/" + "a" * 2048)


def test_http_goes_only_into_networks_that_the_operator_opened() -> None:
    assert "PLACET_CALLBACK_ALLOW_NETWORKS" in refusal("http://agents.example.com/")
    assert "PLACET_CALLBACK_ALLOW_NETWORKS" in refusal("http://1.1.1.1/")
    check_url("http://agent:8000/hook", networks(["10.0.0.0/8"]))
    check_url("http://10.0.0.7:8000/hook", networks(["10.0.0.0/8"]))
    assert "outside the allowed networks" in refusal("http://1.1.1.1/", ("10.0.0.0/8",))
    assert "a private network" in refusal("http://192.168.0.1/", ("10.0.0.0/8",))


@pytest.mark.parametrize("host", ["127.0.0.1", "[::1]", "[::ffff:127.0.0.1]", "localhost", "a.localhost."])
@pytest.mark.parametrize("scheme", ["https", "http"])
def test_an_opened_loopback_is_reached_by_its_usual_names(scheme: str, host: str) -> None:
    check_url(f"{scheme}://{host}:49152/hook", LOOPBACK)


@pytest.mark.parametrize("url", ["https://2130706433/", "https://127.1/", "http://0x7f000001:8000/"])
def test_even_an_opened_loopback_is_not_reached_by_odd_spellings(url: str) -> None:
    assert "unusual form" in refusal(url, ("127.0.0.0/8",))


@pytest.mark.parametrize(
    "url", ["https://169.254.169.254/", "http://169.254.169.254/latest", "https://metadata.google.internal/"]
)
def test_even_an_opened_link_does_not_reach_the_metadata_service(url: str) -> None:
    sentence = refusal(url, ("169.254.0.0/16",))

    assert "metadata service; use the address of the agent" in sentence
    assert "operator" not in sentence, "no setting opens it"


@pytest.mark.parametrize(
    "url",
    [
        "https://placet.example.com/agents/hook",
        "https://placet.example.com/approvals-of-agents",
        "https://placet.example.com:8443/approvals/",
        "https://agents.example.com/approvals/",
    ],
)
def test_a_neighbour_of_our_own_address_is_no_loop(url: str) -> None:
    check_url(url, public_url=OURS)


@pytest.mark.parametrize(
    "host", ["127.0.0.1", "localhost", "[::1]", "x.localhost", "[::ffff:127.0.0.1]", "127.9.9.9"]
)
def test_on_loopback_every_name_of_our_own_port_is_a_loop(host: str) -> None:
    for ours in ("http://127.0.0.1:8080", "http://localhost:8080/"):
        assert "this Placet itself" in refusal(f"http://{host}:8080/v1", ("127.0.0.0/8", "::1"), ours)
        check_url(f"http://{host}:9090/v1", LOOPBACK, public_url=ours)


hosts = st.text("0123456789abcdefxlo.:[]%@\\/-", max_size=20)


@given(st.sampled_from(["https://", "http://", "https:"]), hosts, st.sampled_from(["", "/x", ":22/", "?@"]))
def test_property_what_passes_is_the_same_host_to_the_client_and_never_a_forbidden_literal(
    scheme: str, netloc: str, rest: str
) -> None:
    url = scheme + netloc + rest
    with contextlib.suppress(ForbiddenAddress):
        check_url(url)
        read = _read(url)
        dialled = yarl.URL(url, encoded=True)
        assert (dialled.scheme, dialled.port) == ("https", read.port)
        host = str(dialled.raw_host).removesuffix(".")
        if read.address is None:
            assert host == read.host
            with pytest.raises(ValueError, match="does not appear"):
                ip_address(host)
        else:
            assert ip_address(host) == read.address
            assert is_allowed(read.address)
