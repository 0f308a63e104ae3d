"""Slack's own route as the product has it, with Bolt in it, for a workspace that was never asked."""

from __future__ import annotations

from aiohttp import web

from adapters.slack.slack import build_slack
from bench.door import APP, SETTINGS, TEAM
from bot.app import App
from bot.threads import Threads
from storage.memberships import Memberships


def mount_slack(app: App, http: web.Application) -> None:
    """Add `/slack/events`."""
    slack = build_slack(
        SETTINGS,
        app.approvals,
        app.edits,
        app.store.directory,
        app.clock,
        groups=Memberships(app.store),
        hears=app.speaking,
        threads=Threads(app.store),
    )
    slack.workspace.team_id = TEAM
    slack.workspace.app_id = APP
    slack.workspace.bot_user = "U0BOT"
    slack.workspace.bot_id = "B0BOT"
    slack.mount(http)
