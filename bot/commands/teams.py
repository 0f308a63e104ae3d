"""`placet teams`: what Microsoft Teams needs to know Placet."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from bot.commands.console import remark, say
from bot.commands.files import written_to
from bot.domain.errors import Misconfigured

app = typer.Typer(no_args_is_help=True, help="Microsoft Teams.")


@app.callback()
def teams() -> None:
    """Microsoft Teams."""


@app.command()
def package(
    file: Annotated[Path, typer.Argument(help="Where to write it.")] = Path("placet-teams.zip"),
    read_channel_messages: Annotated[
        bool,
        typer.Option(
            "--read-channel-messages",
            help="Ask for the permission to hear replies in channels that do not mention Placet.",
        ),
    ] = False,
    app_version: Annotated[
        str | None,
        typer.Option(help="Of the app in Teams, which takes a changed package with a higher one only."),
    ] = None,
) -> None:
    """Write the app package for Teams: the manifest with the ids of the settings, and the icons."""
    from importlib.metadata import version

    from adapters.teams.package import AppPackage
    from bot.settings import load_settings

    settings = load_settings(needs_secret_key=False)
    if not settings.teams_app_id:
        raise Misconfigured(
            "PLACET_TEAMS_APP_ID is missing; register the bot in Azure first, and set the app id it got."
        )
    made = AppPackage(
        app_id=settings.teams_app_id,
        public_url=settings.public_url,
        version=app_version or version("placet"),
        read_channel_messages=read_channel_messages or settings.teams_read_channel_messages,
    )
    _write(file, made.zipped())
    say(f"Wrote {file}: the app, version {made.version}.")
    remark("Next: upload it in Teams, and add Placet to the teams whose channels the policy names.")


def _write(file: Path, package: bytes) -> None:
    with written_to(file):
        file.write_bytes(package)
