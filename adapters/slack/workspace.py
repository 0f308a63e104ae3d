"""The workspace that the bot token belongs to: Placet's home in Slack."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(slots=True, kw_only=True)
class Workspace:
    """Filled in when Slack first answers; everything from outside is refused before."""

    team_id: str = ""
    #: the account that posts for us
    bot_user: str = ""
    bot_id: str = ""
    #: empty where Slack did not tell
    app_id: str = ""

    @property
    def is_known(self) -> bool:
        """Whether Slack has answered yet."""
        return bool(self.team_id)
