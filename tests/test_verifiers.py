"""The verifiers for outsiders, run as readers run them, in each language: right and wrong receipts."""

import asyncio
import base64
import hmac
import json
import os
import shutil
import sys
import time
from asyncio.subprocess import PIPE
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from adapters.agents.receipts import (
    TYPE,
    BadReceipt,
    SigningKey,
    jwks,
    new_signing_key,
    sign_receipt,
    verify_receipt,
)
from bot.canonical import canonical, digest

EXAMPLES = Path(__file__).parents[1] / "examples"
PATIENCE_S = 60
ACTION = "refund.issue"
ARGUMENTS = {"order": "4892", "amount": "240.00", "note": "für „Jo“ </script>", "lines": [1, True, None]}
LANGUAGES = ("python", "javascript", "java", "shell")


@dataclass(frozen=True, kw_only=True)
class Site:
    """A Placet as far as outsiders see it: an address, with the keys of now and of before."""

    address: str
    old: SigningKey
    new: SigningKey

    def claims(self, **changes: Any) -> dict[str, Any]:
        """What a receipt says; `None` leaves a claim out."""
        given = {
            "iss": self.address,
            "sub": "support-bot",
            "jti": "apr_01k",
            "iat": int(time.time()) - 60,
            "revision": 1,
            "action": ACTION,
            "digest": digest(ACTION, ARGUMENTS),
            "status": "approved",
            "decision": "approve",
            "deciders": ["ann", "ben"],
            "mode": "gate",
            "rule": 'quoted "status":"approved"',
            "policy_version": "v",
            "decided_at": "2026-03-02T09:00:00+00:00",
            "event_hash": "0" * 64,
        }
        return {name: value for name, value in (given | changes).items() if value is not None}

    def receipt(self, key: SigningKey | None = None, **changes: Any) -> str:
        """A signed one."""
        return sign_receipt(self.claims(**changes), key or self.old)

    def with_header(self, key: SigningKey | None = None, **header: Any) -> str:
        """One whose header says something else, signed all the same."""
        key = key or self.old
        head = {"alg": "EdDSA", "typ": TYPE, "kid": self.old.kid} | header
        signed = f"{_part(json.dumps(head).encode())}.{_part(canonical(self.claims()))}"
        return f"{signed}.{_part(key.private.sign(signed.encode()))}"

    def under_a_password(self) -> str:
        """One that is "signed" with HMAC and the public key, which everybody knows."""
        head = {"alg": "HS256", "typ": TYPE, "kid": self.old.kid}
        signed = f"{_part(json.dumps(head).encode())}.{_part(canonical(self.claims()))}"
        password = self.old.public.public_bytes(Encoding.Raw, PublicFormat.Raw)
        return f"{signed}.{_part(hmac.digest(password, signed.encode(), 'sha256'))}"

    def forged(self, **changes: Any) -> str:
        """Other claims under a good signature."""
        head, _, signature = self.receipt(status="rejected").split(".")
        return f"{head}.{_part(canonical(self.claims(**changes)))}.{signature}"


def _part(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode("ascii")


Make = Callable[[Site], str]

GOOD: dict[str, Make] = {
    "an approval": lambda site: site.receipt(),
    "an approval by the new key": lambda site: site.receipt(site.new),
    "an approval by a rule": lambda site: site.receipt(deciders=[]),
    "an approval that still holds": lambda site: site.receipt(exp=int(time.time()) + 3600),
}
BAD: dict[str, Make] = {
    "a rejection": lambda site: site.receipt(status="rejected", decision="reject"),
    "an approval of other arguments": lambda site: site.receipt(digest=digest(ACTION, {"order": "1"})),
    "an approval of another action": lambda site: site.receipt(digest=digest("refund.all", ARGUMENTS)),
    "an approval that has ended": lambda site: site.receipt(exp=int(time.time()) - 1),
    "an approval by another Placet": lambda site: site.receipt(iss="https://evil.example.com"),
    "a key that is not published": lambda site: site.receipt(new_signing_key()),
    "a borrowed key id": lambda site: site.with_header(new_signing_key()),
    "the other key's id": lambda site: site.with_header(site.new),
    "claims that were exchanged": lambda site: site.forged(),
    "no signature": lambda site: site.receipt().rpartition(".")[0] + ".",
    "half a signature": lambda site: site.receipt()[:-43],
    "a signature of zeros": lambda site: site.receipt().rpartition(".")[0] + "." + "A" * 86,
    "alg none": lambda site: site.with_header(alg="none"),
    "alg HS256 with the public key": lambda site: site.under_a_password(),
    "another kind of token": lambda site: site.with_header(typ="JWT"),
    "a header that has to be understood": lambda site: site.with_header(crit=["exp"]),
    "a fourth part": lambda site: site.receipt() + ".e30",
    "two parts": lambda site: site.receipt().rpartition(".")[0],
    "nothing": lambda site: "",
}


@pytest.fixture
async def site() -> AsyncIterator[Site]:
    """With its key set at the address where outsiders look."""
    old, new = new_signing_key(), new_signing_key()
    key_set = jwks([old.public, new.public])
    app = web.Application()

    async def answer(_: web.Request) -> web.Response:
        return web.json_response(key_set)

    app.router.add_get("/.well-known/jwks.json", answer)
    async with TestServer(app) as server:
        yield Site(address=str(server.make_url("/")).rstrip("/"), old=old, new=new)


@pytest.fixture(scope="session")
def compiled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the compiler puts classes, once for all."""
    return tmp_path_factory.mktemp("classes")


async def _command(language: str, classes: Path) -> Sequence[str]:
    """How the verifier of a language is run; skips where the machine does not have what it takes."""
    needed = {
        "python": (),
        "javascript": ("node",),
        "java": ("java", "javac"),
        "shell": ("openssl", "curl", "jq", "awk"),
    }[language]
    for tool in needed:
        if shutil.which(tool) is None:
            pytest.skip(f"{tool} is not on this machine")
    if language == "java" and not any(classes.iterdir()):
        code, _, err = await _run(["javac", "-d", str(classes), str(EXAMPLES / "VerifyReceipt.java")])
        assert code == 0, err
    return {
        "python": (sys.executable, str(EXAMPLES / "verify_receipt.py")),
        "javascript": ("node", str(EXAMPLES / "verify_receipt.mjs")),
        "java": ("java", "-XX:TieredStopAtLevel=1", "-cp", str(classes), "VerifyReceipt"),
        "shell": ("sh", str(EXAMPLES / "verify_receipt.sh")),
    }[language]


async def _run(command: Sequence[str]) -> tuple[int | None, str, str]:
    environment = {**os.environ, "LC_ALL": "C.UTF-8"}
    async with asyncio.timeout(PATIENCE_S):
        process = await asyncio.create_subprocess_exec(*command, stdout=PIPE, stderr=PIPE, env=environment)
        out, err = await process.communicate()
    return process.returncode, out.decode(), err.decode()


@pytest.mark.parametrize("language", LANGUAGES)
async def test_what_was_approved_is_told_as_approved(language: str, site: Site, compiled: Path) -> None:
    command = await _command(language, compiled)
    arguments = canonical(ARGUMENTS).decode()
    for name, make in GOOD.items():
        code, out, err = await _run([*command, site.address, make(site), ACTION, arguments])
        assert code == 0, (name, err)
        assert "pproved" in out, name
        assert "2026-03-02T09:00:00+00:00" in out, name


@pytest.mark.timeout(300)
@pytest.mark.parametrize("language", LANGUAGES)
async def test_what_was_not_approved_is_refused_in_a_sentence(
    language: str, site: Site, compiled: Path
) -> None:
    command = await _command(language, compiled)
    arguments = canonical(ARGUMENTS).decode()
    for name, make in BAD.items():
        code, out, err = await _run([*command, site.address, make(site), ACTION, arguments])
        assert (code, out) == (1, ""), (name, err)
        assert "Do not act: " in err, name
        assert "Traceback" not in err, name


@pytest.mark.parametrize("language", LANGUAGES)
async def test_what_is_about_to_run_has_to_be_what_was_approved(
    language: str, site: Site, compiled: Path
) -> None:
    command = await _command(language, compiled)
    other = canonical({**ARGUMENTS, "amount": "999.00"}).decode()
    code, out, err = await _run([*command, site.address, site.receipt(), ACTION, other])
    assert (code, out) == (1, "")
    assert "This is not an approval of what is about to run." in err


_OF_THE_READER = ("rejection", "approval of", "has ended", "another Placet")


@pytest.mark.parametrize("name", [name for name in BAD if not any(part in name for part in _OF_THE_READER)])
async def test_placets_own_verifier_refuses_every_signature_that_the_others_refuse(
    name: str, site: Site
) -> None:
    with pytest.raises(BadReceipt):
        verify_receipt(BAD[name](site), jwks([site.old.public, site.new.public]))
