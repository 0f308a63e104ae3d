"""The use case of reviewing rules: asks each rule's owner once a month, and takes the answer."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from functools import partial

from bot.autonomy import Autonomy, meaning, told
from bot.domain import ids
from bot.domain.autonomy.evidence import Evidence, lacking, percent
from bot.domain.autonomy.ladder import Ladder, Rung
from bot.domain.directory import Person
from bot.domain.errors import Forbidden
from bot.domain.measures.rate import Rate
from bot.domain.rules import Rule
from bot.policy import Policy
from bot.ports import Clock
from bot.rule_reviews import Answer, Choice, Review, RuleReviews
from bot.speaking.speaking import Accept
from bot.speaking.spoken import Heard, Offer

#: how often it is looked whose month is over
EVERY = timedelta(hours=1)
#: nobody is asked before this hour of the day, UTC
_FROM_HOUR = 8
_LABELS = {Choice.KEEP: "Keep", Choice.LOOSEN: "Loosen", Choice.TIGHTEN: "Tighten"}


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnedRule:
    """A rule as its owner looks at it."""

    name: str
    match: str
    #: the reason as the policy words it
    why: str
    #: what it demands now
    demands: str
    #: that in words
    means: str
    is_shadow: bool
    #: the numbers, and what can be done, as sentences
    lines: tuple[str, ...]
    offered: tuple[Choice, ...]


class RuleReviewing:
    """Asks the owners of rules, and carries out what they answer."""

    def __init__(
        self, *, reviews: RuleReviews, autonomy: Autonomy, policy: Callable[[], Policy], clock: Clock
    ) -> None:
        self._reviews = reviews
        self._autonomy = autonomy
        self._policy = policy
        self._clock = clock

    async def step(self) -> timedelta:
        """Ask the owners of all rules that have no review of this month; how long to rest."""
        now = self._clock()
        if now.hour < _FROM_HOUR:
            return EVERY
        month = now.date().replace(day=1)
        seen = await self._reviews.seen(month)
        policy = self._policy()
        for rule in policy.rules.order:
            if rule.ladder is not None and rule.name not in seen:
                review = await self._review(rule, rule.ladder, month, now)
                await self._reviews.begin(review, policy.directory.asked_at(rule.owner))
        return EVERY

    async def shown(self, review_id: str) -> Heard | None:
        """A review as its owner is shown it now; None for an unknown one."""
        review = await self._reviews.get(review_id)
        return None if review is None else drawn(review)

    async def answer(self, choice: Choice, review_id: str, person: Person) -> Heard:
        """Carry out what the owner of a rule answers.

        Raises `Forbidden` for anybody else, `Conflict` where the rule cannot be moved so, `NotFound`.
        """
        review = await self._reviews.get(review_id)
        if review is None:
            return Heard(lines=("This review is not known here any more.",))
        if review.answer is not None and not (
            choice is Choice.TIGHTEN and review.answer.choice is not choice
        ):
            if person.id != review.owner:
                raise Forbidden(f"Only the owner of {review.rule} sees its review.")
            return replace(drawn(review), in_place=True)
        rung = await self._carried_out(choice, review, person)
        answer = Answer(choice=choice, person=person.id, rung=rung, at=self._clock())
        await self._reviews.answer(review.id, answer)
        return replace(drawn(replace(review, answer=answer)), in_place=True)

    async def owned(self, person: str) -> Sequence[OwnedRule]:
        """The rules that a person answers for and that can be moved, in the order of the policy."""
        await self._autonomy.refresh()
        now = self._clock()
        return [
            _owned(rule, await self._review(rule, rule.ladder, now.date(), now))
            for rule in self._policy().rules.order
            if rule.owner == person and rule.ladder is not None
        ]

    async def move(self, choice: Choice, rule: str, person: str, change: str, *, seen: str) -> str:
        """Loosen or tighten a rule at any time, once per `change`; a sentence, or raises as `answer` does.

        `seen` is what it demanded where its owner looked, as `OwnedRule.demands`.
        """
        if choice is Choice.LOOSEN:
            rung = await self._autonomy.loosen(rule, person, change, seen=seen)
        else:
            rung = await self._autonomy.tighten(rule, person, change)
        return f"{rule} demands {told(rung)} from now on."

    def offered(self) -> Mapping[str, Accept]:
        """What takes the buttons of reviews, by the kind of their references."""
        return {choice.value: partial(self.answer, choice) for choice in Choice}

    async def _carried_out(self, choice: Choice, review: Review, person: Person) -> Rung:
        change = f"{review.id}_{choice.value}"
        if choice is Choice.LOOSEN:
            seen = told(review.rung)
            return await self._autonomy.loosen(review.rule, person.id, change, seen=seen)
        if choice is Choice.TIGHTEN:
            return await self._autonomy.tighten(review.rule, person.id, change)
        return self._autonomy.keeps(review.rule, person.id)

    async def _review(self, rule: Rule, its: Ladder, month: date, now: datetime) -> Review:
        rung = Rung(mode=rule.then, window=rule.window)
        evidence = await self._autonomy.evidence(rule.name)
        return Review(
            id=ids.new_id("rvw", at=now.timestamp()),
            rule=rule.name,
            owner=rule.owner,
            month=month,
            rung=rung,
            above=its.above(rung),
            below=its.below(rung),
            evidence=evidence,
            lacking=lacking(evidence, self._policy().demands),
            review_by=rule.review_by,
            made_at=now,
        )


def drawn(review: Review) -> Heard:
    """The card of a review: the numbers, and what can be answered or still can after that."""
    offers = tuple(
        Offer(label=_LABELS[choice], reference=f"{choice.value}:{review.id}") for choice in _offered(review)
    )
    if review.answer is None:
        lines = (_title(review), *_overdue(review), *_numbers(review.evidence), *_ways(review))
        return Heard(lines=lines, offers=offers)
    title = f"Your rule {review.rule} demanded {told(review.rung)}."
    lines = (title, *_numbers(review.evidence), _answered(review.rule, review.answer))
    return Heard(lines=lines, offers=offers)


def _owned(rule: Rule, review: Review) -> OwnedRule:
    return OwnedRule(
        name=rule.name,
        match=rule.match,
        why=rule.why,
        demands=told(review.rung),
        means=meaning(review.rung),
        is_shadow=rule.shadow,
        lines=(*_overdue(review), *_numbers(review.evidence), *_ways(review)),
        offered=tuple(choice for choice in _offered(review) if choice is not Choice.KEEP),
    )


def _title(review: Review) -> str:
    demands = f"{told(review.rung)}: {meaning(review.rung)}"
    return f"Your rule {review.rule} demands {demands}. What should become of it?"


def _overdue(review: Review) -> Iterator[str]:
    due = review.review_by
    if due is not None and due < review.made_at.date():
        yield f"You were to look at it by {due}. See whether it still fits, and set another date."


def _numbers(evidence: Evidence) -> Iterator[str]:
    weeks = (evidence.until - evidence.from_).days // 7
    came, ran = evidence.submitted, evidence.automatic
    requests = "request" if came == 1 else "requests"
    yield f"In {weeks} weeks {came} {requests} came under it; {ran} ran without people."
    if evidence.clean.of:
        yield _line("People approved as it came", evidence.clean)
        yield _line("They changed before they approved", Rate(hits=evidence.edited, of=evidence.clean.of))
    if evidence.sampled:
        yield _line("In blind samples they agreed with", evidence.agreement)
    if evidence.outcomes:
        yield _line("Failed or was reverted", evidence.wrong)
    else:
        yield "Of none it is known how it turned out."
    if evidence.overridden:
        yield _line("People took back", evidence.taken_back)


def _line(what: str, rate: Rate) -> str:
    share = percent(rate.value or 0.0)
    return f"{what}: {rate.hits} of {rate.of} ({share}; between {percent(rate.low)} and {percent(rate.high)})"


def _ways(review: Review) -> Iterator[str]:
    if review.above is not None and not review.lacking:
        yield f"Loosen: it demands {told(review.above)} from then on: {meaning(review.above)}."
    elif review.above is not None:
        yield " ".join((f"It has not earned {told(review.above)} yet.", *review.lacking))
    if review.below is not None:
        yield f"Tighten: it demands {told(review.below)} from then on: {meaning(review.below)}."


def _offered(review: Review) -> Iterator[Choice]:
    if review.answer is not None:
        # It can be tightened at any time, also what was loosened a moment ago.
        is_above = review.below is not None or review.answer.choice is Choice.LOOSEN
        if is_above and review.answer.choice is not Choice.TIGHTEN:
            yield Choice.TIGHTEN
        return
    yield Choice.KEEP
    if review.above is not None and not review.lacking:
        yield Choice.LOOSEN
    if review.below is not None:
        yield Choice.TIGHTEN


def _answered(rule: str, answer: Answer) -> str:
    moment = f"{answer.at:%H:%M} UTC on {answer.at.day} {answer.at:%B}"
    if answer.choice is Choice.KEEP:
        return f"Kept at {moment}: {rule} goes on demanding {told(answer.rung)}."
    verb = "Loosened" if answer.choice is Choice.LOOSEN else "Tightened"
    return f"{verb} at {moment}: {rule} demands {told(answer.rung)} from now on."
