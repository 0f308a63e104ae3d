"""`placet policy`: the policy file, looked at before it holds."""

from __future__ import annotations

from collections.abc import Sized
from pathlib import Path
from typing import Annotated

import typer

from bot.commands import exit_codes
from bot.commands.console import remark, say

app = typer.Typer(no_args_is_help=True, help="The policy file.")


@app.callback()
def group() -> None:
    """The policy file."""


@app.command()
def check(
    file: Annotated[
        Path | None, typer.Argument(help="The policy file; without it the one of PLACET_POLICY.")
    ] = None,
    strict: Annotated[bool, typer.Option("--strict", help="End with 1 when there are warnings.")] = False,
) -> None:
    """Read a policy and tell everything that is wrong or doubtful; ends with 2 when it cannot be used."""
    from bot.policy import load_policy
    from bot.settings import load_settings

    policy = load_policy(file or load_settings(needs_secret_key=False).policy)
    for warning in policy.warnings:
        say(f"Warning: {warning.told(policy.name)}")
    directory = policy.directory
    remark(
        f"{policy.name} can be used (version {policy.version}):"
        f" {_count(directory.people, 'person', 'people')}, {_count(directory.agents, 'agent', 'agents')}, {_count(policy.entries, 'action', 'actions')},"
        f" {_count(policy.escalations, 'escalation policy', 'escalation policies')}."
    )
    if strict and policy.warnings:
        raise typer.Exit(exit_codes.FAILED)


def _count(things: Sized, one: str, many: str) -> str:
    number = len(things)
    return f"{number} {one if number == 1 else many}"
