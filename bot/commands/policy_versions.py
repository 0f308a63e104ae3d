"""`placet policy versions | show | diff`: what held when, and what changed between."""

from __future__ import annotations

import difflib
import re
from pathlib import Path
from typing import Annotated

import typer

from bot.commands.console import moment, remark, say, say_as_it_is, say_json, say_table, spinner
from bot.commands.visits import visit
from bot.domain.errors import NotFound

_VERSION = re.compile(r"[0-9a-f]{4,12}", re.ASCII)

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON for programs.")]


def versions(as_json: AsJson = False) -> None:
    """List the versions of the policy that held here, the newest first, and how much each ruled on."""
    with spinner("Counting requests"):
        found = visit(lambda admin: admin.policy_versions())
    if as_json:
        shown = ("version", "held_since", "loaded_at", "owner", "requests", "holds", "changes")
        say_json([{name: getattr(kept, name) for name in shown} for kept in found])
        return
    if not found:
        remark("No policy has held here yet; `placet serve` keeps each one that does.")
        return
    rows = [
        (
            f"{kept.version} *" if kept.holds else kept.version,
            moment(kept.held_since),
            kept.owner,
            str(kept.requests),
            _in_short(kept.changes),
        )
        for kept in found
    ]
    say_table(("Version", "Held since", "Owner", "Requests", "What it changed"), rows)
    remark("* began to hold last.")


def show(
    version: Annotated[str, typer.Argument(help="Its first digits, from `placet policy versions`.")],
) -> None:
    """Print a version of the policy as it was read."""
    say_as_it_is(visit(lambda admin: admin.policy_text(version)).rstrip("\n"))


def diff(
    before: Annotated[str, typer.Argument(metavar="A", help="A kept version, or a file.")],
    after: Annotated[
        str | None,
        typer.Argument(metavar="[B]", help="Another one; without it the file of PLACET_POLICY."),
    ] = None,
    text: Annotated[bool, typer.Option("--text", help="Show the lines that differ instead.")] = False,
    as_json: AsJson = False,
) -> None:
    """Tell what B changes against A: rules, limits, groups, steps, in sentences."""
    from bot.policy.comparing import changes_between
    from bot.settings import load_settings

    after = after or str(load_settings(needs_secret_key=False).policy)
    old, new = _text(before), _text(after)
    if text:
        for line in difflib.unified_diff(old.splitlines(), new.splitlines(), before, after, lineterm=""):
            say(line)
        return
    changes = changes_between(old, new)
    if as_json:
        say_json(changes)
        return
    for change in changes:
        say(change.sentence)
    if not changes:
        same = "They are the same." if old == new else "Only comments or layout differ."
        remark(same)


def _text(named: str) -> str:
    path = Path(named)
    if path.exists() or not _VERSION.fullmatch(named):
        from bot.policy.load import read_text

        if not path.exists() and not path.suffix:
            raise NotFound(
                f'"{named}" is neither a file nor a version that is kept here; `placet policy versions` lists'
                " the versions."
            )
        return read_text(path)
    return visit(lambda admin: admin.policy_text(named))


def _in_short(changes: tuple[str, ...]) -> str:
    if not changes:
        return ""
    return changes[0] if len(changes) == 1 else f"{changes[0]} And {len(changes) - 1} more."
