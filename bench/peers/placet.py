"""Placet as its peers are: the whole of `placet serve`, an agent with a key, a reviewer in the browser."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path

import aiohttp

from bench.company import asking
from bench.company import serving as company
from bench.peers.caller import Refused, post, session
from bench.placet_server import SECRET_KEY
from bot import references
from bot.domain import ids
from bot.secrets import SecretBox
from tests.fakes.browser import Browser

NAME = "Placet"


class _Caller:
    def __init__(self, http: aiohttp.ClientSession, agent: Mapping[str, str], reviewer: Browser) -> None:
        self._http, self._agent, self._reviewer = http, agent, reviewer
        self._box = SecretBox([SECRET_KEY])
        self._form: dict[str, str] = {}

    async def sign_in(self, link: str) -> None:
        """Open the link that `placet inbox-link` prints, and press its button."""
        page = await self._reviewer.get(link.removeprefix(self._reviewer.site))
        page = await self._reviewer.send(page.forms[0])
        self._form = {"csrf": next(form.fields["csrf"] for form in page.forms if "csrf" in form.fields)}

    async def create(self, number: int, callback: str | None = None) -> str:
        body = asking(number)
        if callback:
            body["callback"] = {"url": callback}
        headers = {**self._agent, "Idempotency-Key": f"bench-{number}"}
        return str((await post(self._http, "/v1/approvals", body, headers))["id"])

    async def decide(self, request_id: str) -> None:
        reference = self._box.sign_reference(references.text(request_id, revision=1, step=1, round=1))
        form = {"choice": "approve", "face": "card", "nonce": ids.new_id(ids.COMMAND), **self._form}
        path = f"/requests/{request_id}/press"
        page = await self._reviewer.post(path, {**form, "reference": reference}, follow=False)
        if page.status != 303:
            raise Refused(f"{page.status}: {page.text[:300]}")


@asynccontextmanager
async def serving(url: str, folder: Path) -> AsyncIterator[_Caller]:
    """`placet serve` on an empty database of either kind, with its worker."""
    async with company(url) as (placet, agent), session(placet.url) as http:
        reviewer = Browser(placet.url)
        try:
            caller = _Caller(http, agent, reviewer)
            await caller.sign_in(placet.run("inbox-link", "--person", "ann").strip())
            yield caller
        finally:
            await reviewer.close()
