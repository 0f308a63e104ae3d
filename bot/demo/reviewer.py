"""A scripted reviewer: opens the real pages and sends their real forms, as a browser would."""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus

from aiohttp import ClientSession, CookieJar

from bot.demo.errors import StoryBroken
from bot.demo.forms import Form, forms_of

_REFUSED_FLASH = 'class="flash bad"'


class Reviewer:
    """One browser, in which one person after the other decides."""

    def __init__(self, site: str) -> None:
        self._site = site
        self._http = ClientSession(cookie_jar=CookieJar(unsafe=True))

    async def close(self) -> None:
        """Close the browser."""
        await self._http.close()

    async def act_as(self, person: str) -> None:
        """Become somebody of the policy."""
        form = await self._form("/", "/act-as", {})
        await self._send(form, {"person": person})

    async def approve(self, request_id: str, *, own_view: bool = False) -> None:
        """Press Approve; on the card, or in one's own view of the whole request."""
        await self._press(request_id, "approve", f"/requests/{request_id}" if own_view else "/", {})

    async def reject(self, request_id: str, code: str, text: str) -> None:
        """Reject with a reason."""
        await self._press(request_id, "reject", "/", {"reason_code": code, "reason_text": text})

    async def take_back(self, request_id: str, code: str, text: str) -> None:
        """Take back what a rule approved, with a reason."""
        typed = {"reason_code": code, "reason_text": text}
        await self._press(request_id, "override", f"/requests/{request_id}", typed)

    async def _press(self, request_id: str, choice: str, path: str, typed: Mapping[str, str]) -> None:
        form = await self._form(path, f"/requests/{request_id}/press", {"choice": choice})
        if _REFUSED_FLASH in await self._send(form, typed):
            raise StoryBroken(f"Placet refused to {choice} {request_id}; the page says why.")

    async def _form(self, path: str, action: str, fields: Mapping[str, str]) -> Form:
        async with self._http.get(f"{self._site}{path}") as response:
            page = await response.text()
        for form in forms_of(page):
            if form.action == action and fields.items() <= form.fields.items():
                return form
        raise StoryBroken(f"{path} has no form to {action} that would {fields.get('choice', 'do it')}.")

    async def _send(self, form: Form, typed: Mapping[str, str]) -> str:
        address, fields = f"{self._site}{form.action}", {**form.fields, **typed}
        async with self._http.post(address, data=fields, headers={"Origin": self._site}) as response:
            page = await response.text()
        if response.status != HTTPStatus.OK:
            raise StoryBroken(f"{form.action} answered {response.status} instead of taking the form.")
        return page
