"""`placet policy scope`: what each agent may do alone, what rules decide, and what a person does."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from bot.commands.console import remark, say_json, say_table
from bot.domain.errors import NotFound


def scope(
    file: Annotated[
        Path | None, typer.Argument(help="The policy file; without it the one of PLACET_POLICY.")
    ] = None,
    agent: Annotated[str | None, typer.Option(help="Only this agent.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON for programs.")] = False,
) -> None:
    """Print the scope document: every agent and action, and who or what decides."""
    from bot.policy import load_policy
    from bot.policy.scope_sheet import scope_rows
    from bot.settings import load_settings

    policy = load_policy(file or load_settings(needs_secret_key=False).policy)
    if agent is not None and agent not in policy.directory.agents:
        raise NotFound(f"The policy does not know the agent {agent}; its owner adds it under agents.")
    found = list(scope_rows(policy, agent))
    if as_json:
        say_json(found)
        return
    rows = [(row.agent, row.action, row.what, row.owner, ", ".join(row.requires)) for row in found]
    say_table(("Agent", "Action", "Who or what decides", "Owner", "Has to come with"), rows)
    remark("What is not listed counts as irreversible: a person decides.")
