"""`placet policy`: the policy file, looked at before it holds."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from bot.commands import exit_codes, policy_explain, policy_scope, policy_versions
from bot.commands.backtest import backtest
from bot.commands.console import remark, say, say_json

if TYPE_CHECKING:
    from bot.policy import Policy, Problem

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
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON for programs.")] = False,
) -> None:
    """Read a policy and tell everything that is wrong or doubtful; ends with 2 when it cannot be used."""
    from bot.policy import PolicyError, load_policy
    from bot.settings import load_settings

    path = file or load_settings(needs_secret_key=False).policy
    try:
        policy = load_policy(path)
    except PolicyError as error:
        if as_json:
            say_json(
                {"file": path.name, "usable": False, "version": None, "problems": _listed(error.problems, ())}
            )
            raise typer.Exit(exit_codes.MISUSED) from None
        raise
    if as_json:
        warnings = _listed((), policy.warnings)
        say_json({"file": path.name, "usable": True, "version": policy.version, "problems": warnings})
    else:
        for warning in policy.warnings:
            say(f"Warning: {warning.told(policy.name)}")
        remark(f"{policy.name} can be used (version {policy.version}): {_contents(policy)}.")
    if strict and policy.warnings:
        raise typer.Exit(exit_codes.FAILED)


app.command()(policy_scope.scope)
app.command()(policy_explain.explain)
app.command()(policy_versions.versions)
app.command()(policy_versions.show)
app.command()(policy_versions.diff)


def _listed(errors: Iterable[Problem], warnings: Iterable[Problem]) -> list[dict[str, Any]]:
    return [
        {"severity": severity, "line": problem.line, "path": problem.path, "sentence": problem.sentence}
        for severity, problems in (("error", errors), ("warning", warnings))
        for problem in problems
    ]


def _contents(policy: Policy) -> str:
    parts = (
        (policy.directory.people, "person", "people"),
        (policy.directory.agents, "agent", "agents"),
        (policy.entries, "action", "actions"),
        (policy.rules.order, "rule", "rules"),
        (policy.escalations, "escalation policy", "escalation policies"),
    )
    return ", ".join(
        f"{len(found)} {one if len(found) == 1 else many}" for found, one, many in parts if found
    )
