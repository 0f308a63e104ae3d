"""A doctor tells this very installation from everything else that may answer at its address."""

import base64
import ssl
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from adapters.operations.doctor.certificate import holds
from adapters.operations.doctor.examining import Sites
from adapters.operations.doctor.reaching import public_answers, runs
from adapters.operations.doctor.readiness import ready
from adapters.operations.doctor.site import Seen, Site
from adapters.operations.proof import NONCE, statement
from bot.secrets import Undecipherable
from tests.certificates import serving
from tests.doctor.looking import GREEN, RED, SKIPPED, YELLOW

#: nobody listens there
NOWHERE = "http://127.0.0.1:9"


class Placet:
    """What answers as an installation does, with a key of its own."""

    def __init__(self) -> None:
        self.key = Ed25519PrivateKey.generate()
        self.alive: Any = None
        self.status = 200
        self.readiness: tuple[int, Any] = 200, {"status": "ready", "policy": {"version": "abc"}}
        self.asked = 0

    async def keys(self) -> Mapping[str, Ed25519PublicKey]:
        return {"k1": self.key.public_key()}

    async def on_alive(self, request: web.Request) -> web.Response:
        self.asked += 1
        nonce = request.query["nonce"]
        assert NONCE.fullmatch(nonce)
        signature = base64.urlsafe_b64encode(self.key.sign(statement(nonce))).decode()
        proof = {"status": "alive", "kid": "k1", "signature": signature}
        headers = {"Location": "https://elsewhere.example"} if self.status == 302 else {}
        return web.json_response(self.alive or proof, status=self.status, headers=headers)

    async def on_ready(self, request: web.Request) -> web.Response:
        status, body = self.readiness
        return web.json_response(body, status=status)


@asynccontextmanager
async def listening(placet: Placet, tls: ssl.SSLContext | None = None) -> AsyncIterator[str]:
    app = web.Application()
    app.router.add_get("/healthz", placet.on_alive)
    app.router.add_get("/readyz", placet.on_ready)
    server = TestServer(app, scheme="https" if tls else "http")
    await server.start_server(ssl=tls)
    yield f"{'https' if tls else 'http'}://127.0.0.1:{server.port}"
    await server.close()


@pytest.fixture
def placet() -> Placet:
    return Placet()


@pytest.fixture
async def url(placet: Placet) -> AsyncIterator[str]:
    async with listening(placet) as url:
        yield url


async def test_this_very_installation_proves_itself_and_is_green_here_and_in_public(
    placet: Placet, url: str
) -> None:
    local, public = Site(url, placet.keys), Site(f"{url}/.", placet.keys)

    here, there = await runs(local, public), await public_answers(local, public)

    assert (here.colour, here.sentence) == (GREEN, f"Placet answers at {url}.")
    assert there.colour is GREEN


async def test_an_address_is_asked_once_however_many_want_to_know(placet: Placet, url: str) -> None:
    site = Site(url, placet.keys)

    await site.look()
    await site.look()

    assert placet.asked == 1


async def test_nothing_that_runs_is_red_and_told_once_more_for_the_public_address(placet: Placet) -> None:
    local, public = Site(NOWHERE, placet.keys), Site("http://127.0.0.1:7", placet.keys)

    here, there = await runs(local, public), await public_answers(local, public)

    assert here.colour is RED
    assert "the connection was refused" in here.sentence
    assert here.remedy == "Start `placet serve`."
    assert (there.colour, there.remedy) == (RED, "Start Placet, then look again.")


async def test_a_proxy_that_lets_nothing_through_is_told_from_a_placet_that_does_not_run(
    placet: Placet, url: str
) -> None:
    found = await public_answers(Site(url, placet.keys), Site(NOWHERE, placet.keys))

    assert found.colour is RED
    assert "Placet runs here, and cannot be reached" in found.sentence


async def test_a_placet_on_another_machine_is_no_fault_of_this_one(placet: Placet, url: str) -> None:
    found = await runs(Site(NOWHERE, placet.keys), Site(url, placet.keys))

    assert found.colour is SKIPPED
    assert f"it answers at {url}" in found.sentence


async def test_one_address_for_both_is_looked_at_once(placet: Placet, url: str) -> None:
    site = Site(url, placet.keys)

    assert (await public_answers(site, site)).colour is SKIPPED


@pytest.mark.parametrize(
    ("alive", "status", "why"),
    [
        ({"status": "ok"}, 200, "not as Placet does"),
        ({"status": "alive"}, 200, "older version"),
        ({"status": "alive", "kid": "k2", "signature": "AAAA"}, 200, "another database or another secret"),
        ({"status": "alive", "kid": "k1", "signature": "!"}, 200, "another database or another secret"),
        ({}, 404, "it answered 404"),
        ({}, 302, "it redirects"),
    ],
)
async def test_whatever_else_answers_is_red(
    placet: Placet, url: str, alive: Any, status: int, why: str
) -> None:
    placet.alive, placet.status = alive or {"x": 1}, status
    foreign = Site(url, placet.keys)

    here, there = await runs(foreign, foreign), await public_answers(Site(NOWHERE, placet.keys), foreign)

    assert (here.colour, there.colour) == (RED, RED)
    assert why in here.sentence
    assert why in there.sentence


async def test_another_installation_is_red_although_it_is_a_placet(placet: Placet, url: str) -> None:
    found = await runs(Site(url, Placet().keys), Site(url, Placet().keys))

    assert found.colour is RED
    assert "a Placet with another database or another secret key" in found.sentence


async def test_keys_that_cannot_be_read_prove_nothing(placet: Placet, url: str) -> None:
    async def keys() -> Mapping[str, Ed25519PublicKey]:
        raise Undecipherable

    look = await Site(url, keys).look()

    assert look.seen is Seen.FOREIGN
    assert "the proof cannot be checked" in look.why


async def test_a_placet_that_takes_requests_under_the_policy_of_the_file_is_green(
    placet: Placet, url: str
) -> None:
    site, nowhere = Site(url, placet.keys), Site(NOWHERE, placet.keys)

    assert (await ready(site, nowhere, "abc")).colour is GREEN
    assert (await ready(nowhere, site, "abc")).colour is GREEN
    assert (await ready(nowhere, nowhere, "abc")).colour is SKIPPED
    assert (await ready(site, nowhere, "def")).colour is YELLOW

    placet.readiness = 200, {"policy": {"version": "abc", "broken_since": "2026-11-24T08:00:00+00:00"}}
    assert (await ready(site, nowhere, "abc")).colour is RED
    placet.readiness = 503, {"status": "not ready", "why": "The database does not answer."}
    found = await ready(site, nowhere, "abc")
    assert (found.colour, found.sentence) == (
        RED,
        "Placet takes no requests now: The database does not answer.",
    )


@pytest.mark.parametrize(("days", "colour"), [(90, GREEN), (15, YELLOW), (2, RED)])
async def test_a_certificate_is_green_until_it_should_have_been_renewed(
    placet: Placet, tmp_path: Path, days: int, colour: str
) -> None:
    server, client = serving(tmp_path, left=timedelta(days=days, hours=1))

    async with listening(placet, server) as url:
        found = await holds(url, lambda: datetime.now(UTC), client)
        look = await Site(url, placet.keys, trust=client).look()

    assert found.colour == colour
    assert f"in {days} days" in found.sentence
    assert look.seen is Seen.OURS


async def test_a_certificate_that_nobody_vouches_for_or_that_ended_is_red(
    placet: Placet, tmp_path: Path
) -> None:
    server, client = serving(tmp_path, left=timedelta(days=-1))

    async with listening(placet, server) as url:
        ended = await holds(url, lambda: datetime.now(UTC), client)
        unknown = await holds(url, lambda: datetime.now(UTC))
        look = await Site(url, placet.keys).look()

    assert (ended.colour, unknown.colour) == (RED, RED)
    assert "certificate has expired" in ended.sentence
    assert (look.seen, "its certificate is not accepted" in look.why) == (Seen.NOBODY, True)


async def test_without_https_or_a_connection_there_is_no_certificate_to_look_at() -> None:
    assert (await holds("http://127.0.0.1", lambda: datetime.now(UTC))).colour is SKIPPED
    assert (await holds("https://127.0.0.1:9", lambda: datetime.now(UTC))).colour is SKIPPED


async def test_the_address_on_this_machine_follows_from_host_and_port(placet: Placet) -> None:
    everywhere = Sites("0.0.0.0", 8080, "https://placet.example.com", placet.keys)
    alone = Sites("127.0.0.1", 8080, "http://127.0.0.1:8080", placet.keys)
    six = Sites("::", 8080, "https://placet.example.com", placet.keys)

    assert (everywhere.local.url, everywhere.public.url) == (
        "http://127.0.0.1:8080",
        "https://placet.example.com",
    )
    assert alone.local is alone.public
    assert six.local.url == "http://[::1]:8080"
