"""Who is who, as of now: people, groups, limits, leads, agents, and what was set by mention.

A directory is a value made from the current policy; decisions read it inside the deciding
transaction, so that somebody removed a second ago decides nothing.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field

from bot.domain.budgets import Budget
from bot.domain.destinations import of_account, platform, workspace
from bot.domain.evolve import evolved
from bot.domain.matching import covers, matches
from bot.domain.money import Money
from bot.domain.steering import UNSTEERED, Steering
from bot.domain.terms import Confirm

WEB = "web"


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """A person's account on one platform; ids only, never a name or an e-mail address."""

    platform: str
    user: str
    #: Slack team or Entra tenant; None in the policy stands for the home tenants of the platform
    tenant: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Limit:
    """Up to which amount a person may approve actions that match."""

    match: str
    up_to: Money


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Somebody who may decide; one person however many identities."""

    #: the name in the policy, such as `ann`
    id: str
    #: as people say it, such as `Ann`
    name: str
    identities: tuple[Identity, ...] = ()
    limits: tuple[Limit, ...] = ()
    #: action patterns this person may never approve
    denied: tuple[str, ...] = ()
    email: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AgentEntry:
    """What the policy says of an agent."""

    name: str
    #: the person answerable for it, who never approves its requests
    owner: str
    #: action patterns it may ask for; what it asks for beside them waits for a person
    actions: tuple[str, ...] = ("*",)
    #: of these, what runs unless a rule says otherwise
    alone: tuple[str, ...] = ()
    #: of these, what a person decides whatever rules say
    always_ask: tuple[str, ...] = ()
    #: routes it may name itself
    may_route: tuple[str, ...] = ()
    callback_url: str | None = None
    #: hosts that a request's own callback may name
    callback_hosts: tuple[str, ...] = ()
    #: how many requests may be pending at once
    open_requests: int = 200
    #: what it may do by itself in a day, None for as much as rules let it
    budget: Budget | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Directory:
    """Everybody the policy knows."""

    #: of the policy's text
    version: str = ""
    people: Mapping[str, Person] = field(default_factory=dict)
    #: group name to the ids of its people; those of a live group as they were last known
    groups: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    #: name of a live group to where its people are looked up: `slack:T01/S01`, `teams:19:…`
    live: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    #: name of a live group that was not looked up lately enough, to those of its people who are sure
    unsure: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    #: name of a live group to the sentence why it cannot be looked up
    faults: Mapping[str, str] = field(default_factory=dict)
    #: person id to the action patterns they lead
    leads: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    agents: Mapping[str, AgentEntry] = field(default_factory=dict)
    #: by action, how an approval has to be confirmed
    confirmations: Mapping[str, Confirm] = field(default_factory=dict)
    #: by rule of the policy, the person answerable for it
    rule_owners: Mapping[str, str] = field(default_factory=dict)
    #: the platforms that are connected; cards for any other are undeliverable
    platforms: frozenset[str] = frozenset({WEB})
    #: platform to the tenants it is connected to; a policy entry without a tenant means one of these
    home: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    #: routes, pauses and absences that hold now
    steering: Steering = UNSTEERED
    _accounts: Mapping[tuple[str, str, str | None], str] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        accounts = {
            (i.platform, i.user, i.tenant): person.id
            for person in self.people.values()
            for i in person.identities
        }
        object.__setattr__(self, "_accounts", accounts)

    def person_with(self, identity: Identity) -> Person | None:
        """The person an account belongs to, None for an account that the policy does not name.

        A chat account without its tenant belongs to nobody: the same user id may be anybody's elsewhere.
        """
        where, user, tenant = identity.platform, identity.user, identity.tenant
        if where == WEB:
            return self.people.get(user)
        if tenant is None:
            return None
        found = self._accounts.get((where, user, tenant))
        if found is None and tenant in self.home.get(where, ()):
            found = self._accounts.get((where, user, None))
        return self.people[found] if found else None

    def members(self, names: tuple[str, ...]) -> tuple[str, ...]:
        """The ids of the people that names of groups and people stand for, each once, in order.

        Those of live groups are the last that were known, which is enough to ask and to show.
        """
        return self._named(names, {})

    def sure_members(self, names: tuple[str, ...]) -> tuple[str, ...]:
        """As `members`, of live groups only whom a decision can rely on."""
        return self._named(names, self.unsure)

    def leads_action(self, person: str, action: str) -> bool:
        """Whether the person leads this action."""
        return any(matches(pattern, action) for pattern in self.leads.get(person, ()))

    def leads_all(self, person: str, match: str) -> bool:
        """Whether the person leads every action that a pattern fits."""
        return any(covers(pattern, match) for pattern in self.leads.get(person, ()))

    def steered(self, steering: Steering) -> Directory:
        """The same people under what was set by mention."""
        if steering is self.steering:
            return self
        return evolved(self, steering=steering.among(self.people))

    def destinations(self, person: str) -> tuple[str, ...]:
        """Where direct messages reach a person: `slack:@U01ANN`, `web:@ann`; connected platforms only.

        With every account, as the policy lists them. An account in another Slack workspace than the home
        is reached there: `slack:T02EAST/@U01ANN`.
        """
        entry = self.people.get(person)
        if entry is None:
            return ()
        accounts = [
            of_account(i.platform, i.user, i.tenant, self.home.get(i.platform, ()))
            for i in entry.identities
            if i.platform in self.platforms
        ]
        return (*accounts, f"{WEB}:@{person}") if WEB in self.platforms else tuple(accounts)

    def asked_at(self, person: str, near: Iterable[str] = (), dead: Collection[str] = ()) -> tuple[str, ...]:
        """Where to ask a person, once on each platform, however many accounts they have there.

        That is the account that the policy lists first, or one in a workspace that one of the destinations
        `near` is in; never a destination that is `dead`.
        """
        around = {workspace(destination) for destination in near}
        found: dict[str, str] = {}
        for place in self.destinations(person):
            chosen = found.get(platform(place))
            is_better = chosen is None or (workspace(place) in around and workspace(chosen) not in around)
            if is_better and place not in dead:
                found[platform(place)] = place
        return tuple(found.values())

    def _named(self, names: tuple[str, ...], instead: Mapping[str, tuple[str, ...]]) -> tuple[str, ...]:
        found: dict[str, None] = {}
        for name in names:
            people = instead.get(name)
            for person in self.groups.get(name, (name,)) if people is None else people:
                if person in self.people:
                    found[person] = None
        return tuple(found)
