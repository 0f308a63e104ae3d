"""`undo`: what somebody changed last holds no more, and what held before does again."""

from __future__ import annotations

from collections.abc import Iterator

from bot.domain.autonomy.standing import Standing
from bot.domain.errors import Forbidden, Invalid
from bot.domain.hours import has_come
from bot.domain.steering import Entry, MadeRoute, Pause
from bot.speaking import setting
from bot.speaking.desk import Desk, Said, privately
from bot.speaking.spoken import Heard
from bot.speaking.telling import command_of
from bot.steering import Change, Changed, Kind


async def undo_last(desk: Desk, said: Said) -> Heard:
    """Take back the last change of whoever says so."""
    made = await desk.steering.get(said.id)
    last = await (
        desk.steering.get(made.undoes) if made and made.undoes else desk.steering.last_by(said.person.id)
    )
    if last is None:
        return privately("You have changed nothing here that could be taken back.")
    return await undo(desk, said, last)


async def undo(desk: Desk, said: Said, last: Changed) -> Heard:
    """Take back one change; raises `Forbidden` for somebody else's, `Invalid` when it was changed since."""
    if last.person != said.person.id:
        raise Forbidden(
            "Only the person who made a change can take it back with this; say what should hold instead."
        )
    if last.kind is Kind.STANDING:
        raise Invalid("Rules are moved with the buttons of their cards, and back in the same way.")
    change = Change(
        id=said.id,
        kind=last.kind,
        name=last.name,
        person=said.person.id,
        after=last.before,
        matches=tuple(_matches(last.before, last.after)),
        undoes=last.id,
    )
    outcome = await setting.changed(desk, change)
    openly = last.kind is not Kind.ABSENCE
    lines = [f"{said.person.name} took back: {_told(last, said)}.", _now(change.after, said)]
    if outcome.followed:
        lines.append(setting.followed_line(outcome.followed))
    return Heard(lines=tuple(lines), private=not openly)


def _matches(*entries: Entry | None) -> Iterator[str]:
    """The patterns that one has to lead for both."""
    yield from (entry.match for entry in entries if isinstance(entry, MadeRoute | Pause))


def _told(last: Changed, said: Said) -> str:
    if last.after is not None and not isinstance(last.after, Standing):
        return f"`{command_of(last.after, said.zone)}`"
    ends = {Kind.ROUTE: f"unroute {last.name}", Kind.PAUSE: f"resume {last.name}", Kind.ABSENCE: "back"}
    return f"`{ends[last.kind]}`"


def _now(after: Entry | None, said: Said) -> str:
    if after is None or isinstance(after, Standing):
        return "Nothing stands in its place."
    if has_come(after.until, said.now):
        return "What held before has ended by itself meanwhile."
    return f"Again holds: `{command_of(after, said.zone)}`."
