"""`placet audit`: proof that nobody changed what happened."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from bot.commands import exit_codes
from bot.commands.audit_export import export
from bot.commands.console import moment, progress, remark, say, say_json
from bot.commands.visits import visit
from bot.domain.errors import Invalid

if TYPE_CHECKING:
    from storage.audit_reading import Told
    from storage.audit_report import AuditReport

app = typer.Typer(no_args_is_help=True, help="The audit trail.")
app.command()(export)


@app.command()
def verify(
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON for programs.")] = False,
    seal_file: Annotated[
        Path | None,
        typer.Option(
            help="Seals kept beside the database, instead of PLACET_SEAL_FILE.", exists=True, dir_okay=False
        ),
    ] = None,
    exported: Annotated[
        Path | None,
        typer.Option("--export", help="A file of `placet audit export`; no database is needed then."),
    ] = None,
    jwks: Annotated[
        Path | None,
        typer.Option(
            help="With --export: whom to trust, and those they vouched for; kept from /.well-known/jwks.json."
        ),
    ] = None,
) -> None:
    """Recompute every chain of events and every seal over them; ends with 1 when something does not fit."""
    if exported is not None:
        _verify_export(exported, jwks, seal_file, as_json=as_json)
        return
    if jwks is not None:
        raise Invalid("--jwks is for --export; a database is verified with the keys that it holds.")
    with progress("Checking events") as bar:
        task = bar.add_task("events", total=None)
        report = visit(
            lambda admin: admin.verify_audit(
                lambda done, total: bar.update(task, completed=done, total=total), seal_file
            )
        )
    _tell(report, as_json=as_json)


@app.command()
def show(
    subject: Annotated[str, typer.Argument(help="A request (apr_…), or another subject such as policy.")],
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON for programs.")] = False,
) -> None:
    """Tell the whole story of a request in sentences; ends with 1 when it does not fit."""
    found = visit(lambda admin: admin.audit_of(subject))
    (_show_json if as_json else _show)(subject, found)
    if found.problems:
        raise typer.Exit(exit_codes.FAILED)


def _verify_export(exported: Path, jwks: Path | None, seal_file: Path | None, *, as_json: bool) -> None:
    from bot.audit_copies import verify_export

    with progress("Checking events") as bar:
        task = bar.add_task("events", total=None)
        report, kids = verify_export(
            exported, jwks=jwks, seal_file=seal_file, progress=lambda done: bar.update(task, completed=done)
        )
    if jwks is None and not as_json:
        remark(
            f"The keys are those of the export: {', '.join(kids) or 'none'}. Compare them with"
            " /.well-known/jwks.json, or give what you kept of it as --jwks."
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


def _show(subject: str, found: Told) -> None:
    from bot.auditing.sentences import sentence

    standing = found.standing
    if standing is not None:
        say(f"{subject}: {standing.action}, asked for by {standing.agent}; {standing.status}.")
    for event in found.events:
        say(f"{moment(event.at)}  {sentence(event)}")
    if standing is not None and standing.receipt is not None:
        say(f"Its receipt: {standing.receipt}")
    for problem in found.problems:
        say(problem)
    sealed = sum(event.seal is not None for event in found.events)
    verdict = "everything fits" if not found.problems else "IT DOES NOT FIT"
    events = "1 event" if len(found.events) == 1 else f"{len(found.events)} events"
    remark(f"{events}, {sealed} of them under seals: {verdict}. Seals: placet audit verify.")


def _show_json(subject: str, found: Told) -> None:
    from bot.auditing.sentences import sentence

    say_json(
        {
            "subject": subject,
            "ok": not found.problems,
            "problems": found.problems,
            "events": [_fields(event) | {"sentence": sentence(event)} for event in found.events],
        }
    )


def _fields(event: Any) -> dict[str, Any]:
    shown = ("seq", "kind", "actor", "at", "facts", "private", "hash", "seal")
    return {name: getattr(event, name) for name in shown}
