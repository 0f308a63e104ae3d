"""`placet policy`: the policy file, looked at before it holds."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bot.commands import exit_codes, policy_versions
from bot.commands.backtest import backtest
from bot.commands.console import remark, say

if TYPE_CHECKING:
    from bot.policy import Policy

app = typer.Typer(no_args_is_help=True, help="The policy file.")


@app.callback()
def group() -> None:
    """The policy file."""


app.command()(backtest)


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
    remark(f"{policy.name} can be used (version {policy.version}): {_contents(policy)}.")
    if strict and policy.warnings:
        raise typer.Exit(exit_codes.FAILED)


app.command()(policy_versions.versions)
app.command()(policy_versions.show)
app.command()(policy_versions.diff)


def _contents(policy: Policy) -> str:
    parts = (
        (policy.directory.people, "person", "people"),
        (policy.directory.agents, "agent", "agents"),
        (policy.entries, "action", "actions"),
        (policy.escalations, "escalation policy", "escalation policies"),
    )
    return ", ".join(f"{len(found)} {one if len(found) == 1 else many}" for found, one, many in parts)
