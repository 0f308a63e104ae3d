"""What the Slack part needs to know of the installation."""

from __future__ import annotations

from dataclasses import dataclass, field

#: where Slack's Web API is, unless the installation says otherwise
API_URL = "https://slack.com/api/"


@dataclass(frozen=True, slots=True, kw_only=True)
class SlackSettings:
    """How this installation is connected to its Slack workspace."""

    bot_token: str = field(repr=False)
    #: the newest first; several while the secret is being rotated
    signing_secrets: tuple[str, ...] = field(default=(), repr=False)
    #: for Socket Mode
    app_token: str | None = field(default=None, repr=False)
    api_url: str = API_URL
