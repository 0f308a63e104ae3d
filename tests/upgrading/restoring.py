"""A database of an earlier release, opened by this one, with the chats and the agent as they were."""

from __future__ import annotations

import itertools
import json
import sqlite3
from datetime import datetime
from pathlib import Path
from typing import Any, Self

from sqlalchemy import create_engine, text

from storage.engine import is_sqlite, normalized
from tests.fakes.browser import Browser
from tests.fakes.slack_screen import Card, View
from tests.fakes.slack_workspace import Message, OpenView
from tests.fakes.teams_tenant import Posted
from tests.flows.world import Agent
from tests.upgrading.installation import Lived
from tests.upgrading.names import receiver_is_found

DUMPS = Path(__file__).parent / "dumps"


def restore(url: str, release: str) -> dict[str, Any]:
    """Fill an empty database with what a release left; what the outside knew then."""
    kind = "sqlite" if is_sqlite(url) else "postgres"
    dump = (DUMPS / f"{release}-{kind}.sql").read_text(encoding="utf-8")
    if kind == "sqlite":
        with sqlite3.connect(url.removeprefix("sqlite:///")) as connection:
            connection.executescript(dump)
        connection.close()
    else:
        _into_postgres(url, dump)
    memory: dict[str, Any] = json.loads((DUMPS / f"{release}-{kind}.json").read_text(encoding="utf-8"))
    return memory


def _into_postgres(url: str, dump: str) -> None:
    import psycopg

    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(dump.encode())


class Upgraded(Lived):
    """The installation goes on with this release."""

    def __init__(self, database_url: str, folder: Path, release: str) -> None:
        super().__init__(database_url, folder)
        self.memory = restore(database_url, release)
        self.requests = self.memory["requests"]
        self.clock.now = datetime.fromisoformat(self.memory["now"])
        self._remember_slack(self.memory["slack"])
        self._remember_teams(self.memory["teams"])

    async def __aenter__(self) -> Self:
        self._found.enter_context(receiver_is_found(lambda: self._receiver.port or 0))
        await self.teams.__aenter__()
        self._teams_moved()
        await self.slack.__aenter__()
        self._receiver.app.router.add_post("/placet", self._receive)
        await self._receiver.start_server()
        self.app = await self._started()
        self._api_key = self.memory["agent"]["api_key"]
        self.agent = Agent(self._client(), self.clock, self.memory["agent"]["callback_secret"])
        self.teams.connect(str(self._server and self._server.make_url("/api/messages")))
        return self

    def card_of(self, name: str) -> Card:
        """The request's copy in Slack, as it was posted by the release before."""
        return next(
            card for card in self.slack.cards("#support") if self.requests[name] in json.dumps(card.blocks)
        )

    def teams_card_of(self, name: str) -> Posted:
        """Likewise in Teams."""
        cards = self.teams.cards(self.approvals)
        return next(card for card in cards if self.requests[name] in json.dumps(card.card))

    def view_of(self, title: str) -> View:
        """What somebody has had open since then."""
        opened = [view for view in self.slack.workspace.views.values() if view.is_open]
        return next(View(self.slack, view) for view in opened if view.view["title"]["text"] == title)

    async def old_browser(self) -> Browser:
        """Ann's, in which she is still signed in."""
        assert self._server is not None
        browser = self.browsers["Ann"] = Browser(str(self._server.make_url("")).rstrip("/"))
        browser.client.cookie_jar.update_cookies(self.memory["cookies"], self._server.make_url("/"))
        return browser

    def _remember_slack(self, known: dict[str, Any]) -> None:
        workspace = self.slack.workspace
        workspace.counter = itertools.count(known["number"] + 1)
        workspace.messages = [Message(**each) for each in known["messages"]]
        workspace.views = {each["id"]: OpenView(**each) for each in known["views"]}

    def _remember_teams(self, known: dict[str, Any]) -> None:
        self.teams.tenant._numbers = known["number"]
        self.teams.tenant.posted[:] = [Posted(**each) for each in known["posted"]]
        self.general.has_bot = True

    def _teams_moved(self) -> None:
        """Teams answers at another port than it did then."""
        engine = create_engine(normalized(self._database_url))
        with engine.begin() as connection:
            connection.execute(
                text("UPDATE conversation SET service_url = :url"), {"url": self.teams.service_url}
            )
        engine.dispose()
