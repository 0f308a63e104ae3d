"""Printing a command so that it is read as the same command."""

from __future__ import annotations

import re
from collections.abc import Iterator

from bot.domain.mentions import commands
from bot.domain.mentions.commands import Command
from bot.domain.mentions.ends import printed_end
from bot.domain.mentions.moments import Moment
from bot.domain.mentions.spans import printed_span

#: what another word would be read together with
_OPEN = re.compile(r"\s|(?<!\w)'|^teams:[^/]*$")
_WORDS: dict[type[object], str] = {
    commands.Pending: "pending",
    commands.Routes: "routes",
    commands.Undo: "undo",
    commands.Confirm: "yes",
    commands.Decline: "no",
    commands.Claim: "claim",
    commands.Back: "back",
    commands.Inbox: "inbox",
}


def printed(command: Command) -> str:
    """The command in one line."""
    return " ".join(part for part in _parts(command) if part)


def printed_targets(targets: tuple[str, ...]) -> str:
    """`@ben and #refunds`."""
    return " and ".join(f'"{target}"' if _OPEN.search(target) else target for target in targets)


def _parts(command: Command) -> Iterator[str]:
    match command:
        case commands.Route():
            yield from _route(command)
        case commands.Away(until=until, cover=cover):
            yield f"away {_end(until)}".strip() + ("," if cover else "")
            yield f"{printed_targets((cover,))} covers" if cover else ""
        case commands.Pause(match=match, until=until, confirmed=confirmed):
            yield from ("pause", match, _end(until), "confirm" if confirmed else "")
        case commands.Resume(match=resumed, confirmed=confirmed):
            yield from ("resume", resumed or "", "confirm" if confirmed else "")
        case commands.SendTo(to=to, adds=adds):
            yield from ("add" if adds else "to", printed_targets(to))
        case commands.Stats(by=by, match=match, span=span):
            yield from ("stats", f"by {by}" if by else "", f"for {match}" if match else "")
            yield printed_span(span) if span is not None else ""
        case commands.Unroute(name=name, confirmed=confirmed):
            yield from ("unroute", name, "confirm" if confirmed else "")
        case _:
            yield from _with_one_word(command)


def _with_one_word(command: Command) -> Iterator[str]:
    """Commands of a verb and, perhaps, one thing after it."""
    match command:
        case commands.Help(topic=said):
            yield from ("help", said or "")
        case commands.Show(request_id=said):
            yield from ("show", said or "")
        case commands.Escalate(why=said):
            yield from ("escalate", said)
        case commands.AskAgent(question=said):
            yield from ("ask", said)
        case commands.Withdraw(reason=said):
            yield from ("cancel", said)
        case _:
            yield _WORDS[type(command)]


def _route(command: commands.Route) -> Iterator[str]:
    here = command.to == (commands.HERE,)
    yield from ("route", command.match)
    yield commands.HERE if here else f"to {printed_targets(command.to)}"
    yield f"when {command.when}" if command.when is not None else ""
    yield _end(command.until)
    yield "confirm" if command.confirmed else ""


def _end(moment: Moment | None) -> str:
    return printed_end(moment) if moment is not None else ""
