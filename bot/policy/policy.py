"""One version of the policy: who is who, and what it makes of a packet."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from bot.canonical import NotCanonical, digest
from bot.domain.autonomy.evidence import Demands
from bot.domain.budgets import Spending
from bot.domain.directory import AgentEntry, Directory
from bot.domain.errors import Forbidden, Invalid
from bot.domain.explanation import Explanation
from bot.domain.history import History
from bot.domain.invariants import Bounds
from bot.domain.misfits import Misfit
from bot.domain.moves import Edited
from bot.domain.packet import ReviewPacket
from bot.domain.request import ApprovalRequest, Proposal
from bot.domain.retention import FOR_EVER, Retention
from bot.domain.rules import Deferred, Question, evaluate, meanwhile
from bot.domain.steering import MadeRoute
from bot.domain.terms import Terms
from bot.policy import explaining, reassessing
from bot.policy.callbacks import callback_url
from bot.policy.choices import choices_of
from bot.policy.connecting import unconnected, undecidable, unread
from bot.policy.derive import Facts
from bot.policy.entries import ActionEntry
from bot.policy.escalations import Escalation, redirected
from bot.policy.pins import channels_of, pinned
from bot.policy.problems import Problem
from bot.policy.routing import Route, Router
from bot.policy.rule_case import RuleCase
from bot.policy.rules import RuleBook
from bot.policy.scopes import ScopeBook
from bot.policy.steered import UNROUTED, Case, SteeredRoutes, steered_routes
from bot.submissions import Ask, Asked, Assessment


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """A policy that was read and checked; a value, except that it remembers the terms it made."""

    #: the file's name, as problems tell it
    name: str
    text: str
    #: the first 12 hex digits of the text's SHA-256
    version: str
    #: the person answerable for it
    owner: str
    directory: Directory
    escalations: Mapping[str, Escalation]
    router: Router
    entries: Mapping[str, ActionEntry]
    unlisted: ActionEntry
    rules: RuleBook
    scopes: ScopeBook
    #: what rules have to show to let more run
    demands: Demands
    #: how long requests that are over are kept
    retention: Retention = FOR_EVER
    #: what is worth a look although the policy can be used
    warnings: tuple[Problem, ...] = ()
    #: what was set by mention
    steered_routes: SteeredRoutes = UNROUTED
    #: by action (empty for unlisted ones), escalation policy and route made by mention; the same terms are
    #: the same object
    _terms: dict[tuple[str, str, str], Terms] = field(
        init=False, default_factory=dict, compare=False, repr=False
    )

    def assess(self, agent: str, packet: ReviewPacket, asked: Asked, now: datetime) -> Assessment:
        """Rule on a packet.

        Raises Invalid naming the field when it is incomplete or contradicts itself, Forbidden when the
        agent may not ask for this.
        """
        action = packet.action.name
        caller = self._caller(agent)
        entry = self.entries.get(action, self.unlisted)
        entry.demand(packet)
        facts = entry.derivation.facts(packet)
        case = Case(agent, packet, facts)
        made = self.steered_routes.first(action, case) if self.steered_routes.routes else None
        route = self.router.choose(caller, action, asked.route, case.holds)
        question = self.question(caller, packet, facts)
        ruled = evaluate(question)
        deferred = ruled if isinstance(ruled, Deferred) else None
        proposal = Proposal(
            action=action,
            summary=facts.summary,
            digest=_digest(packet),
            subject=packet.context.subject.id if packet.context.subject else None,
            amount=facts.amount,
            currency=facts.currency,
            high_impact=entry.is_high(packet),
            irreversible=question.bounds.irreversible,
            urgent=entry.urgent,
            confirm_word=entry.word(packet),
            ruling=meanwhile(ruled) if isinstance(ruled, Deferred) else ruled,
            policy_version=self.version,
            route=made.name if made is not None else route.name,
            passed_over=tuple(case.passed_over),
            chosen_route=asked.route,
            on_behalf_of=packet.on_behalf_of,
            choices=choices_of(asked.choices),
            callback_url=callback_url(caller, asked.callback_url),
            needed_by=_in_the_future(asked.needed_by, now),
        )
        terms = self._terms_of(action, entry, route, made)
        return Assessment(proposal=proposal, terms=terms, deferred=deferred)

    def under(self, directory: Directory) -> Policy:
        """The same policy with what else is known by now: who is in live groups, and what was set."""
        if directory is self.directory:
            return self
        if directory.steering is not self.directory.steering:
            routes = steered_routes(directory.steering.routes)
            rules = self.rules.standing(directory.steering.standings)
            return replace(self, directory=directory, steered_routes=routes, rules=rules)
        policy = replace(self, directory=directory)
        # No terms hang on who is in a group.
        object.__setattr__(policy, "_terms", self._terms)
        return policy

    def misfits(self, action: str, arguments: Mapping[str, Any], copied: str | None) -> Sequence[Misfit]:
        """What fits neither the schema that holds now nor the one that held when the request came."""
        return reassessing.misfits(self.entries.get(action, self.unlisted), arguments, copied)

    def reassess(
        self, request: ApprovalRequest, packet: ReviewPacket, history: History, now: datetime
    ) -> Edited:
        """Rule anew on a request whose packet has other arguments now; raises Invalid or Forbidden."""
        entry = self.entries.get(packet.action.name, self.unlisted)

        def assess(packet: ReviewPacket, asked: Asked) -> Assessment:
            return self.assess(request.agent, packet, asked, now)

        return reassessing.reassess(assess, entry, request, packet, history)

    def channels(self) -> tuple[str, ...]:
        """Every channel that a step asks, each once: `slack:#support`, `web:support`."""
        return channels_of(self.escalations.values())

    def pinned(self, ids: Mapping[str, str]) -> Policy:
        """The same policy with channels by the platform's ids; people go on reading their names."""
        return replace(self, escalations={n: pinned(e, ids) for n, e in self.escalations.items()})

    def live_groups(self) -> tuple[str, ...]:
        """Everywhere that groups are looked up, each once: `slack:@legal`, `teams:Legal`."""
        return tuple(dict.fromkeys(s for sources in self.directory.live.values() for s in sources))

    def with_groups(self, ids: Mapping[str, str]) -> Policy:
        """The same policy with live groups by the platform's ids, so that a name taken gives no authority."""
        live = {
            name: tuple(ids.get(source, source) for source in sources)
            for name, sources in self.directory.live.items()
        }
        return replace(self, directory=replace(self.directory, live=live))

    def connected(self, platforms: Iterable[str], home: Mapping[str, tuple[str, ...]]) -> Policy:
        """The same policy where these platforms are connected to these tenants, and what it then lacks."""
        directory = replace(self.directory, platforms=frozenset(platforms), home=dict(home))
        escalations = self.escalations.values()
        lacks = (
            *unconnected(escalations, directory),
            *unread(directory),
            *undecidable(escalations, directory),
        )
        warnings = tuple(dict.fromkeys((*self.warnings, *lacks)))
        return replace(self, directory=directory, warnings=warnings)

    def explain(self, ask: Ask, found: Assessment, history: History | None, now: datetime) -> Explanation:
        """How it came to an assessment of its own; `history` is what that was given, None for nothing."""
        return explaining.explain(self, ask, found, history, now)

    def question(self, caller: AgentEntry, packet: ReviewPacket, facts: Facts) -> Question:
        """What rules are asked about a packet."""
        action = packet.action.name
        entry, rules = self.entries.get(action, self.unlisted), self.rules.of(action)
        scope, irreversible = self.scopes.of(caller.name, action), entry.irreversible(packet)
        signals = packet.signals
        return Question(
            rules=rules.rules,
            case=RuleCase(caller.name, packet, facts, mask=entry.masked, parts=rules.parts),
            default=scope.strict if irreversible else scope.default,
            bounds=_bounds(caller, facts, scope.asks, irreversible=irreversible),
            asked_for_human=signals.asked_for_human is True,
            confidence=signals.confidence,
        )

    def _caller(self, agent: str) -> AgentEntry:
        caller = self.directory.agents.get(agent)
        if caller is None:
            raise Forbidden(f"The policy does not know the agent {agent}; its owner adds it under agents.")
        return caller

    def _terms_of(self, action: str, entry: ActionEntry, route: Route, made: MadeRoute | None) -> Terms:
        name = "" if entry is self.unlisted else action
        key = (name, route.escalation_policy, made.name if made is not None else "")
        terms = self._terms.get(key)
        if terms is None:
            escalation = self.escalations[route.escalation_policy]
            asked = escalation if made is None else redirected(escalation, made.to)
            terms = self._terms.setdefault(key, entry.terms(asked))
        return terms


def _digest(packet: ReviewPacket) -> str:
    try:
        return digest(packet.action.name, packet.action.arguments)
    except NotCanonical as error:
        raise Invalid(error.sentence, field="action.arguments") from None


def _in_the_future(needed_by: datetime | None, now: datetime) -> datetime | None:
    if needed_by is not None and needed_by <= now:
        raise Invalid(
            f"needed_by is {needed_by.isoformat()}, which has passed; give a later time or leave it out.",
            field="needed_by",
        )
    return needed_by


def _bounds(caller: AgentEntry, facts: Facts, asks: str | None, *, irreversible: bool) -> Bounds:
    budget = caller.budget
    spending = Spending(budget=budget, amount=facts.amount, currency=facts.currency) if budget else None
    return Bounds(irreversible=irreversible, out_of_scope=asks, spending=spending)
