"""The use case of autonomy: rules go up their ladders by their owners, and down by themselves."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

from bot.domain.autonomy.evidence import COUNTS, Evidence, failing, lacking
from bot.domain.autonomy.ladder import GATED, Ladder, Rung
from bot.domain.autonomy.standing import Standing
from bot.domain.errors import Conflict, Forbidden, NotFound
from bot.domain.events import BY_RULE
from bot.domain.measures.period import Period
from bot.domain.measures.query import EVERYTHING, Dimension, Query
from bot.domain.rules import Rule
from bot.domain.status import Mode
from bot.measuring import Measures
from bot.policy import Policy
from bot.policy_record import News
from bot.ports import Clock
from bot.steering import Change, Kind, SteeringStore

#: whole weeks that evidence is taken from, the last of which is this one
WEEKS = 5
#: how often it is looked whether a rule has to go down
EVERY = timedelta(minutes=10)

_MEANINGS = {
    Mode.GATE: "a person decides",
    Mode.NOTIFY: "it runs at once, and people are told",
    Mode.AUTO: "it runs at once",
}


class Autonomy:
    """Moves rules on their ladders."""

    def __init__(
        self, *, measures: Measures, steering: SteeringStore, policy: Callable[[], Policy], clock: Clock
    ) -> None:
        self._measures = measures
        self._steering = steering
        self._policy = policy
        self._clock = clock

    async def step(self) -> timedelta:
        """Put a gate in the place of every rule that fails; how long to rest before the next look."""
        await self.refresh()
        for rule in self._policy().rules.order:
            if rule.ladder is not None and rule.then is not Mode.GATE and not rule.shadow:
                await self._look_at(rule, rule.ladder)
        return EVERY

    async def refresh(self) -> None:
        """Know what another process, or this one a moment ago, has moved."""
        await self._steering.current()

    async def loosen(self, name: str, person: str, change: str, *, seen: str) -> Rung:
        """Move a rule up, once per `change`; what it demands from then on.

        `seen` is what its owner saw it demand, as `told` words it: nobody climbs two steps by the button of
        one. Raises `NotFound`, `Forbidden` for anybody but its owner, `Conflict` where it has not earned it
        or was moved meanwhile.
        """
        await self.refresh()
        rule, its = self._of(name, person)
        made = await self._made(change)
        if made is not None:
            return made
        if told(_rung(rule)) != seen:
            raise Conflict(
                f"{name} was moved since you looked, and demands {told(_rung(rule))} now; look again first."
            )
        above = its.above(_rung(rule))
        if above is None:
            raise Conflict(
                f"{name} is at the top of what the policy lets it become; its may_become names more."
            )
        evidence = await self.evidence(name)
        why = lacking(evidence, self._policy().demands)
        if why:
            raise Conflict(" ".join((f"{name} has not earned {told(above)} yet.", *why)))
        sentence = f"Its owner let it earn {told(above)} on what people made of {evidence.judged} requests."
        await self._move(rule, its, above, person=person, why=sentence, evidence=evidence, change=change)
        return above

    async def tighten(self, name: str, person: str, change: str) -> Rung:
        """Move a rule down, once per `change`; what it demands from then on.

        Raises `NotFound`, `Forbidden` for anybody but its owner, `Conflict` where a person decides already.
        """
        await self.refresh()
        rule, its = self._of(name, person)
        made = await self._made(change)
        if made is not None:
            return made
        below = its.below(_rung(rule))
        if below is None:
            raise Conflict(f"Under {name} a person decides already.")
        evidence = await self.evidence(name)
        sentence = f"Its owner moved it down to {told(below)}."
        await self._move(rule, its, below, person=person, why=sentence, evidence=evidence, change=change)
        return below

    async def _made(self, change: str) -> Rung | None:
        """Where a change that was made before has moved its rule."""
        before = await self._steering.get(change)
        return before.after.rung if before is not None and isinstance(before.after, Standing) else None

    def keeps(self, name: str, person: str) -> Rung:
        """What a rule demands, for its owner, who leaves it so; raises as `tighten` does."""
        rule, _ = self._of(name, person)
        return _rung(rule)

    async def evidence(self, rule: str) -> Evidence:
        """What the record says of a rule lately."""
        period = Period.last(WEEKS, self._today())
        query = Query(period=period, eyes=EVERYTHING, where={Dimension.RULE: rule})
        total = (await self._measures.report(query)).total
        counts = {name: getattr(total, name) for name in COUNTS}
        return Evidence(from_=period.from_, until=period.until, **counts)

    def _today(self) -> date:
        return self._clock().date()

    async def _look_at(self, rule: Rule, its: Ladder) -> None:
        evidence = await self.evidence(rule.name)
        why = failing(evidence, self._policy().demands)
        if not why:
            return
        sentence = " ".join(("It lost its autonomy by itself.", *why))
        policy = self._policy()
        # Processes that look at the same time make the same fall once.
        change = f"fall_{rule.name}_{policy.version}_{policy.directory.steering.version}"
        await self._move(rule, its, GATED, person=BY_RULE, why=sentence, evidence=evidence, change=change)

    async def _move(
        self, rule: Rule, its: Ladder, to: Rung, *, person: str, why: str, evidence: Evidence, change: str
    ) -> None:
        standing = Standing(
            rule=rule.name,
            base=its.base,
            rung=to,
            takes=rule.takes,
            by=None if person == BY_RULE else person,
            why=why,
            evidence=evidence,
            made_at=self._clock(),
        )
        outcome = await self._steering.change(
            Change(
                id=change,
                kind=Kind.STANDING,
                name=rule.name,
                person=person,
                after=standing,
                news=self._news(rule, standing),
            )
        )
        if outcome.code != "made":
            raise Forbidden(f"Only the owner of {rule.name} moves it.")

    def _news(self, rule: Rule, standing: Standing) -> News | None:
        """Its owner hears of what happened by itself."""
        if standing.by is not None:
            return None
        to = self._policy().directory.asked_at(rule.owner)
        return News(
            to=to, sentence=f"Your rule {rule.name} demands {told(standing.rung)} now. {standing.why}"
        )

    def _of(self, name: str, person: str) -> tuple[Rule, Ladder]:
        policy = self._policy()
        rule = next((rule for rule in policy.rules.order if rule.name == name), None)
        if rule is None or rule.ladder is None:
            raise NotFound(f"The policy has no rule {name} that could be moved.")
        if rule.owner != person:
            raise Forbidden(f"Only the owner of {name} moves it.")
        return rule, rule.ladder


def told(rung: Rung) -> str:
    """What a rung demands, as the policy writes it."""
    if rung.window is None:
        return rung.mode.value
    return f"veto for {int(rung.window.total_seconds() // 60)} minutes"


def meaning(rung: Rung) -> str:
    """What that comes to, in words."""
    if rung.mode is Mode.VETO:
        return f"it runs unless somebody objects ({told(rung)})"
    return _MEANINGS[rung.mode]


def _rung(rule: Rule) -> Rung:
    return Rung(mode=rule.then, window=rule.window)
