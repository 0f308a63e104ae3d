"""`placet audit`: proof that nobody changed what happened."""

from __future__ import annotations

from typing import Annotated

import typer

from bot.commands import exit_codes
from bot.commands.console import progress, remark, say, say_json
from bot.commands.visits import visit

app = typer.Typer(no_args_is_help=True, help="The audit trail.")


@app.command()
def verify(as_json: Annotated[bool, typer.Option("--json", help="Print JSON for programs.")] = False) -> None:
    """Recompute every chain of events and every seal over them; ends with 1 when something does not fit."""
    with progress("Checking events") as bar:
        task = bar.add_task("events", total=None)
        report = visit(
            lambda admin: admin.verify_audit(
                lambda done, total: bar.update(task, completed=done, total=total)
            )
        )
    if as_json:
        shown = ("ok", "events", "seals", "unsealed", "problems")
        say_json({name: getattr(report, name) for name in shown})
    else:
        for problem in report.problems:
            say(problem)
        tail = f", {report.unsealed} of them not sealed yet" if report.unsealed else ""
        verdict = "everything fits" if report.ok else "THE AUDIT TRAIL DOES NOT FIT"
        remark(f"{report.events} events under {report.seals} seals{tail}: {verdict}.")
    if not report.ok:
        raise typer.Exit(exit_codes.FAILED)
