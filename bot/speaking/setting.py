"""Setting things: previewed, then made once, then told with a way back."""

from __future__ import annotations

from datetime import datetime

from bot.domain.errors import Forbidden, Invalid
from bot.domain.mentions import printed
from bot.domain.mentions.commands import Command
from bot.domain.mentions.moments import Moment, OnDate, moment_at
from bot.domain.terms import Target, TargetKind
from bot.speaking.desk import Desk, Said
from bot.speaking.spoken import Heard, Offer
from bot.steering import Change, Outcome, Preview

CONFIRM, UNDO = "confirm", "undo"


def end_of(moment: Moment | None, said: Said) -> datetime | None:
    """When it ends, in UTC; raises `Invalid` when that has passed."""
    if moment is None:
        return None
    ends_at = moment_at(moment, said.now, said.zone)
    if ends_at <= said.now:
        raise Invalid("That end has passed; say a later one.")
    return ends_at


def fixed(moment: datetime | None, said: Said) -> OnDate | None:
    """The same end as a day and a time, so that a confirmation tomorrow means what was previewed today."""
    if moment is None:
        return None
    here = moment.astimezone(said.zone)
    clock = here.time().replace(second=0, microsecond=0, tzinfo=None)
    return OnDate(year=here.year, month=here.month, day=here.day, at=clock)


async def previewed(
    desk: Desk, said: Said, command: Command, *lines: str, targets: tuple[Target, ...] = ()
) -> Heard:
    """Keep a command until it is confirmed; its id is that of what was said."""
    preview = Preview(
        id=f"ofr_{said.id}",
        person=said.person.id,
        channel=said.spoken.channel,
        command=printed(command),
        zone=said.zone.key,
        labels={target.ref: target.label for target in targets if target.kind is TargetKind.CHANNEL},
        made_at=said.now,
    )
    await desk.steering.offer(preview)
    closing = "Nothing has changed yet. Press Confirm, or say `yes`."
    return Heard(
        lines=(*lines, closing), offers=(Offer(label="Confirm", reference=f"{CONFIRM}:{preview.id}"),)
    )


async def made(desk: Desk, change: Change, *lines: str) -> Heard:
    """Make a change and tell it openly, with a button that takes it back; raises `Forbidden`, `Invalid`."""
    outcome = await changed(desk, change)
    offer = Offer(label="Undo", reference=f"{UNDO}:{change.id}")
    if outcome.followed:
        lines = (*lines, followed_line(outcome.followed))
    return Heard(lines=lines, private=False, offers=(offer,))


def followed_line(count: int) -> str:
    """That a change holds for so many requests that wait already."""
    return f"That holds at once for {count} pending request{'' if count == 1 else 's'} too."


async def changed(desk: Desk, change: Change) -> Outcome:
    """Make a change; raises `Forbidden` when the person may not, `Invalid` when something else holds."""
    outcome = await desk.steering.change(change)
    if outcome.code == "forbidden":
        raise Forbidden("You do not lead that any more, so nothing was changed.")
    if outcome.code == "moved_on":
        raise Invalid("It was changed again since, so nothing was taken back; `routes` shows what holds.")
    if outcome.changed is not None and outcome.changed.undone_by is not None:
        raise Invalid("That was taken back since, so it does not hold; say it anew where it should.")
    return outcome
