"""Slack's side of an installation: somebody allows the app, and the app exchanges the code for a token."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

from tests.fakes.slack_methods import Refusal
from tests.fakes.slack_workspace import APP_ID, BOT_USER, Workspace

CLIENT_ID, CLIENT_SECRET = "123.456", "fake-client-secret"


@dataclass(kw_only=True)
class Grant:
    """Somebody's permission, until the app exchanges its code."""

    workspace: Workspace
    by: str
    redirect_uri: str
    scopes: str
    is_used: bool = False


class OAuth:
    """Grants and tokens of one app."""

    def __init__(self) -> None:
        self._grants: dict[str, Grant] = {}
        #: replaces parts of the next answers
        self.answer: dict[str, Any] = {}

    def allow(self, url: str, workspace: Workspace, *, by: str) -> str:
        """Somebody presses Allow on Slack's page: where their browser is sent."""
        asked = _query(url)
        assert urlsplit(url).path == "/oauth/v2/authorize", url
        assert asked["client_id"] == CLIENT_ID, url
        code = f"code-{workspace.next()}"
        self._grants[code] = Grant(
            workspace=workspace, by=by, redirect_uri=asked["redirect_uri"], scopes=asked["scope"]
        )
        return _back(asked, code=code)

    def deny(self, url: str) -> str:
        """Somebody presses Cancel."""
        return _back(_query(url), error="access_denied")

    def access(self, arguments: Mapping[str, Any]) -> dict[str, Any]:
        """`oauth.v2.access`; raises `Refusal`."""
        if arguments.get("client_id") != CLIENT_ID:
            raise Refusal("invalid_client_id")
        if arguments.get("client_secret") != CLIENT_SECRET:
            raise Refusal("bad_client_secret")
        grant = self._grants.get(arguments.get("code", ""))
        if grant is None:
            raise Refusal("invalid_code")
        if grant.is_used:
            raise Refusal("code_already_used")
        if grant.redirect_uri != arguments.get("redirect_uri"):
            raise Refusal("bad_redirect_uri")
        grant.is_used = True
        workspace = grant.workspace
        workspace.bot_token, workspace.refusal = f"xoxb-{workspace.team}-{workspace.next()}", ""
        return {
            "ok": True,
            "app_id": APP_ID,
            "authed_user": {"id": grant.by},
            "scope": grant.scopes,
            "token_type": "bot",
            "access_token": workspace.bot_token,
            "bot_user_id": BOT_USER,
            "team": {"id": workspace.team, "name": workspace.team.title()},
            "enterprise": None,
            "is_enterprise_install": False,
            **self.answer,
        }


def _query(url: str) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(urlsplit(url).query).items()}


def _back(asked: Mapping[str, str], **more: str) -> str:
    return f"{asked['redirect_uri']}?{urlencode({'state': asked['state'], **more})}"
