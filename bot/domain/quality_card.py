"""The card of a quality check: all that a reviewer would see, and nothing of what was ruled or decided."""

from __future__ import annotations

from dataclasses import replace

from bot.domain.card import Button, Card, LabelledValue, Line, Press, Style, Tone
from bot.domain.card_facts import HIGH_IMPACT
from bot.domain.directory import Directory
from bot.domain.request import ApprovalRequest
from bot.domain.sample import Sample, SampleState, Verdict
from bot.domain.sentences import REASONS, names

TITLE = "Quality check: would you have approved this?"
WHY = (
    "It was drawn at random, to compare what people would decide with what a rule decided."
    " What that was is told after your verdict."
)
EFFECT = "It is compared and measured. It changes nothing of what was decided, and the agent is not told."

_BUTTONS = (
    Button(press=Press.AGREE, label="I would approve", style=Style.PRIMARY),
    Button(press=Press.DISAGREE, label="I would reject…", style=Style.DANGER),
    Button(press=Press.DETAILS, label="Details"),
)


def quality_card(card: Card, request: ApprovalRequest) -> Card:
    """A card of the blind request, asking for a verdict instead of a decision; it mentions nobody."""
    sample = request.progress.sample
    ends_at = sample.due_at if sample is not None and sample.state is SampleState.ASKED else None
    asked: tuple[Line, ...] = (("Asked until · ", ends_at),) if ends_at is not None else ()
    return replace(
        card,
        tone=Tone.WAITING,
        status=(TITLE,),
        effects=(LabelledValue(label="Your verdict", value=EFFECT),),
        why_here=WHY,
        warnings=tuple("High impact." if told == HIGH_IMPACT else told for told in card.warnings),
        said=(),
        votes=(),
        footer=(*asked, *card.footer[-2:]),
        buttons=_BUTTONS,
        mentions=(),
        confirm="",
        fallback=f"Quality check: {card.headline}",
    )


def verdict_line(request: ApprovalRequest, directory: Directory) -> Line | None:
    """What the quality check came to, None without one that is over."""
    sample = request.progress.sample
    if sample is None or sample.state.is_open or sample.at is None:
        return None
    if sample.verdict is None:
        return ("Quality check: nobody gave a verdict · ", sample.at)
    return (f"Quality check: {_who(sample, directory)} {_said(sample)} · ", sample.at)


def _who(sample: Sample, directory: Directory) -> str:
    return names(directory, (sample.person,) if sample.person else ())


def _said(sample: Sample) -> str:
    if sample.verdict is Verdict.AGREE:
        return "agreed, and would have approved it"
    why = f": {REASONS[sample.reason]}" if sample.reason else ""
    return f"disagreed, and would have rejected it{why}"
