"""The server behind the fake Teams: the connector, the login for bots, and what can go wrong with both.

learn.microsoft.com/azure/bot-service/rest-api/bot-framework-rest-connector-api-reference
"""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any

from aiohttp import web

from tests.fakes.key_server import APP_ID
from tests.fakes.teams_faults import Faults
from tests.fakes.teams_limits import Rates, is_too_big
from tests.fakes.teams_tenant import APP_PASSWORD, Account, Posted, Tenant

#: connectors have a path, which differs by region
REGION = "/emea"
_PAGE = 2


@dataclass(frozen=True, kw_only=True)
class Call:
    """One request of the bot's."""

    operation: str
    where: Mapping[str, str]
    body: Mapping[str, Any]
    authorization: str = ""


class Refusal(Exception):
    """Teams answers no."""

    def __init__(self, status: int, code: str, *, retry_after: int | None = None) -> None:
        super().__init__(code)
        self.status, self.code, self.retry_after = status, code, retry_after


class TeamsServer(Faults):
    """Answers the bot's requests."""

    def __init__(self, clock: Callable[[], datetime]) -> None:
        super().__init__()
        self.clock = clock
        self.tenant = Tenant()
        self.rates: Rates | None = Rates(clock)
        self.calls: list[Call] = []
        #: the tokens that were given out and still hold
        self.tokens: set[str] = set()
        self.token_lives_s = 3600
        self.accepted_password = APP_PASSWORD
        #: whether requests without a token pass, as in the playground
        self.is_open = False
        self._changed = asyncio.Event()
        self._hanging = asyncio.Event()
        self._runner: web.AppRunner | None = None
        self._port = 0

    @property
    def url(self) -> str:
        """The server's own address, which is also the login's."""
        return f"http://127.0.0.1:{self._port}"

    @property
    def service_url(self) -> str:
        """What activities carry as `serviceUrl`."""
        return f"{self.url}{REGION}/"

    async def open(self) -> None:
        """Let connections through, at the same address as before."""
        app = web.Application(client_max_size=16 * 1024 * 1024)
        v3, here = f"{REGION}/v3", "/conversations/{conversation}"
        for method, path, operation in (
            ("POST", "/{tenant}/oauth2/v2.0/token", "token"),
            ("POST", f"{v3}/conversations", "create"),
            ("POST", f"{v3}{here}/activities", "send"),
            ("POST", f"{v3}{here}/activities/{{activity}}", "reply"),
            ("PUT", f"{v3}{here}/activities/{{activity}}", "update"),
            ("DELETE", f"{v3}{here}/activities/{{activity}}", "delete"),
            ("GET", f"{v3}{here}/pagedmembers", "members"),
            ("GET", f"{v3}{here}/members/{{user}}", "member"),
            ("GET", f"{v3}/teams/{{team}}", "team"),
            ("GET", f"{v3}/teams/{{team}}/conversations", "channels"),
        ):
            app.router.add_route(method, path, partial(self._on, operation))
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", self._port, reuse_address=True).start()
        self._port = self._runner.addresses[0][1]

    async def shut(self) -> None:
        """Refuse every connection and cut those that exist."""
        self._hanging.set()
        if self._runner is not None:
            await self._runner.cleanup()
            self._runner = None

    def called(self, operation: str) -> list[Call]:
        """Every request for an operation so far."""
        return [call for call in self.calls if call.operation == operation]

    async def _on(self, operation: str, request: web.Request) -> web.StreamResponse:
        where = dict(request.match_info) | dict(request.query)
        body = await _body(request)
        authorization = request.headers.get("Authorization", "")
        self.calls.append(Call(operation=operation, where=where, body=body, authorization=authorization))
        fault = self.take_fault(operation, where)
        if fault is not None and fault.answer is not None:
            status, headers, raw = fault.answer
            return web.Response(status=status, headers=headers, body=raw, content_type="application/json")
        if fault is not None and fault.hangs:
            await self._hanging.wait()
        answer: Any = None
        try:
            if fault is None or fault.carries_out:
                answer = self._carry_out(operation, where, body, authorization)
                self._changed.set()
        except Refusal as refusal:
            return _refused(refusal)
        if fault is not None and request.transport is not None:
            request.transport.abort()
        return web.json_response(answer, status=201 if operation in ("create", "send", "reply") else 200)

    def _carry_out(
        self, operation: str, where: Mapping[str, str], body: Mapping[str, Any], authorization: str
    ) -> Any:
        if operation == "token":
            return self._give_token(body)
        if not self.is_open and authorization.removeprefix("Bearer ") not in self.tokens:
            raise Refusal(401, "Unauthorized")
        carry_out: Callable[[Mapping[str, str], Mapping[str, Any]], Any] = getattr(self, f"_{operation}")
        return carry_out(where, body)

    def _give_token(self, form: Mapping[str, Any]) -> Any:
        if (form.get("client_id"), form.get("client_secret")) != (APP_ID, self.accepted_password):
            raise Refusal(401, "invalid_client")
        token = f"token-{self.tenant.next()}"
        self.tokens.add(token)
        return {"token_type": "Bearer", "expires_in": self.token_lives_s, "access_token": token}

    def _create(self, where: Mapping[str, str], body: Mapping[str, Any]) -> Any:
        channel = (body.get("channelData") or {}).get("channel", {}).get("id")
        if channel is None:
            member = str(body["members"][0]["id"]).removeprefix("29:")
            if member not in self.tenant.accounts:
                raise Refusal(403, "ForbiddenOperationException")
            home = self.tenant.personal(self.tenant.accounts[member])
            self._require(home.id)
            return {"id": home.id}
        posted = self._post(channel, body.get("activity") or {}, None)
        posted.conversation = f"{channel};messageid={posted.id}"
        return {"id": posted.conversation, "activityId": posted.id, "serviceUrl": self.service_url}

    def _send(self, where: Mapping[str, str], body: Mapping[str, Any]) -> Any:
        return {"id": self._post(where["conversation"], body, None).id}

    def _reply(self, where: Mapping[str, str], body: Mapping[str, Any]) -> Any:
        return {"id": self._post(where["conversation"], body, where["activity"]).id}

    def _update(self, where: Mapping[str, str], body: Mapping[str, Any]) -> Any:
        message = self._existing(where, body)
        message.activity, message.updates = body, message.updates + 1
        return {"id": message.id}

    def _delete(self, where: Mapping[str, str], body: Mapping[str, Any]) -> Any:
        self.tenant.posted.remove(self._existing(where, body))
        return {}

    def _existing(self, where: Mapping[str, str], body: Mapping[str, Any]) -> Posted:
        self._require(where["conversation"], body)
        message = self.tenant.message(where["conversation"], where["activity"])
        if message is None:
            raise Refusal(404, "ActivityNotFoundInConversation")
        return message

    def _post(self, conversation: str, activity: Mapping[str, Any], reply_to: str | None) -> Posted:
        self._require(conversation, activity)
        number = str(1_760_000_000_000 + self.tenant.next())
        posted = Posted(id=number, conversation=conversation, activity=activity, reply_to=reply_to)
        self.tenant.posted.append(posted)
        return posted

    def _require(self, conversation: str, activity: Mapping[str, Any] | None = None) -> None:
        found = self.tenant.find(conversation)
        if found is None:
            raise Refusal(404, "ConversationNotFound")
        if not found.has_bot:
            raise Refusal(403, "BotNotInConversationRoster")
        if activity is not None and is_too_big(activity):
            raise Refusal(413, "MessageSizeTooBig")
        hold = self.rates.hold(conversation) if self.rates is not None else None
        if hold is not None:
            raise Refusal(429, "Throttled", retry_after=hold)

    def _members(self, where: Mapping[str, str], body: Mapping[str, Any]) -> Any:
        self._require(where["conversation"])
        conversation = self.tenant.find(where["conversation"])
        members = conversation.members if conversation else None
        people = [
            account
            for key, account in self.tenant.accounts.items()
            if key == account.object_id and (members is None or key in members)
        ]
        start = int(where.get("continuationToken", "0"))
        page = {"members": [self._described(account) for account in people[start : start + _PAGE]]}
        end = start + _PAGE
        return page | ({"continuationToken": str(end)} if end < len(people) else {})

    def _member(self, where: Mapping[str, str], body: Mapping[str, Any]) -> Any:
        self._require(where["conversation"])
        account = self.tenant.accounts.get(where["user"].removeprefix("29:"))
        if account is None:
            raise Refusal(404, "MemberNotFoundInConversation")
        return self._described(account)

    def _team(self, where: Mapping[str, str], body: Mapping[str, Any]) -> Any:
        team = self.tenant.teams.get(where["team"])
        if team is None:
            raise Refusal(404, "TeamNotFound")
        return {"id": team.id, "name": team.name, "aadGroupId": team.group_id}

    def _channels(self, where: Mapping[str, str], body: Mapping[str, Any]) -> Any:
        self._team(where, body)
        here = [c for c in self.tenant.conversations.values() if c.team == where["team"]]
        # The General channel has no name here, because it is called differently in every language.
        return {"conversations": [{"id": c.id} | ({"name": c.name} if c.name else {}) for c in here]}

    def _described(self, account: Account) -> Any:
        return {
            "id": account.id,
            "name": account.name,
            "aadObjectId": account.object_id,
            "objectId": account.object_id,
            "email": account.email,
            "userPrincipalName": account.email,
            "tenantId": account.home or self.tenant.id,
            "userRole": "user",
        }


async def _body(request: web.Request) -> Mapping[str, Any]:
    if request.content_type == "application/x-www-form-urlencoded":
        return {name: str(value) for name, value in (await request.post()).items()}
    body: Mapping[str, Any] = await request.json() if request.can_read_body else {}
    return body


def _refused(refusal: Refusal) -> web.Response:
    headers = {} if refusal.retry_after is None else {"Retry-After": str(refusal.retry_after)}
    body = {"error": {"code": refusal.code, "message": "Refused."}}
    return web.json_response(body, status=refusal.status, headers=headers)
