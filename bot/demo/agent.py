"""The sample agent: it asks, waits for signed callbacks, and acts only on what it could redeem."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from aiohttp import ClientSession

from bot.canonical import digest
from bot.demo.errors import AskRefused
from bot.demo.happening import Happening, Kind
from bot.demo.packets import PACKETS, Body
from bot.demo.receiver import Receiver


class SampleAgent:
    """An agent platform in small. Everything it does goes through the HTTP API with its own key."""

    def __init__(self, tell: Callable[[Happening], None]) -> None:
        self._tell = tell
        self._receiver = Receiver(self._on_callback)
        self._http: ClientSession | None = None
        self._site = ""
        #: digest of what was asked, by request
        self._digests: dict[str, str] = {}
        self._asked = 0

    @property
    def callback_address(self) -> str:
        """Where it takes callbacks."""
        return self._receiver.address

    async def start(self, *, site: str, api_key: str, callback_secret: str) -> None:
        """Begin to work with a Placet at this address."""
        self._site = site
        self._http = ClientSession(headers={"Authorization": f"Bearer {api_key}"})
        await self._receiver.start(callback_secret)

    async def stop(self) -> None:
        """Stop asking and listening."""
        await self._receiver.stop()
        if self._http is not None:
            await self._http.close()

    async def ask_next(self) -> dict[str, Any]:
        """Ask for the next of the six things; after the last one, for the first again."""
        turn, which = divmod(self._asked, len(PACKETS))
        self._asked += 1
        return await self.ask(PACKETS[which](turn))

    async def ask(self, body: Body) -> dict[str, Any]:
        """Post a request; the resource."""
        resource = await self._call("", body, Idempotency_Key=f"demo-{self._asked}")
        if "id" not in resource:
            raise AskRefused(f"Placet did not take the request: {resource.get('detail', resource)}")
        self._digests[resource["id"]] = resource["action"]["digest"]
        self._happened(Kind.ASKED, "Asked for approval", resource)
        return resource

    async def _on_callback(self, message_id: str, callback: dict[str, Any] | None) -> None:
        if callback is None:
            self._tell(
                Happening(
                    kind=Kind.FORGED, title="Refused a callback", details=("Its signature does not fit.",)
                )
            )
            return
        resource = callback["data"]["approval"]
        verified = (f"Signature verified, {message_id}", *_news(callback["type"], resource))
        self._happened(Kind.VERIFIED, callback["type"], resource, *verified)
        if callback["type"] == "approval.approved":
            await self._act(resource)
        elif callback["type"] == "approval.reverted":
            await self._undo(resource)
        elif resource["status"] != "pending":
            self._happened(Kind.LEFT, "Left it alone", resource)

    async def _act(self, resource: dict[str, Any]) -> None:
        """Take the approval just before acting, act on exactly what was approved, and say how it went."""
        action, path = resource["action"], f"/{resource['id']}"
        edited = (resource.get("decision") or {}).get("type") == "edit"
        if self._asked_digest(resource, edited=edited) != self._digests.get(resource["id"]):
            self._happened(Kind.FAILED, "Approved with other arguments", resource)
            return
        redemption = {"digest": action["digest"], "redemption_id": f"run-{resource['id']}"}
        redeemed = await self._call(f"{path}/redeem", redemption)
        if redeemed.get("delivery", {}).get("taken_at") is None:
            self._happened(Kind.FAILED, "Could not redeem", resource, str(redeemed.get("detail", redeemed)))
            return
        # Here an agent would run the action with `action["arguments"]`.
        outcome = {
            "status": "succeeded",
            "detail": f"{action['name']} ran in the demo, which is to say nowhere.",
        }
        reported = await self._call(f"{path}/outcome", outcome)
        whose = "of the arguments as a reviewer changed them" if edited else "it asked for"
        said = f"Redeemed {action['digest'][:19]}…, the digest {whose}"
        self._happened(
            Kind.ACTED, f"Ran {action['name']}", resource, said, f"Reported: {reported['outcome']['status']}"
        )

    async def _undo(self, resource: dict[str, Any]) -> None:
        """Undo what a reviewer took back, and say so."""
        # Here an agent would undo what it did.
        outcome = {"status": "reverted", "detail": f"{resource['action']['name']} was undone in the demo."}
        reported = await self._call(f"/{resource['id']}/outcome", outcome)
        said = f"Reported: {reported['outcome']['status']}"
        self._happened(Kind.ACTED, f"Undid {resource['action']['name']}", resource, said)

    def _asked_digest(self, resource: dict[str, Any], *, edited: bool) -> str:
        """The digest of what was asked for, as the resource has it; a reviewer may have changed it since."""
        action = resource["action"]
        if not edited:
            return str(action["digest"])
        if digest(action["name"], action["arguments"]) != action["digest"]:
            return ""
        return digest(action["name"], resource["decision"]["original_arguments"])

    async def _call(self, path: str, body: Body, **headers: str) -> dict[str, Any]:
        if self._http is None:
            raise AskRefused("The sample agent was not started.")
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        async with self._http.post(f"{self._site}/v1/approvals{path}", json=body, headers=sent) as response:
            answer: dict[str, Any] = await response.json(content_type=None)
            return answer

    def _happened(self, kind: Kind, title: str, resource: dict[str, Any], *details: str) -> None:
        summary = resource["action"]["summary"]
        self._tell(
            Happening(kind=kind, title=title, request_id=resource["id"], about=summary, details=details)
        )


def _news(kind: str, resource: dict[str, Any]) -> tuple[str, ...]:
    """What the agent reads from a callback, beside that it is genuine."""
    decision, message = resource.get("decision"), resource.get("message")
    if kind == "approval.escalated":
        return (f"Step {resource['step']} is asked now",)
    if kind == "approval.approved" and decision:
        names = {vote["person"]: vote["name"] for vote in resource["votes"]}
        changed = " with changed arguments" if decision["type"] == "edit" else ""
        return (f"Approved{changed} by {' and '.join(names.get(p, p) for p in decision['by']) or 'a rule'}",)
    return (f"For its model: “{message}”",) if message else ()
