"""What is asked of every server: hold a request, decide it, tell the agent."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol

import aiohttp

#: seconds that an answer may take before it counts as an error
PATIENCE = 15.0
STORY = "The parcel was lost by the carrier, who confirmed it in writing on Monday. " * 6


class Refused(Exception):
    """An answer that was not a success."""


class Caller(Protocol):
    """An agent and its reviewer, on connections that are kept."""

    async def create(self, number: int, callback: str | None = None) -> str:
        """Ask for something that nobody asked for before, durably; returns its id, or raises Refused."""

    async def decide(self, request_id: str) -> None:
        """Approve it, durably; raises Refused."""


def session(url: str) -> aiohttp.ClientSession:
    """Connections to a server, as many as there are requests in flight."""
    return aiohttp.ClientSession(
        url, connector=aiohttp.TCPConnector(limit=0), timeout=aiohttp.ClientTimeout(total=PATIENCE)
    )


async def post(http: aiohttp.ClientSession, path: str, body: Any, headers: Mapping[str, str]) -> Any:
    """What the server answers to JSON; raises Refused."""
    async with http.post(path, json=body, headers=headers) as answer:
        if not answer.ok:
            raise Refused(f"{answer.status}: {(await answer.text())[:300]}")
        return await answer.json()


def arguments(number: int) -> dict[str, Any]:
    """Of an action; no two are the same."""
    return {"order": f"{number:06d}", "amount": f"{number % 400 + 1}.00", "currency": "EUR"}
