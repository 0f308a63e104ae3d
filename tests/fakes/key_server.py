"""A key server on 127.0.0.1 that signs as Bot Framework does: metadata, keys, and tokens of every kind.

async with KeyServer() as keys:
    token = keys.token(serviceurl="https://smba.example/emea/")
    keys.rotate()
    await keys.shut()
"""

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any, Self

import jwt
from aiohttp import web
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, generate_private_key
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from jwt.algorithms import RSAAlgorithm

ISSUER = "https://api.botframework.com"
APP_ID = "22222222-2222-4222-8222-222222222222"
#: for `token`: leave the claim out
LEFT_OUT = object()


@cache
def key_pair(name: str) -> RSAPrivateKey:
    """A key for each name, made once per run because making them is slow."""
    return generate_private_key(public_exponent=65537, key_size=2048)


class KeyServer:
    """Signs with its newest key and publishes all that it holds."""

    def __init__(self, clock: Callable[[], datetime] | None = None, *, issuer: str = ISSUER) -> None:
        self.clock = clock or (lambda: datetime.now(UTC))
        self.issuer = issuer
        #: key id to endorsements; None: published without the member
        self.published: dict[str, list[str] | None] = {"key-1": ["msteams"]}
        self.signs_with = "key-1"
        #: how often the keys were asked for
        self.asked = 0
        #: answer this status instead, or these bytes
        self.status = 200
        self.raw: bytes | None = None
        #: cleared: every answer waits
        self.answers = asyncio.Event()
        self.answers.set()
        self._runner: web.AppRunner | None = None
        self._port = 0

    async def __aenter__(self) -> Self:
        await self.open()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.shut()

    @property
    def url(self) -> str:
        """The server's own address."""
        return f"http://127.0.0.1:{self._port}"

    @property
    def metadata_url(self) -> str:
        """For the product's settings."""
        return f"{self.url}/v1/.well-known/openidconfiguration"

    async def open(self) -> None:
        """Let connections through, at the same address as before."""
        app = web.Application()
        app.router.add_get("/v1/.well-known/openidconfiguration", self._on_metadata)
        app.router.add_get("/v1/.well-known/keys", self._on_keys)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", self._port, reuse_address=True).start()
        self._port = self._runner.addresses[0][1]

    async def shut(self) -> None:
        """Refuse every connection."""
        self.answers.set()
        if self._runner is not None:
            await self._runner.cleanup()
            self._runner = None

    def rotate(self) -> str:
        """Sign with a new key from now on, and publish no other; returns its id."""
        self.signs_with = f"key-{int(self.signs_with.removeprefix('key-')) + 1}"
        self.published = {self.signs_with: ["msteams"]}
        return self.signs_with

    def token(self, *, algorithm: str = "RS256", kid: Any = None, key: Any = None, **claims: Any) -> str:
        """A token; by default one that Bot Framework could have made for `APP_ID`."""
        now = self.clock()
        made: dict[str, Any] = {
            "iss": self.issuer,
            "aud": APP_ID,
            "nbf": now - timedelta(minutes=1),
            "exp": now + timedelta(hours=1),
        } | claims
        headers = {"kid": kid or self.signs_with}
        return jwt.encode(
            {name: value for name, value in made.items() if value is not LEFT_OUT},
            key if key is not None else key_pair(self.signs_with),
            algorithm=algorithm,
            headers={} if kid is LEFT_OUT else headers,
        )

    def public_pem(self) -> bytes:
        """What everybody may know of the newest key."""
        return (
            key_pair(self.signs_with)
            .public_key()
            .public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
        )

    async def _on_metadata(self, request: web.Request) -> web.Response:
        await self.answers.wait()
        return self._answer(
            {
                "issuer": self.issuer,
                "jwks_uri": f"{self.url}/v1/.well-known/keys",
                "id_token_signing_alg_values_supported": ["RS256"],
            }
        )

    async def _on_keys(self, request: web.Request) -> web.Response:
        self.asked += 1
        return self._answer({"keys": [self._published(kid, ends) for kid, ends in self.published.items()]})

    def _answer(self, body: Any) -> web.Response:
        if self.raw is not None or self.status != 200:
            return web.Response(status=self.status, body=self.raw)
        return web.json_response(body)

    @staticmethod
    def _published(kid: str, endorsements: list[str] | None) -> dict[str, Any]:
        key = RSAAlgorithm.to_jwk(key_pair(kid).public_key(), as_dict=True)
        key |= {"kid": kid, "use": "sig"}
        return key if endorsements is None else key | {"endorsements": endorsements}
