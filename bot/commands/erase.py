"""`placet erase`: somebody's data go, and the audit trail still proves what was decided."""

from __future__ import annotations

import getpass
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated, Any

import typer

from bot.commands import exit_codes
from bot.commands.console import progress, remark, say, say_json
from bot.commands.visits import current_policy, visit
from bot.domain.errors import Conflict, Misconfigured

if TYPE_CHECKING:
    from collections.abc import Callable

    from bot.admin import Admin
    from storage.erasures import Traces


def erase(
    subject: Annotated[
        str | None, typer.Option(help="Erase requests about this subject, by the id that agents give it.")
    ] = None,
    person: Annotated[
        str | None, typer.Option(help="Erase what this person wrote, by their id in the policy.")
    ] = None,
    account: Annotated[
        list[str] | None, typer.Option(help="With --person: an account of theirs, such as slack:T01/U01.")
    ] = None,
    yes: Annotated[bool, typer.Option("--yes", help="Do it; without it, only count.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON for programs.")] = False,
) -> None:
    """Erase somebody's data; without --yes, count what there is and change nothing."""
    if (subject is None) == (person is None):
        raise Misconfigured("Say whose data: either --subject or --person.")
    accounts = tuple(account or ())
    found = visit(lambda admin: _traces(admin, subject, person, accounts))
    if not yes:
        _show(found, as_json=as_json)
        remark("Nothing was erased; run it again with --yes." if not found.are_none else "There is nothing.")
        return
    if person is not None:
        _demand_gone(person)
    with progress("Erasing") as bar:
        task = bar.add_task("requests", total=len(found.requests))
        done = _erasing(subject, person, accounts, lambda count: bar.update(task, completed=count))
        erased = visit(done)
    if as_json:
        say_json({"requests": erased.requests, "salt": erased.salt})
        return
    say(f"Erased: {_requests(erased.requests)}.")
    say(f"Salt: {erased.salt}")
    remark(
        "The audit trail tells of it without saying whose data they were. Who keeps the salt can prove it"
        " later; it is stored nowhere."
    )


async def _traces(admin: Admin, subject: str | None, person: str | None, accounts: tuple[str, ...]) -> Traces:
    if subject is not None:
        return await admin.erasures.of_subject(subject)
    return await admin.erasures.of_person(person or "", accounts)


def _erasing(
    subject: str | None, person: str | None, accounts: tuple[str, ...], progress: Callable[[int], None]
) -> Callable[[Admin], Any]:
    by = getpass.getuser()
    if subject is not None:
        return lambda admin: admin.erasures.erase_subject(subject, by=by, progress=progress)
    return lambda admin: admin.erasures.erase_person(person or "", accounts, by=by, progress=progress)


def _demand_gone(person: str) -> None:
    """Whoever still decides leaves new traces at once; raises `Conflict`."""
    from bot.settings import load_settings

    if person in current_policy(load_settings()).directory.people:
        raise Conflict(
            f"{person} is still in the policy, so new traces would follow. Take them out of it first;"
            " nothing was erased."
        )


def _show(found: Traces, *, as_json: bool) -> None:
    if as_json:
        say_json(asdict(found))
        return
    say(f"Requests: {len(found.requests)}")
    if found.unfinished:
        say(f"Not finished: {', '.join(found.unfinished)}")
    if found.counters:
        say(f"Counters: {found.counters}")
    if found.events:
        say(f"Audit events with private values: {found.events}")
    if found.unfinished:
        raise typer.Exit(exit_codes.FAILED)


def _requests(count: int) -> str:
    return f"{count} request{'' if count == 1 else 's'}"
