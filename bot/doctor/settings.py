"""Whether the settings can be used, and what is doubtful about them."""

from __future__ import annotations

from collections.abc import Sequence

from bot.doctor.parting import parted
from bot.doctor.verdict import Finding, green, red, yellow
from bot.own_names import refuse_foreign_names
from bot.setting_warnings import setting_warnings
from bot.settings import Settings, SettingsError

_CORRECT = "Correct it in the environment, .env or placet.toml; docs/operators.md lists every setting."


def refused(error: SettingsError) -> Sequence[Finding]:
    """What is wrong, one finding for each problem."""
    return [red(problem, _CORRECT) for problem in error.problems]


async def usable(settings: Settings) -> Sequence[Finding]:
    """The doubts about settings that can be used; raises `Misconfigured` beside another `bot` package."""
    refuse_foreign_names()
    doubts = [yellow(*parted(sentence)) for sentence in setting_warnings(settings)]
    return doubts or [green(f"The settings can be used: {_told(settings)}.")]


def _told(settings: Settings) -> str:
    database = "SQLite" if settings.database_url.startswith("sqlite") else "PostgreSQL"
    platforms = [
        name for name, found in (("Slack", settings.slack), ("Teams", settings.teams)) if found is not None
    ]
    connected = " and ".join(platforms) or "no chat platform, so people decide in the browser inbox alone"
    return f"{database}, {connected}, answering at {settings.public_url}"
