"""What a group that was read says about who may decide."""

from __future__ import annotations

from typing import assert_never

from bot.doctor.parting import parted
from bot.doctor.verdict import Finding, green, red, yellow
from bot.domain.directory import Directory
from bot.groups import NobodyThere, NotNow, Read, Roster


def judged(source: str, read: Read, directory: Directory) -> Finding:
    """Green when somebody whom the policy names is in it."""
    match read:
        case Roster():
            return _roster(source, read, directory)
        case NobodyThere():
            return red(*parted(read.why), about=source)
        case NotNow():
            return red(
                read.why, "Try again in a minute; until then what was read before holds.", about=source
            )
        case _:
            assert_never(read)


def _roster(source: str, read: Roster, directory: Directory) -> Finding:
    if not read.accounts:
        return yellow("Nobody is in this group.", "Add people to it, or correct the policy.", about=source)
    if not any(directory.person_with(account) for account in read.accounts):
        return yellow(
            f"None of the {len(read.accounts)} in this group is named under people, and so none can decide.",
            "Name those who may decide under people in the policy, with their ids.",
            about=source,
        )
    return green("", about=source)
