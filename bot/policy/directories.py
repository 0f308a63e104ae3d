"""The directory that a policy describes."""

from __future__ import annotations

from bot.domain.budgets import Budget
from bot.domain.directory import AgentEntry, Directory, Identity, Limit, Person
from bot.domain.terms import Confirm
from bot.policy.schema import AgentBlock, BudgetBlock, Document, GroupBlock, PersonBlock


def directory_of(document: Document, version: str) -> Directory:
    """Everybody whom a policy of this version knows; only the browser is connected yet."""
    return Directory(
        version=version,
        people={name: _person(name, block) for name, block in document.people.items()},
        groups={name: tuple(dict.fromkeys(block.members)) for name, block in document.groups.items()},
        live={name: _sources(block) for name, block in document.groups.items() if block.live},
        leads={name: tuple(patterns) for name, patterns in document.leads.items()},
        agents={name: _agent(name, block) for name, block in document.agents.items()},
        rule_owners={rule.name: rule.owner for rule in document.rules},
        confirmations={
            name: Confirm(block.confirm) for name, block in document.actions.items() if block.confirm
        },
    )


def _sources(block: GroupBlock) -> tuple[str, ...]:
    return tuple(f"{platform}:{source}" for platform, source in block.live.items())


def _person(name: str, block: PersonBlock) -> Person:
    return Person(
        id=name,
        name=block.name or name.capitalize(),
        identities=tuple(
            _identity(platform, account)
            for platform, accounts in block.accounts.items()
            for account in accounts
        ),
        limits=tuple(Limit(match=pattern, up_to=money) for pattern, money in block.limits.items()),
        denied=tuple(block.denied),
        email=block.email,
    )


def _identity(platform: str, account: str) -> Identity:
    tenant, _, user = account.rpartition("/")
    return Identity(platform=platform, user=user, tenant=tenant or None)


def _agent(name: str, block: AgentBlock) -> AgentEntry:
    return AgentEntry(
        name=name,
        owner=block.owner,
        actions=tuple(block.actions),
        alone=tuple(block.alone),
        always_ask=tuple(block.always_ask),
        may_route=tuple(block.may_route),
        callback_url=block.callback.url if block.callback else None,
        callback_hosts=tuple(block.callback_hosts),
        open_requests=block.open_requests,
        budget=_budget(block.budget) if block.budget else None,
    )


def _budget(block: BudgetBlock) -> Budget:
    return Budget(automatic_per_day=block.automatic_per_day, amount_per_day=block.amount_per_day)
