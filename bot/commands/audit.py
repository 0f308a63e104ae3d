"""`placet audit`: proof that nobody changed what happened."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bot.commands import exit_codes
from bot.commands.console import progress, remark, say, say_json
from bot.commands.visits import visit

if TYPE_CHECKING:
    from storage.audit_report import AuditReport

app = typer.Typer(no_args_is_help=True, help="The audit trail.")


@app.command()
def verify(
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON for programs.")] = False,
    seal_file: Annotated[
        Path | None,
        typer.Option(help="Seals kept beside the database, instead of PLACET_SEAL_FILE.", dir_okay=False),
    ] = None,
) -> None:
    """Recompute every chain of events and every seal over them; ends with 1 when something does not fit."""
    with progress("Checking events") as bar:
        task = bar.add_task("events", total=None)
        report = visit(
            lambda admin: admin.verify_audit(
                lambda done, total: bar.update(task, completed=done, total=total), seal_file
            )
        )
    _tell(report, as_json=as_json)


def _tell(report: AuditReport, *, as_json: bool) -> None:
    if as_json:
        shown = ("ok", "events", "seals", "unsealed", "kept", "problems")
        say_json({name: getattr(report, name) for name in shown})
    else:
        for problem in report.problems:
            say(problem)
        tail = f", {report.unsealed} of them not sealed yet" if report.unsealed else ""
        kept = f", {report.kept} seals kept beside them" if report.kept is not None else ""
        verdict = "everything fits" if report.ok else "THE AUDIT TRAIL DOES NOT FIT"
        remark(f"{report.events} events under {report.seals} seals{tail}{kept}: {verdict}.")
    if not report.ok:
        raise typer.Exit(exit_codes.FAILED)
