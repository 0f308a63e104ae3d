"""`placet inbox-link`: the way into the browser inbox, without passwords."""

from __future__ import annotations

from typing import Annotated

import typer

from bot.commands.console import remark, say
from bot.commands.visits import current_policy, visit


def inbox_link(person: Annotated[str, typer.Option(help="The person's name in the policy.")]) -> None:
    """Print a link that signs a person in to the browser inbox, once."""
    from bot.settings import load_settings

    settings = load_settings()
    policy = current_policy(settings)
    say(visit(lambda admin: admin.inbox_link(person, policy), settings))
    remark(f"Give it to {person} alone. It works once, within ten minutes.")
