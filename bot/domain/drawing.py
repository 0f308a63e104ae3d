"""Drawing a card: a pure function of the request's current state, never a change to what stands already.

In reading order: what will happen and its effect, what is at stake, why it came here, what is unusual, the
agent's reasons, the evidence, every argument, the votes, what comes next. The agent's words only ever stand
in fields that say so, and are inert.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from bot.domain import card_facts, card_record, card_status, escalation
from bot.domain.addresses import shown_address
from bot.domain.arguments import flattened
from bot.domain.authority import could_approve, eligible
from bot.domain.blinding import blind
from bot.domain.card import Button, Card, Line, Press, Quotation, Source, Style
from bot.domain.card_footer import footer
from bot.domain.confirming import demanded, word_of
from bot.domain.consequences import MOST_MENTIONS
from bot.domain.covering import instead_of
from bot.domain.directory import Directory
from bot.domain.forecast import Queue
from bot.domain.overriding import is_overridable
from bot.domain.packet import Evidence, ReviewPacket, Utterance
from bot.domain.quality_card import quality_card
from bot.domain.redirecting import redirected_to
from bot.domain.request import ApprovalRequest
from bot.domain.said import Said, quotations
from bot.domain.terms import Confirm, TargetKind
from bot.domain.text import inert, one_line, quoted

HEADLINE = 250
NAME = 80


def draw(
    request: ApprovalRequest,
    packet: ReviewPacket,
    directory: Directory,
    *,
    reference: str,
    original: ReviewPacket | None = None,
    queue: Queue | None = None,
    said: Sequence[Said] = (),
    in_browser: bool = False,
) -> Card:
    """The card as it should be shown now; `original` is that of revision 1 where there is a later one."""
    if request.is_blind:
        return quality_card(_draw(blind(request), packet, directory, reference=reference), request)
    return _draw(
        request,
        packet,
        directory,
        reference=reference,
        original=original,
        queue=queue,
        said=said,
        in_browser=in_browser,
    )


def _draw(
    request: ApprovalRequest,
    packet: ReviewPacket,
    directory: Directory,
    *,
    reference: str,
    original: ReviewPacket | None = None,
    queue: Queue | None = None,
    said: Sequence[Said] = (),
    in_browser: bool = False,
) -> Card:
    confirm = demanded(request, directory)
    headline = one_line(request.proposal.summary, HEADLINE) or one_line(request.proposal.action, HEADLINE)
    status = card_status.status_line(request, directory)
    is_erased = request.progress.erased_at is not None
    can_edit = _can_edit(request, packet, is_elsewhere=confirm is Confirm.BROWSER and not in_browser)
    return Card(
        request_id=request.id,
        version=request.version,
        revision=request.revision,
        reference=reference,
        tone=card_status.tone(request),
        status=status,
        headline=headline,
        asked_by=_asked_by(request, packet),
        effects=card_facts.effects(request, packet, directory, can_edit=can_edit),
        facts=card_facts.facts(request, packet, original, directory),
        why_here=card_facts.why_here(request, directory),
        warnings=card_facts.warnings(request, packet),
        quotations=(*card_record.on_record(request, directory), *_quotations(packet)),
        evidence=tuple(_source(item) for item in packet.context.evidence),
        conversation=tuple(_utterance(line) for line in packet.context.conversation),
        arguments=flattened(packet.action.arguments, request.terms.mask),
        said=quotations(said, directory),
        votes=card_status.vote_lines(request, directory),
        footer=footer(request, directory, queue),
        buttons=()
        if is_erased
        else tuple(_buttons(request, confirm, in_browser=in_browser, can_edit=can_edit)),
        confirm=word_of(request.proposal) if confirm is Confirm.TYPE else "",
        is_erased=is_erased,
        mentions=mentions(request, directory),
        is_news=is_overridable(request) and not request.progress.step,
        fallback=_fallback(request, status, headline),
    )


def mentions(request: ApprovalRequest, directory: Directory) -> tuple[str, ...]:
    """Whom a new copy mentions, so that the right phones ring and no others.

    People and groups that the step names are mentioned, as far as they could approve and have not voted. A
    step of channels alone mentions nobody when it is the first: the channel is where such cards are looked
    for. Once the request has moved on, whoever could approve is mentioned there too. Reminders mention
    everybody who is asked. Never more than `MOST_MENTIONS`.
    """
    step, progress = request.current_step, request.progress
    if step is None or request.status.is_final:
        return ()
    targets = redirected_to(request) or step.to
    asked = directory.members(tuple(to.ref for to in targets if to.kind is not TargetKind.CHANNEL))
    if not asked and (progress.step, progress.round) != (1, 1):
        asked = eligible(directory, request)
    voted = {vote.person for vote in progress.votes}
    able = {person.id for person in could_approve(directory, request)} - voted
    return instead_of(directory, [person for person in asked if person in able])[:MOST_MENTIONS]


def _asked_by(request: ApprovalRequest, packet: ReviewPacket) -> str:
    version = f" {one_line(packet.agent_version, NAME)}" if packet.agent_version else ""
    asker = f"{request.agent}{version} asks"
    on_behalf_of = request.proposal.on_behalf_of
    return f"{asker}, on behalf of {quoted(on_behalf_of, NAME)}" if on_behalf_of else asker


def _quotations(packet: ReviewPacket) -> Iterator[Quotation]:
    context = packet.context
    tried = "\n".join(f"• {one_line(each)}" for each in context.tried)
    for heading, text in (
        ("Reasoning", packet.reasoning),
        ("Recommendation", packet.recommendation),
        ("The issue as stated", context.issue),
        ("Tried so far", tried),
    ):
        words = inert(text or "")
        if words:
            yield Quotation(heading=heading, text=words)


def _source(item: Evidence) -> Source:
    return Source(
        title=one_line(item.title),
        url=shown_address(item.url) if item.url else None,
        quote=inert(item.quote) if item.quote else None,
    )


def _utterance(line: Utterance) -> Quotation:
    sender = one_line(line.sender, NAME)
    heading = f"{sender} · {line.at:%Y-%m-%d %H:%M} UTC" if line.at else sender
    return Quotation(heading=heading, text=inert(line.text))


def _buttons(
    request: ApprovalRequest, confirm: Confirm | None, *, in_browser: bool, can_edit: bool
) -> Iterator[Button]:
    """What can be pressed: everything while it waits; then what is possible afterwards."""
    choices = () if request.status.is_final else request.proposal.choices
    is_elsewhere = confirm is Confirm.BROWSER and not in_browser
    if "approve" in choices:
        if is_elsewhere:
            yield Button(press=Press.APPROVE, label="Approve in the browser…", style=Style.PRIMARY)
        elif request.proposal.high_impact or confirm is Confirm.TYPE:
            yield Button(press=Press.REVIEW, label="Review…", style=Style.PRIMARY)
        else:
            label = "Approve now" if request.veto_open else "Approve"
            yield Button(press=Press.APPROVE, label=label, style=Style.PRIMARY)
    if request.veto_open and not request.status.is_final:
        yield Button(press=Press.STOP, label="Stop…", style=Style.DANGER)
    elif "reject" in choices:
        yield Button(press=Press.REJECT, label="Reject", style=Style.DANGER)
    if can_edit:
        yield Button(press=Press.EDIT, label="Edit…")
    if request.status.is_final:
        yield from _buttons_afterwards(request)
        return
    yield Button(press=Press.DETAILS, label="Details")
    if "escalate" in choices and escalation.has_next(request):
        yield Button(press=Press.ESCALATE, label="Escalate")
    yield Button(press=Press.MORE, label="More…")


def _can_edit(request: ApprovalRequest, packet: ReviewPacket, *, is_elsewhere: bool) -> bool:
    if request.status.is_final or is_elsewhere:
        return False
    return "edit" in request.proposal.choices and bool(packet.action.arguments)


def _buttons_afterwards(request: ApprovalRequest) -> Iterator[Button]:
    if is_overridable(request):
        yield Button(press=Press.OVERRIDE, label="Override…", style=Style.DANGER)
    yield Button(press=Press.DETAILS, label="Details")
    if request.progress.decision is not None:
        yield Button(press=Press.RATE, label="Rate…")


def _fallback(request: ApprovalRequest, status: Line, headline: str) -> str:
    if not request.status.is_final:
        return f"{request.agent} asks: {headline}"
    words = "".join(part for part in status if isinstance(part, str))
    return f"{words.removesuffix(' · ')} · {headline}"
