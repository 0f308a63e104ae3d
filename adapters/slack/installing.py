"""Installing the app into a workspace: to Slack's page and back, then the token is stored.

It gives the workspace no say: who may decide, and where cards go, is in the policy.
"""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable
from urllib.parse import urlencode, urlsplit

from aiohttp import web

from adapters.slack.client import Refused, SlackClient, Unreachable
from adapters.slack.exchange import Exchange, NotInstalled
from adapters.slack.install_pages import close, page
from adapters.slack.install_state import InstallState, StateWrong
from adapters.slack.scopes import BOT_SCOPES
from adapters.slack.workspace import Workspace
from bot.domain.errors import Busy, PlacetError
from bot.installations import Installation, InstallationBook
from bot.ports import Clock
from bot.settings import SlackSettings

INSTALL, REDIRECT = "/slack/install", "/slack/oauth_redirect"
#: of what Slack appends to the address
LONGEST_PARAMETER = 1000

_STATUS: dict[type[PlacetError], int] = {StateWrong: 400, NotInstalled: 502, Busy: 503}

_log = logging.getLogger(__name__)


class Installing:
    """The two addresses of an installation."""

    def __init__(
        self,
        *,
        settings: SlackSettings,
        client: SlackClient,
        book: InstallationBook,
        state: InstallState,
        home: Workspace,
        clock: Clock,
        changed: Callable[[], Awaitable[None]],
    ) -> None:
        """`client` has no token of its own; `changed` is called when a workspace was installed."""
        self._settings = settings
        self._client = client
        self._book = book
        self._state = state
        self._home = home
        self._clock = clock
        self._changed = changed
        self._redirect_uri = f"{settings.public_url}{REDIRECT}"
        #: gets tokens for codes, by the app's secret
        self.exchange = Exchange(client, settings, self._redirect_uri)

    def on(self, app: web.Application) -> None:
        """Add the routes."""
        app.router.add_get(INSTALL, self.begin, allow_head=False)
        app.router.add_get(REDIRECT, self.finish, allow_head=False)

    async def close(self) -> None:
        """Close the connections."""
        await self._client.close()

    async def begin(self, request: web.Request) -> web.Response:
        """Send the browser to Slack, which asks the person there."""
        response = web.Response(status=302)
        asked = {
            "client_id": self._settings.client_id,
            "scope": ",".join(sorted(BOT_SCOPES)),
            "redirect_uri": self._redirect_uri,
            "state": self._state.begin(request, response),
        }
        slack = urlsplit(self._settings.api_url)
        response.headers["Location"] = (
            f"{slack.scheme}://{slack.netloc}/oauth/v2/authorize?{urlencode(asked)}"
        )
        close(response)
        return response

    async def finish(self, request: web.Request) -> web.Response:
        """The browser comes back."""
        try:
            return await self._finish(request)
        except PlacetError as error:
            _log.warning("An installation in Slack was not finished: %s", error.sentence)
            status = _STATUS.get(type(error), 400)
            return page("Nothing was installed", error.sentence, status=status, again=INSTALL)

    async def _finish(self, request: web.Request) -> web.Response:
        await self._state.finish(request, _parameter(request, "state"))
        if _parameter(request, "error"):
            return page("Nothing was installed", "The installation was not allowed in Slack.", again=INSTALL)
        installation = await self.exchange.token(_parameter(request, "code"), self._clock())
        if not self._may_install(installation):
            return await self._turned_away(installation)
        if installation.tenant == self._home.team_id:
            return page(
                "Placet was here already",
                "This is the workspace of PLACET_SLACK_BOT_TOKEN. If its token changed just now, set that.",
            )
        await self._book.keep(installation)
        await self._changed()
        _log.info("The app was installed in the Slack workspace %s.", installation.tenant)
        return _welcome(installation)

    def _may_install(self, installation: Installation) -> bool:
        allowed = self._settings.install_teams
        return not allowed or bool({installation.tenant, installation.enterprise} & set(allowed))

    async def _turned_away(self, installation: Installation) -> web.Response:
        """Give the token back at once; nothing of this workspace is kept."""
        _log.warning("The Slack workspace %s may not install the app.", installation.tenant)
        try:
            await self._client.ask(lambda web: web.auth_revoke(token=installation.bot_token))
        except (Refused, Unreachable) as error:
            _log.warning("Its token could not be given back: %s", error)
        return page(
            "This workspace may not install Placet",
            "Ask whoever runs Placet to add it to PLACET_SLACK_INSTALL_TEAMS.",
            f"Its id is {installation.tenant}.",
            status=403,
        )


def _welcome(installation: Installation) -> web.Response:
    tenant = installation.tenant
    name = installation.name or tenant
    return page(
        f"Placet is installed in {name}",
        f"Its id is {tenant}. It decides nothing yet: the policy has to name its people ({tenant}/U…) and its"
        f" channels (slack:{tenant}/C…, or slack:{tenant}/#name).",
        "You can close this page.",
    )


def _parameter(request: web.Request, name: str) -> str:
    """One that was given once, and is not longer than Slack's; else empty."""
    given = request.query.getall(name, [])
    return given[0] if len(given) == 1 and len(given[0]) <= LONGEST_PARAMETER else ""
