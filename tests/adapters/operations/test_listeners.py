"""`/healthz` proves to whoever asks with a nonce which installation it is."""

import base64
from collections.abc import AsyncIterator
from pathlib import Path
from typing import TypeAlias

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from adapters.operations.listeners import Operations
from adapters.operations.proof import statement
from bot.metrics import Metrics
from bot.now import utc_now
from bot.policy import PolicyBook, parse_policy
from tests.policy.samples import POLICY

Client: TypeAlias = TestClient[web.Request, web.Application]

NONCE = "0123456789abcdef" * 2


async def _fine() -> None:
    """The database answers."""


@pytest.fixture
def key() -> Ed25519PrivateKey:
    return Ed25519PrivateKey.generate()


@pytest.fixture
async def client(key: Ed25519PrivateKey, tmp_path: Path) -> AsyncIterator[Client]:
    async def prepare(policy: object) -> object:
        return policy

    path = tmp_path / "policy.yml"
    path.write_text(POLICY)
    book = PolicyBook(path, parse_policy(POLICY), prepare, clock=utc_now)  # type: ignore[arg-type]  # any will do
    app = web.Application()
    Operations(metrics=Metrics(), check=_fine, book=book, sign=lambda text: ("k1", key.sign(text))).mount(app)
    async with TestClient(TestServer(app)) as client:
        yield client


async def test_a_nonce_comes_back_signed(client: Client, key: Ed25519PrivateKey) -> None:
    answer = await (await client.get("/healthz", params={"nonce": NONCE})).json()

    assert (answer["status"], answer["kid"]) == ("alive", "k1")
    key.public_key().verify(base64.urlsafe_b64decode(answer["signature"]), statement(NONCE))


@pytest.mark.parametrize("nonce", ["", "short", NONCE.upper(), "g" * 32, NONCE * 3, f"{NONCE}\n"])
async def test_nothing_else_is_ever_signed(client: Client, nonce: str) -> None:
    answer = await client.get("/healthz", params={"nonce": nonce})

    assert (answer.status, await answer.json()) == (200, {"status": "alive"})
