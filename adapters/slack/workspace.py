"""One workspace that Placet is in, as Slack told it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(slots=True, kw_only=True)
class Workspace:
    """The home is filled in when Slack first answers; what comes from it is refused before."""

    #: `T…`, or `E…` of an organisation that installed the app for all of its workspaces
    team_id: str = ""
    #: the account that posts for us
    bot_user: str = ""
    bot_id: str = ""
    #: empty where Slack did not tell
    app_id: str = ""
    #: whether it is the one of PLACET_SLACK_BOT_TOKEN, which names in the policy mean that name no workspace
    is_home: bool = True
    #: as people call it, where that is known
    name: str = ""
    #: the workspaces of an organisation
    teams: frozenset[str] = frozenset()

    @property
    def is_known(self) -> bool:
        """Whether Slack has answered yet."""
        return bool(self.team_id)

    @property
    def away(self) -> str:
        """What stands in front of a destination in it: nothing for the home."""
        return "" if self.is_home else self.team_id

    def covers(self, team: str | None) -> bool:
        """Whether it is this workspace, or one of this organisation."""
        return team is not None and (team == self.team_id or team in self.teams)
