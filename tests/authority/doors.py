"""The ways in, as everybody can try them: HTTP with what one has in hand, Slack and Teams with an account."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import aiohttp
from yarl import URL

from adapters.slack import metadata
from adapters.slack.metadata import Origin
from adapters.slack.names import buttons_block
from adapters.web.visitor import mark
from tests.authority.company import SECRET, Company, Principal
from tests.fakes import slack_payloads, teams_payloads
from tests.fakes.slack_workspace import BOT_USER, OpenView

#: seconds for which a stream of changes is listened to, unless it tells sooner
LISTENING_S = 10.0


@dataclass(frozen=True, kw_only=True)
class Seen:
    """What came back to whoever tried."""

    status: int
    text: str

    @property
    def is_silent(self) -> bool:
        """Whether nothing was said at all."""
        return "plain_text" not in self.text and '"text"' not in self.text

    def tells(self, request_id: str) -> bool:
        """Whether it says something of the request; its id alone stands in what every button carries."""
        return SECRET in self.text or f'"id":"{request_id}"' in self.text.replace('"id": ', '"id":')


class Http:
    """The server, for whoever knocks."""

    def __init__(self, company: Company) -> None:
        self._company = company
        self._site = str(company.agent.http._base_url)

    async def ask(
        self,
        who: Principal,
        method: str,
        path: str,
        *,
        body: Any = None,
        form: Mapping[str, str] | None = None,
    ) -> Seen:
        """One request with everything that this principal has in hand."""
        headers = {"Authorization": f"Bearer {who.key}"} if who.key else {}
        if who.session:
            headers["Cookie"] = f"placet_session={who.session}"
        if form is not None:
            headers["Origin"] = self._site.rstrip("/")
            form = {**form, **({"csrf": mark(who.session, "form")} if who.has_csrf else {})}
        url = URL(self._site.rstrip("/") + path, encoded=True)
        async with (
            aiohttp.ClientSession() as http,
            http.request(method, url, headers=headers, json=body, data=form, allow_redirects=False) as answer,
        ):
            if answer.content_type == "text/event-stream":
                return Seen(status=answer.status, text=await self._heard(answer))
            return Seen(status=answer.status, text=await answer.text())

    async def _heard(self, answer: aiohttp.ClientResponse) -> str:
        """What a stream tells when the request is drawn again."""
        request = await self._company.request()
        self._company.app.web._live.redraw(request.id)
        heard = ""
        try:
            async with asyncio.timeout(LISTENING_S):
                while SECRET not in heard:
                    heard += (await answer.content.readany()).decode()
        except TimeoutError:
            pass
        return heard


class SlackDoor:
    """Presses and forms in Slack; whoever has no account sends them unsigned."""

    def __init__(self, company: Company, http: Http) -> None:
        self._company, self._http = company, http
        self._views = 0

    async def press(self, who: Principal, action: str, reference: str = "") -> Seen:
        """A button of the shared card, or of the card of a burst."""
        company = self._company
        card = await company.slack_card()
        by = who.slack or "U01ANN"
        value = reference or await company.reference()
        block_id = buttons_block(company.app.approvals.reference(value).request_id)
        label = {"type": "plain_text", "text": "Press"}
        pressed = {"type": "button", "action_id": action, "text": label, "value": value}
        payload = company.slack.press_payload(by, card._message, pressed, block_id)
        return await self._deliver(who, payload, by)

    async def submit(
        self, who: Principal, callback_id: str, values: Mapping[str, Any], reference: str = ""
    ) -> Seen:
        """A form; it need not have been opened before."""
        company, by = self._company, who.slack or "U01ANN"
        card = await company.slack_card()
        carried = reference or await company.reference()
        origin = Origin(reference=carried, channel=card.channel, message=card.ts)
        self._views += 1
        view = {"type": "modal", "callback_id": callback_id, "private_metadata": metadata.write(origin)}
        opened = OpenView(id=f"V{self._views}", user=by, view=view, hash=f"{self._views}.hash")
        payload = slack_payloads.submission(
            company.slack.workspace.accounts[by], opened, values, trigger_id="1.trigger"
        )
        return await self._deliver(who, payload, by)

    async def say(self, who: Principal, text: str) -> Seen:
        """The bot is spoken to in the thread of the card."""
        company, by = self._company, who.slack or "U01ANN"
        card, number = await company.slack_card(), company.slack.workspace.next()
        payload = slack_payloads.message(
            company.slack.workspace.accounts[by],
            company.slack.workspace.rooms[card.channel],
            f"<@{BOT_USER}> {text}",
            event_id=f"Ev{number}",
            type="app_mention",
            ts=f"{int(company.clock().timestamp())}.{number:06d}",
            thread_ts=card.ts,
        )
        before = len(company.slack.workspace.messages)
        seen = await self._deliver(who, payload, by)
        said = json.dumps([m.blocks for m in company.slack.workspace.messages[before:]], ensure_ascii=False)
        return Seen(status=seen.status, text=f"{seen.text}\n{said}")

    async def _deliver(self, who: Principal, payload: Mapping[str, Any], by: str) -> Seen:
        company = self._company
        if not who.slack:
            return await self._http.ask(who, "POST", "/slack/events", body=dict(payload))
        slack = company.slack
        told, views = len(slack.workspace.private), set(slack.workspace.views)
        delivered = await slack.deliver(payload)
        assert company.app.platforms.slack is not None
        await company.app.platforms.slack.background.settle()
        await company.settles()
        opened = [view.view for key, view in slack.workspace.views.items() if key not in views]
        private = [[each.text, each.blocks] for each in slack.workspace.private[told:] if each.user == by]
        shown = json.dumps([opened, private], ensure_ascii=False)
        return Seen(status=delivered.status, text=f"{delivered.body}\n{shown}")


class TeamsDoor:
    """Presses in Teams; whoever has no account has no token of Microsoft's either."""

    def __init__(self, company: Company, http: Http) -> None:
        self._company, self._http = company, http

    async def press(self, who: Principal, verb: str, inputs: Mapping[str, Any]) -> Seen:
        """A button, of the shared card or of a form."""
        company = self._company
        data = {"reference": await company.reference(), **inputs}
        made = teams_payloads.execute(
            company.teams.tenant,
            company.approvals,
            company.teams.tenant.accounts[who.teams or "Ann"],
            await company.teams_card(),
            {"type": "Action.Execute", "verb": verb, "data": data},
            at=company.clock(),
        )
        if not who.teams:
            body = {"serviceUrl": company.teams.service_url, **made}
            return await self._http.ask(who, "POST", "/api/messages", body=body)
        answer = await company.teams.deliver(made)
        await company.settles()
        return Seen(status=answer.status, text=answer.body)
