"""Hosts of callbacks are dialled as a callback would be, and asked for headers alone."""

import ssl
from datetime import timedelta
from ipaddress import ip_network
from pathlib import Path

from adapters.agents.doctor.hosts import Receivers
from adapters.agents.networks import Network
from bot.domain.directory import AgentEntry
from tests.adapters.agents.receiver import Receiver, resets, says
from tests.certificates import serving
from tests.doctor.looking import GREEN, RED, SKIPPED, colours, findings, one

HERE: tuple[Network, ...] = (ip_network("127.0.0.0/8"),)


def receivers(
    *urls: str,
    hosts: tuple[str, ...] = (),
    allow: tuple[Network, ...] = HERE,
    trust: ssl.SSLContext | None = None,
) -> Receivers:
    agents = {
        f"bot{number}": AgentEntry(name=f"bot{number}", owner="cat", callback_url=url, callback_hosts=hosts)
        for number, url in enumerate(urls)
    }
    return Receivers(agents, allow, trust)


async def test_a_host_that_answers_anything_is_green_and_gets_no_callback() -> None:
    async with Receiver(says("404 Not Found")) as receiver:
        found = one(await receivers(receiver.url, receiver.url).reachable())

    assert (found.colour, found.sentence) == (
        GREEN,
        "1 of 1 callback hosts may be dialled, and answer.",
    )
    assert len(receiver.requests) == 1
    line, _, body = receiver.requests[0]
    assert (line.split()[0], line.split()[1], body) == ("HEAD", "/", b"")


async def test_hosts_that_requests_may_name_are_dialled_over_tls(tmp_path: Path) -> None:
    server, client = serving(tmp_path, left=timedelta(days=9))
    async with Receiver(says("200 OK"), tls=server) as receiver:
        host = f"127.0.0.1:{receiver.port}"
        trusted = await receivers(receiver.url, hosts=(host, "*.example.com"), trust=client).reachable()
        foreign = one(await receivers(receiver.url).reachable())

    assert colours(trusted) == [GREEN]
    assert (foreign.colour, "over TLS" in foreign.sentence) == (RED, True)


async def test_a_host_that_refuses_resets_or_says_nothing_is_red_with_whose_callbacks_wait() -> None:
    async with Receiver(resets) as resetting:
        reset = one(await receivers(resetting.url).reachable())
    gone = one(await receivers(resetting.url).reachable())

    assert (reset.colour, gone.colour) == (RED, RED)
    assert "Callbacks of bot0 go there, and wait until it answers." in gone.sentence
    assert "placet callbacks list" in gone.remedy


async def test_a_host_where_callbacks_may_not_go_is_red() -> None:
    found = {
        each.about: each
        for each in findings(
            await receivers(
                "https://169.254.169.254/x", "https://localhost/x", "http://10.0.0.1/x", allow=()
            ).reachable()
        )
    }

    assert {each.colour for each in found.values()} == {RED}
    assert all("The callback address is refused" in each.sentence for each in found.values())


async def test_a_name_that_leads_into_a_forbidden_network_is_red() -> None:
    found = one(
        await receivers("https://anything.localhost:8443/x", allow=(ip_network("10.0.0.0/8"),)).reachable()
    )

    assert found.colour is RED


async def test_without_callbacks_there_is_nothing_to_dial() -> None:
    assert (
        one(await Receivers({"bot": AgentEntry(name="bot", owner="cat")}, ()).reachable()).colour is SKIPPED
    )
