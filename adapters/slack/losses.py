"""Notices that a workspace removed the app, or took its token back: from then on the token is not used.

Slack says so in an event, and refuses the token from then on; either is enough, since events get lost.
"""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime

from adapters.slack.branch import Branch
from adapters.slack.client import Refused, SlackClient, Unreachable
from adapters.slack.payload import Envelope
from bot.chat.background import Background
from bot.domain.errors import PlacetError
from bot.installations import Installation, InstallationBook

UNINSTALLED, REVOKED = "app_uninstalled", "tokens_revoked"

#: Slack's words for a token that will never work again (docs.slack.dev/reference/methods/auth.test)
DEAD = frozenset({"account_inactive", "invalid_auth", "token_expired", "token_revoked"})

_log = logging.getLogger(__name__)


class Losses:
    """Revokes installations. The home's token is the operator's, who is told by every failure."""

    def __init__(
        self, *, book: InstallationBook, background: Background, changed: Callable[[], Awaitable[None]]
    ) -> None:
        """`changed` is called when an installation was revoked."""
        self._book = book
        self._background = background
        self._changed = changed
        #: tokens that are being looked at right now
        self._looking: set[str] = set()

    async def on_event(self, branch: Branch, envelope: Envelope) -> None:
        """Take a workspace out, if the event says so; committed when this returns. Raises `Busy`."""
        event, workspace = envelope.event, branch.workspace
        is_of_others = event.type == REVOKED and workspace.bot_user not in event.tokens.get("bot", ())
        if workspace.is_home or is_of_others:
            return
        for installation in await self._book.all():
            if installation.tenant == workspace.team_id and installation.bot_token == branch.client.token:
                await self._lose(branch, installation, envelope, event.type)

    def refused(self, installation: Installation, client: SlackClient, code: str) -> None:
        """Slack said no to this token; when it is dead, that is found out in the background."""
        token = installation.bot_token
        if code in DEAD and token not in self._looking:
            self._looking.add(token)
            self._background.start(self._look(installation, client))

    async def _lose(self, branch: Branch, installed: Installation, envelope: Envelope, why: str) -> None:
        happened_at = datetime.fromtimestamp(envelope.event_time, UTC)
        is_old_news = happened_at < installed.installed_at.replace(microsecond=0)
        if is_old_news and not await _is_dead(branch.client):
            _log.info("The workspace %s had removed the app before it installed it again.", installed.tenant)
            return
        await self._revoke(installed, why)

    async def _look(self, installed: Installation, client: SlackClient) -> None:
        try:
            if await _is_dead(client):
                await self._revoke(installed, "token_refused")
        except PlacetError as error:
            _log.warning("That a token is dead could not be stored, so it is tried again: %s", error.sentence)
        finally:
            self._looking.discard(installed.bot_token)

    async def _revoke(self, installed: Installation, why: str) -> None:
        if await self._book.revoke(installed.tenant, installed.bot_token, why):
            name = installed.name or installed.tenant
            _log.warning("The app was removed from the Slack workspace %s (%s).", name, why)
            await self._changed()


def is_loss(envelope: Envelope) -> bool:
    """Whether an event says that a token is worth nothing any more."""
    return envelope.event.type in (UNINSTALLED, REVOKED)


async def _is_dead(client: SlackClient) -> bool:
    """Whether Slack refuses the token itself; an outage, or something in between, is no refusal."""
    try:
        await client.ask(lambda web: web.auth_test())
    except Refused as error:
        return error.code in DEAD
    except Unreachable:
        return False
    return False
