"""The examples and the auditor's page, run against the application itself as their readers would run them."""

import asyncio
import base64
import hashlib
import json
import os
import shlex
import sqlite3
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from adapters.agents.signing import sign
from bot.app import App
from bot.demo.installation import installation
from bot.domain.choice import Choice
from bot.domain.directory import Identity
from bot.domain.ids import COMMAND, new_id
from bot.domain.moves import Press, Presser
from bot.domain.request import ApprovalRequest, Reason
from bot.domain.status import ReasonCode, Status
from bot.policy.starter import starter_policy
from storage.keys import NewKey
from tests.ports import free_port

ROOT = Path(__file__).parents[1]
EXAMPLES = ROOT / "examples"
PATIENCE_S = 90
REFUND = {"order": "4892", "amount": "240.00", "currency": "EUR"}


class Place:
    """A running Placet with the policy that `placet init` writes, and its callback receiver's port."""

    def __init__(self, app: App, key: NewKey, port: int) -> None:
        self.app = app
        self.key = key
        self.callback_port = port
        self.site = app.settings.public_url
        self._environment = {
            **os.environ,
            "PLACET_API_KEY": key.api_key,
            "PLACET_PUBLIC_URL": self.site,
            "CALLBACK_SECRET": key.callback_secret,
        }

    async def python(self, *arguments: str) -> Process:
        """Start Python the way a reader would."""
        return await asyncio.create_subprocess_exec(
            sys.executable, *arguments, env=self._environment, stdout=PIPE, stderr=PIPE
        )

    async def asked(self) -> ApprovalRequest:
        """The request that is pending, as soon as there is one."""
        async with asyncio.timeout(PATIENCE_S):
            while not (found := await self.app.store.listing(status=Status.PENDING)):
                await _changed(self.app)
        return found[0].request

    async def press(self, request: ApprovalRequest, choice: Choice, reason: Reason | None = None) -> None:
        """Ann presses."""
        moved = await self.app.approvals.press(
            Press(
                request_id=request.id,
                command_id=new_id(COMMAND),
                presser=Presser(identity=Identity(platform="web", user="ann")),
                choice=choice,
                revision=request.revision,
                reason=reason,
            )
        )
        assert moved.answer.accepted, moved.answer.sentence

    async def ask(self) -> dict[str, Any]:
        """An agent asks for a refund."""
        body = {
            "action": {"name": "refund.issue", "arguments": REFUND},
            "reasoning": "It was lost.",
            "context": {"subject": {"id": "c-118"}},
        }
        return await self.call("POST", "/v1/approvals", json=body)

    async def decided(self) -> dict[str, Any]:
        """A refund that was asked for and approved."""
        asked = await self.ask()
        await self.press(await self.asked(), Choice.APPROVE)
        return await self.call("GET", f"/v1/approvals/{asked['id']}")

    async def call(self, method: str, path: str, **more: Any) -> dict[str, Any]:
        """What Placet answers to the agent."""
        headers = {"Authorization": f"Bearer {self.key.api_key}"}
        async with (
            aiohttp.ClientSession(headers=headers) as session,
            session.request(method, self.site + path, **more) as answer,
        ):
            assert answer.status in (200, 201), await answer.text()
            told: dict[str, Any] = await answer.json()
            return told


async def _changed(app: App) -> None:
    happened = asyncio.Event()
    stop = app.store.watch(lambda _: happened.set())
    try:
        async with asyncio.timeout(1):
            await happened.wait()
    except TimeoutError:
        pass
    finally:
        stop()


@pytest.fixture
async def place() -> AsyncIterator[Place]:
    port = free_port()
    address = f'callback: {{url: "http://127.0.0.1:{port}/placet"}}'
    policy = starter_policy().replace("# callback: {", f"{address}\n    # callback: {{", 1)
    assert address in policy
    async with installation(free_port(), policy) as app:
        yield Place(app, await app.keys.create("support-bot"), port)


async def _ended(process: Process) -> tuple[int | None, str, str]:
    async with asyncio.timeout(PATIENCE_S):
        out, err = await process.communicate()
    return process.returncode, out.decode(), err.decode()


async def test_the_agent_of_the_example_runs_what_was_approved_and_reports_it(place: Place) -> None:
    agent = await place.python(str(EXAMPLES / "agent_requests.py"))
    request = await place.asked()

    await place.press(request, Choice.APPROVE)
    code, out, err = await _ended(agent)

    assert (code, out) == (0, f"Now run it with exactly {REFUND}\n"), err
    stored = await place.app.store.read(request.id)
    assert stored is not None
    assert stored.request.progress.redemption is not None
    assert stored.request.progress.outcome is not None


async def test_the_agent_of_the_example_does_not_run_what_was_rejected(place: Place) -> None:
    agent = await place.python(str(EXAMPLES / "agent_requests.py"))

    await place.press(await place.asked(), Choice.REJECT, Reason(code=ReasonCode.WRONG_AMOUNT))
    code, out, err = await _ended(agent)

    assert code == 0, err
    assert out.startswith("Do not run it. A reviewer said no, because: the amount is wrong")


async def test_the_receiver_of_the_example_takes_what_placet_signed_and_nothing_else(place: Place) -> None:
    receiver = await place.python(str(EXAMPLES / "verify_callback.py"), str(place.callback_port))
    try:
        request = await place.ask()
        await place.press(await place.asked(), Choice.APPROVE)
        assert receiver.stdout is not None
        async with asyncio.timeout(PATIENCE_S):
            said = await receiver.stdout.readline()

        assert said.decode().split() == ["approval.approved", request["id"]]
        assert await _forged(place.callback_port) == 401
    finally:
        receiver.kill()
        await receiver.wait()


async def test_the_receiver_of_the_example_tells_what_was_taken_back(place: Place) -> None:
    receiver = await place.python(str(EXAMPLES / "verify_callback.py"), str(place.callback_port))
    try:
        action = {"name": "order.read", "summary": "Read order 4892", "arguments": {"order": "4892"}}
        body = {"action": action, "reasoning": "The customer asks about it."}
        read = await place.call("POST", "/v1/approvals", json=body)
        assert read["status"] == "approved"
        stored = await place.app.store.read(read["id"])
        assert stored is not None
        await place.press(stored.request, Choice.OVERRIDE, Reason(code=ReasonCode.POLICY))
        assert receiver.stdout is not None
        async with asyncio.timeout(PATIENCE_S):
            said = [(await receiver.stdout.readline()).decode() for _ in range(2)]

        assert said[0].split() == ["approval.approved", read["id"]]
        told = "A person took this approval back, because: against policy. Do not act on it;"
        assert said[1].startswith(f"approval.reverted {read['id']} {told}")
    finally:
        receiver.kill()
        await receiver.wait()


async def test_the_receiver_of_the_example_takes_each_id_once(place: Place) -> None:
    receiver = await place.python(str(EXAMPLES / "verify_callback.py"), str(place.callback_port))
    body = json.dumps({"type": "approval.approved", "data": {"approval": {"id": "apr_1", "message": None}}})
    try:
        await place.ask()
        await place.press(await place.asked(), Choice.APPROVE)
        assert receiver.stdout is not None
        async with asyncio.timeout(PATIENCE_S):
            await receiver.stdout.readline()
        for message_id in ("msg_1", "msg_1", "msg_2"):
            signed = sign([place.key.callback_secret], message_id, datetime.now(UTC), body.encode())
            assert await _sent(place.callback_port, body.encode(), signed) == 204
        receiver.terminate()

        assert (await receiver.stdout.read()).decode().split("\n") == ["approval.approved apr_1 "] * 2 + [""]
    finally:
        if receiver.returncode is None:  # a failure came first
            receiver.kill()
        await receiver.wait()


async def _forged(port: int) -> int:
    headers = {"webhook-id": "msg_1", "webhook-timestamp": "1", "webhook-signature": "v1,AAAA"}
    return await _sent(port, b"{}", headers)


async def _sent(port: int, body: bytes, headers: dict[str, str]) -> int:
    async with (
        aiohttp.ClientSession() as session,
        session.post(f"http://127.0.0.1:{port}/placet", data=body, headers=headers) as answer,
    ):
        return answer.status


async def test_a_receipt_is_verified_for_what_was_approved_and_for_nothing_else(place: Place) -> None:
    approval = await place.decided()
    script = (str(EXAMPLES / "verify_receipt.py"), place.site, approval["receipt"], "refund.issue")

    code, out, err = await _ended(await place.python(*script, json.dumps(REFUND)))
    assert (code, out) == (0, f"ann approved refund.issue at {_time(approval)}.\n"), err

    code, _, err = await _ended(await place.python(*script, json.dumps({**REFUND, "amount": "999.00"})))
    assert code == 1
    assert "This is not an approval of what is about to run." in err


def _time(approval: dict[str, Any]) -> str:
    at: str = approval["decision"]["decided_at"]
    return at.replace("Z", "+00:00")


async def test_asking_from_a_terminal_works_as_the_readme_says(place: Place) -> None:
    line = next(
        line for line in (ROOT / "README.md").read_text().splitlines() if line.startswith("placet request")
    )
    asking = await place.python("-m", "bot.cli", *shlex.split(line)[1:])

    await place.press(await place.asked(), Choice.APPROVE)
    code, out, err = await _ended(asking)

    assert code == 0, err
    assert out.endswith(" approved\n")


async def test_an_outsider_proves_a_decision_from_the_rows_as_the_auditors_page_says(place: Place) -> None:
    approval = await place.decided()
    claims = _claims(approval["receipt"])
    keys = await place.call("GET", "/.well-known/jwks.json")
    await place.app.upkeep.seal()

    chain = _rows(place, "SELECT * FROM audit_event WHERE subject = ? ORDER BY seq", approval["id"])
    previous = "0" * 64
    for event in chain:
        lines = ("placet-audit/1", previous, *(str(event[name]) for name in _HASHED))
        previous = hashlib.sha256("\n".join(lines).encode()).hexdigest()
        assert event["hash"] == previous
    deciding = next(event for event in chain if event["hash"] == claims["event_hash"])
    assert deciding["kind"] == "request.decided"
    assert deciding["seal"] is not None
    assert json.loads(deciding["facts"])["digest"] == claims["digest"]

    previous = "0" * 64
    for seal in _rows(place, "SELECT * FROM audit_seal ORDER BY number"):
        under = _rows(place, "SELECT * FROM audit_event WHERE seal = ?", seal["number"])
        hashes = [event["hash"] for event in sorted(under, key=lambda each: (each["subject"], each["seq"]))]
        assert seal["previous"] == previous
        assert seal["root"] == _merkle([bytes.fromhex(each) for each in hashes]).hex()
        _check_seal(seal, keys)
        fields = ("number", "previous", "root", "leaves", "at", "kid", "signature")
        text = "".join(f"{seal[name]}\n" for name in fields)
        previous = hashlib.sha256(b"\0" + text.encode()).hexdigest()


_HASHED = ("subject", "seq", "kind", "actor", "at", "facts")


def _claims(receipt: str) -> dict[str, Any]:
    payload = receipt.split(".")[1]
    claims: dict[str, Any] = json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
    return claims


def _rows(place: Place, query: str, *values: Any) -> list[dict[str, Any]]:
    connection = sqlite3.connect(place.app.settings.database_url.removeprefix("sqlite:///"))
    try:
        connection.row_factory = sqlite3.Row
        return [dict(row) for row in connection.execute(query, values)]
    finally:
        connection.close()


def _merkle(leaves: Sequence[bytes]) -> bytes:
    """RFC 9162, section 2.1.1, as it is written there."""
    if len(leaves) == 1:
        return hashlib.sha256(b"\0" + leaves[0]).digest()
    split = 1
    while split * 2 < len(leaves):
        split *= 2
    return hashlib.sha256(b"\1" + _merkle(leaves[:split]) + _merkle(leaves[split:])).digest()


def _check_seal(seal: dict[str, Any], keys: dict[str, Any]) -> None:
    key = next(key for key in keys["keys"] if key["kid"] == seal["kid"])
    public = Ed25519PublicKey.from_public_bytes(base64.urlsafe_b64decode(key["x"] + "=="))
    fields = ("number", "previous", "root", "leaves", "at")
    text = "\n".join(("placet-seal/1", *(str(seal[name]) for name in fields)))
    public.verify(base64.urlsafe_b64decode(seal["signature"]), text.encode())
