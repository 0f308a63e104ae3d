"""`pending`, `show`, `inbox`: what one person may see, told to them alone."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from bot.domain import ids
from bot.domain.card import Press
from bot.domain.errors import NotFound
from bot.domain.mentions import commands
from bot.domain.overriding import may_override
from bot.domain.request import ApprovalRequest
from bot.domain.visibility import may_see
from bot.speaking.desk import Desk, Said, privately
from bot.speaking.spoken import Heard, Offer
from bot.speaking.telling import line, one_request

_LISTED = 10
_COUNTED = 1_000
_UNKNOWN = "I know no such request among those that you may see."


async def pending(desk: Desk, said: Said) -> Heard:
    """What waits and the person may see, the riskiest and oldest first."""
    waiting = await desk.store.pending_for(said.person.id, limit=_COUNTED)
    if not waiting:
        return privately("Nothing waits for you.")
    lines = [f"{_requests(len(waiting))} wait{'s' * (len(waiting) == 1)} for you, the riskiest first:"]
    lines += [f"• {one_request(stored.request, said.now)}" for stored in waiting[:_LISTED]]
    if len(waiting) > _LISTED:
        lines.append(f"• and {len(waiting) - _LISTED} more; `inbox` opens the whole list")
    return privately(*lines, "`show apr_…` tells more of one.")


async def show(desk: Desk, said: Said, command: commands.Show) -> Heard:
    """One request; raises `NotFound` for what the person may not see."""
    request_id = command.request_id or said.spoken.request_id
    if request_id is None:
        return privately("Say which one, such as `show apr_…`; its id stands at the end of its card.")
    stored = await desk.store.read(request_id) if ids.is_id(request_id, ids.REQUEST) else None
    if stored is None or not may_see(desk.directory, stored.request, said.person.id):
        raise NotFound(_UNKNOWN)
    card = desk.approvals.draw(stored)
    facts = (f"{fact.label}: {fact.value}" for fact in card.facts)
    votes = (line(vote, said.zone) for vote in card.votes)
    footer = (line(each, said.zone) for each in card.footer)
    told = privately(
        card.headline,
        line(card.status, said.zone),
        f"{card.asked_by}.",
        *facts,
        card.why_here,
        *card.warnings,
        *votes,
        *footer,
    )
    return replace(told, offers=tuple(_offers(desk, said, stored.request)))


async def inbox(desk: Desk, said: Said) -> Heard:
    """A link that signs the person in to the browser inbox, once."""
    if desk.inbox_link is None:
        return privately("There is no link to the browser inbox here; ask whoever runs Placet for one.")
    url = await desk.inbox_link(said.person.id, said.spoken.request_id or "")
    told = "Your inbox in the browser. The link works once, for ten minutes; keep it to yourself."
    return Heard(lines=(told,), link=url)


def _offers(desk: Desk, said: Said, request: ApprovalRequest) -> Iterator[Offer]:
    """What was approved by rule may have no card on which it could be taken back."""
    if may_override(request, desk.directory, said.person):
        reference = desk.approvals.own_reference(request)
        yield Offer(label="Override…", reference=reference, press=Press.OVERRIDE, request_id=request.id)


def _requests(count: int) -> str:
    return f"{count} request{'' if count == 1 else 's'}"
