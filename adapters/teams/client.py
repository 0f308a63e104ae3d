"""One way to ask Teams anything: every failure becomes `TeamsRefused` or `TeamsUnavailable`.

The SDK retries nothing either, waits a hundred seconds and fails in a dozen ways when an answer is not what
it expects; the outbox retries, and knows when a post may have worked.

learn.microsoft.com/azure/bot-service/rest-api/bot-framework-rest-connector-api-reference
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any
from urllib.parse import quote

from adapters.teams.http import TIMEOUT, Answer, Http, TeamsRefused, TeamsUnavailable
from adapters.teams.login import Login
from adapters.teams.service_urls import ServiceUrls
from bot.domain.errors import Misconfigured
from bot.ports import Clock
from bot.settings import TeamsSettings

__all__ = ["FOREIGN_SERVICE", "TeamsClient", "TeamsRefused", "TeamsUnavailable"]

#: when Teams limits us without saying for how long
USUAL_HOLD = timedelta(seconds=5)
#: the code of a `TeamsRefused` for an address that is shown no token
FOREIGN_SERVICE = "foreign_service_url"
_LIMITED = (412, 429)
_PAGE = 500
_MOST_PAGES = 40


class TeamsClient:
    """The connectors of Teams by the bot's tokens. Nothing is opened before the first question."""

    def __init__(self, settings: TeamsSettings, clock: Clock, *, timeout: timedelta = TIMEOUT) -> None:
        """Raises `Misconfigured` when there is no password to log in with."""
        if not settings.unauthenticated and not (settings.app_id and settings.app_password):
            raise Misconfigured(
                "Teams needs PLACET_TEAMS_APP_ID and PLACET_TEAMS_APP_PASSWORD, the bot's id and its secret."
            )
        self._http = Http(timeout)
        self._service_urls = ServiceUrls(settings)
        #: what listens without authentication also speaks without it
        self._login = None if settings.unauthenticated else Login(settings, self._http, clock)

    async def send(
        self,
        service_url: str,
        conversation_id: str,
        activity: Mapping[str, Any],
        reply_to: str | None = None,
    ) -> str:
        """Post into a conversation, in answer to a message where one is given; returns the activity's id."""
        path = f"{_conversation(conversation_id)}/activities"
        if reply_to is not None:
            path += f"/{_part(reply_to)}"
        return _id(await self._ask("POST", service_url, path, activity))

    async def update(
        self, service_url: str, conversation_id: str, activity_id: str, activity: Mapping[str, Any]
    ) -> None:
        """Replace what stands there, for everybody."""
        path = f"{_conversation(conversation_id)}/activities/{_part(activity_id)}"
        _confirm(await self._ask("PUT", service_url, path, activity))

    async def create_conversation(self, service_url: str, body: Mapping[str, Any]) -> tuple[str, str]:
        """Begin a thread in a channel, or open a personal chat.

        Returns the ids of the conversation and of the activity in it, the latter empty where none was given.
        """
        answer = await self._ask("POST", service_url, "conversations", body)
        activity_id = answer.json.get("activityId")
        return _id(answer), activity_id if isinstance(activity_id, str) else ""

    async def members(self, service_url: str, conversation_id: str) -> Sequence[Mapping[str, Any]]:
        """Everybody in a conversation; of a channel, everybody in its team."""
        members: list[Mapping[str, Any]] = []
        path = f"{_conversation(conversation_id)}/pagedmembers?pageSize={_PAGE}"
        following = ""
        for _ in range(_MOST_PAGES):
            page = (await self._ask("GET", service_url, path + following)).json
            members += _objects(page.get("members"))
            token = page.get("continuationToken")
            if not isinstance(token, str) or not token:
                break
            following = f"&continuationToken={_part(token)}"
        return members

    async def member(self, service_url: str, conversation_id: str, user_id: str) -> Mapping[str, Any]:
        """One of them, by what Teams calls the person or by object id; refused with 404 when not there."""
        path = f"{_conversation(conversation_id)}/members/{_part(user_id)}"
        return (await self._ask("GET", service_url, path)).json

    async def team(self, service_url: str, team_id: str) -> Mapping[str, Any]:
        """A team's `id`, `name` and `aadGroupId`."""
        return (await self._ask("GET", service_url, f"teams/{_part(team_id)}")).json

    async def team_channels(self, service_url: str, team_id: str) -> Sequence[Mapping[str, Any]]:
        """The `id` and `name` of a team's channels; the General one has the team's id and may lack a name."""
        path = f"teams/{_part(team_id)}/conversations"
        return _objects((await self._ask("GET", service_url, path)).json.get("conversations"))

    async def renew(self, password: str) -> None:
        """Log in with another password from now on; raises `Misconfigured`, and keeps the old one then."""
        if self._login is None:
            raise Misconfigured("Teams is spoken to without authentication, so nothing is logged in with.")
        try:
            await self._login.renew(password)
        except TeamsRefused:
            raise Misconfigured("Microsoft refuses it; look at the app's client secrets in Entra.") from None
        except TeamsUnavailable as error:
            raise Misconfigured(f"It could not be tried out: {error} Try again later.") from None

    async def close(self) -> None:
        """Close the connections."""
        if self._login is not None:
            await self._login.close()
        await self._http.close()

    async def _ask(
        self, method: str, service_url: str, path: str, body: Mapping[str, Any] | None = None
    ) -> Answer:
        if not self._service_urls.allow(service_url):
            raise TeamsRefused(0, FOREIGN_SERVICE)
        url = f"{service_url.rstrip('/')}/v3/{path}"
        answer, token = await self._ask_once(method, url, body)
        if answer.status == 401 and self._login is not None:
            self._login.drop(token)
            answer, token = await self._ask_once(method, url, body)
        if not 200 <= answer.status < 300:
            raise _no(answer)
        return answer

    async def _ask_once(self, method: str, url: str, body: Mapping[str, Any] | None) -> tuple[Answer, str]:
        token = "" if self._login is None else await self._login.token()
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        return await self._http.ask(method, url, headers=headers, json=body), token


def _conversation(id: str) -> str:
    return f"conversations/{_part(id)}"


def _part(id: str) -> str:
    """One segment of a path, whatever is in it; ids of channels hold `:`, `@`, `;` and `=`."""
    if id in ("", ".", ".."):
        raise TeamsRefused(404, "BadId")
    return quote(id, safe="")


def _id(answer: Answer) -> str:
    given = answer.json.get("id")
    if not isinstance(given, str) or not given:
        raise TeamsUnavailable("What answered is not Teams.", uncertain=True)
    return given


def _confirm(answer: Answer) -> None:
    """Raise TeamsUnavailable where a page or an error came with 200; an empty answer may be Teams' own."""
    if answer.body.strip() and (not answer.json or "error" in answer.json):
        raise TeamsUnavailable("What answered is not Teams.", uncertain=True)


def _objects(given: Any) -> list[Mapping[str, Any]]:
    return [each for each in given if isinstance(each, dict)] if isinstance(given, list) else []


def _no(answer: Answer) -> TeamsRefused:
    error = answer.json.get("error")
    code = error.get("code") if isinstance(error, dict) else None
    return TeamsRefused(answer.status, code[:80] if isinstance(code, str) else "", _retry_after(answer))


def _retry_after(answer: Answer) -> timedelta | None:
    """Whole seconds are what Teams sends; anything else is taken as the usual hold."""
    text = answer.headers.get("Retry-After", "")
    if text.isascii() and text.isdigit() and len(text) <= 6:
        return timedelta(seconds=max(int(text), 1))
    return USUAL_HOLD if answer.status in _LIMITED else None
