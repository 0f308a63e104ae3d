"""A policy without a file: everything is gated, or ruled as a test says, and three people may decide."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from bot.canonical import digest
from bot.domain.directory import AgentEntry, Directory, Person
from bot.domain.errors import Invalid
from bot.domain.explanation import About, Explanation
from bot.domain.explanation import Step as Looked
from bot.domain.history import History
from bot.domain.misfits import Misfit
from bot.domain.money import parse_amount
from bot.domain.moves import Edited
from bot.domain.packet import ReviewPacket
from bot.domain.request import ApprovalRequest, Proposal, Ruling
from bot.domain.status import ImpactLevel, Mode
from bot.domain.terms import Quorum, Step, Target, TargetKind, Terms
from bot.submissions import Ask, Asked, Assessment

GATE = Ruling(mode=Mode.GATE, rule="default", why="No rule matched, so a person decides.")

_ROOM = Target(kind=TargetKind.CHANNEL, ref="web:support", label="#support")
_LEADS = Target(kind=TargetKind.CHANNEL, ref="web:leads", label="#leads")


def people(*names: str) -> dict[str, Person]:
    """Persons by id; `ann` is called Ann."""
    return {name: Person(id=name, name=name.title()) for name in names}


class PlainPolicy:
    """A `bot.ports.PolicyView` that a test may change while it runs."""

    version = "plain-1"

    def __init__(self) -> None:
        self.ruling = GATE
        self.irreversible = False
        self.terms = Terms(
            escalation_policy="support",
            quorum=Quorum(voters=("ann", "ben")),
            steps=(
                Step(to=(_ROOM,), wait=timedelta(minutes=15)),
                Step(to=(_LEADS,), wait=timedelta(minutes=30)),
            ),
            action_owner="ann",
        )
        self.directory = Directory(
            people=people("ann", "ben", "cat"),
            agents={
                "support-bot": AgentEntry(name="support-bot", owner="cat"),
                "other-bot": AgentEntry(name="other-bot", owner="cat"),
            },
        )
        #: action names whose summary the policy derives
        self.derives_summary: set[str] = set()
        #: what is wrong with every edit
        self.wrong: tuple[Misfit, ...] = ()

    def limit_open_requests(self, agent: str, most: int) -> None:
        """How many pending requests the agent may have from now on."""
        entry = replace(self.directory.agents[agent], open_requests=most)
        self.directory = replace(self.directory, agents={**self.directory.agents, agent: entry})

    def assess(self, agent: str, packet: ReviewPacket, asked: Asked, now: datetime) -> Assessment:
        """Rule as `ruling` says."""
        action, impact = packet.action, packet.impact
        if asked.needed_by is not None and asked.needed_by <= now:
            raise Invalid("needed_by has passed; give a later time.", field="needed_by")
        if action.summary is None and action.name not in self.derives_summary:
            raise Invalid("Say in one line what will happen.", field="action.summary")
        proposal = Proposal(
            action=action.name,
            summary=action.summary or f"Summary of {action.name}",
            digest=digest(action.name, action.arguments),
            amount=parse_amount(impact.amount),
            currency=impact.currency,
            high_impact=impact.level is ImpactLevel.HIGH,
            irreversible=self.irreversible,
            ruling=self.ruling,
            policy_version=self.version,
            route=asked.route,
            on_behalf_of=packet.on_behalf_of,
            choices=asked.choices or ("approve", "edit", "reject", "escalate"),
            callback_url=asked.callback_url,
            needed_by=asked.needed_by,
        )
        return Assessment(proposal=proposal, terms=self.terms)

    def explain(self, ask: Ask, found: Assessment, history: History | None, now: datetime) -> Explanation:
        """In one sentence."""
        proposal = found.proposal
        if found.deferred is not None and history is not None:
            proposal = replace(proposal, ruling=found.deferred.decide(history))
        step = Looked(about=About.RULING, name=proposal.ruling.rule, sentence=proposal.ruling.why)
        return Explanation(proposal=proposal, terms=found.terms, steps=(step,), approvers=())

    def misfits(self, action: str, arguments: Mapping[str, Any], copied: str | None) -> Sequence[Misfit]:
        """What a test says is wrong."""
        return self.wrong

    def reassess(
        self, request: ApprovalRequest, packet: ReviewPacket, history: History, now: datetime
    ) -> Edited:
        """Rule as `ruling` says, on the amount that stands in the arguments."""
        impact = replace(packet.impact, amount=packet.action.arguments.get("amount", packet.impact.amount))
        changed = replace(packet, impact=impact)
        before = request.proposal
        asked = Asked(choices=before.choices, callback_url=before.callback_url, needed_by=before.needed_by)
        made = self.assess(request.agent, changed, asked, now)
        return Edited(proposal=made.proposal, packet=changed, terms=made.terms)
