"""How to reach the chat platforms, as their adapters are told."""

from __future__ import annotations

from dataclasses import dataclass, field

#: Microsoft's public cloud
LOGIN_URL = "https://login.microsoftonline.com"
OPENID_METADATA_URL = "https://login.botframework.com/v1/.well-known/openidconfiguration"
GRAPH_URL = "https://graph.microsoft.com/v1.0"


@dataclass(frozen=True, slots=True, kw_only=True)
class SlackSettings:
    """How to reach Slack; Socket Mode when there is an app-level token, else HTTP."""

    #: of the home workspace; empty when there is none
    bot_token: str = field(repr=False)
    #: the current one and, while it is being replaced, the one before; may be empty in Socket Mode
    signing_secrets: tuple[str, ...] = field(default=(), repr=False)
    app_token: str | None = field(default=None, repr=False)
    #: with a slash at the end
    api_url: str = "https://slack.com/api/"
    #: with them, workspaces can install the app
    client_id: str = ""
    client_secret: str = field(default="", repr=False)
    #: the workspaces (`T…`) and organisations (`E…`) that may; empty means any
    install_teams: tuple[str, ...] = ()
    #: how browsers reach Placet, without a slash at the end
    public_url: str = ""

    @property
    def installs(self) -> bool:
        """Whether workspaces can install the app."""
        return bool(self.client_id)

    @property
    def socket_mode(self) -> bool:
        """Whether Placet dials Slack, so that Slack need not reach Placet."""
        return self.app_token is not None


@dataclass(frozen=True, slots=True, kw_only=True)
class TeamsSettings:
    """How to reach Microsoft Teams, and who may reach Placet as Teams."""

    #: empty in development without authentication only
    app_id: str = ""
    app_password: str = field(default="", repr=False)
    #: the Entra tenants that are let in, in lower case
    tenants: tuple[str, ...] = ()
    #: with a path, the path is the authority; else it is the one tenant, or Bot Framework's for several
    login_url: str = LOGIN_URL
    openid_metadata_url: str = OPENID_METADATA_URL
    graph_url: str = GRAPH_URL
    #: whether everything that comes is taken for Teams'
    unauthenticated: bool = False
    #: whether what is said in channels without a mention is kept with the request it is about
    read_channel_messages: bool = False
    #: where Placet listens; without authentication that has to be loopback
    host: str = "127.0.0.1"
