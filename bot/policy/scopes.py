"""What each agent may do by itself: the scope document, read off `agents` and `actions`.

Of what is said the stricter holds: a person decides what an agent was never let ask for and what always needs
a person; only then comes what it may do alone. Where nothing is said, the rules decide.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

from bot.domain.directory import AgentEntry
from bot.domain.matching import matches
from bot.domain.request import Ruling
from bot.domain.status import Mode
from bot.policy.entries import ActionEntry
from bot.policy.rule_fields import ALONE, ALWAYS_ASK, OUT_OF_SCOPE
from bot.spelling import listed

#: how many pairs of agent and action are remembered; agents may make action names up
_REMEMBERED = 4096


class Standing(StrEnum):
    """How an action stands for an agent before any rule is asked."""

    #: it is outside what the agent may ask for: a person decides
    OUT_OF_SCOPE = "out_of_scope"
    #: a person decides, whatever rules say
    ALWAYS_ASK = "always_ask"
    #: rules decide, and a person where none does
    SCORED = "scored"
    #: it runs unless a rule says otherwise
    ALONE = "alone"


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """What one agent may do about one action."""

    standing: Standing
    #: why a person decides whatever rules say, None where rules may let it run
    asks: str | None = None
    #: the ruling where no rule takes a request
    default: Ruling
    #: the same for what cannot be undone
    strict: Ruling


class ScopeBook:
    """The scopes of all agents."""

    def __init__(
        self, agents: Mapping[str, AgentEntry], entries: Mapping[str, ActionEntry], unlisted: ActionEntry
    ) -> None:
        self._agents = agents
        self._entries = entries
        self._unlisted = unlisted
        self.of = lru_cache(maxsize=_REMEMBERED)(self._find)

    def _find(self, name: str, action: str) -> Scope:
        """What an agent that the policy knows may do about an action."""
        agent = self._agents[name]
        entry = self._entries.get(action, self._unlisted)
        if not _fits(agent.actions, action):
            why = f"The policy lets {agent.name} ask for {listed(agent.actions)}, not for {action}."
            return _asked(Standing.OUT_OF_SCOPE, OUT_OF_SCOPE, entry, why)
        pattern = _first(agent.always_ask, action)
        if pattern is not None:
            why = f"The policy has a person decide about every {pattern} that {agent.name} asks for."
            return _asked(Standing.ALWAYS_ASK, ALWAYS_ASK, entry, why)
        if entry.always:
            why = f"The policy has a person decide about every {action}."
            return _asked(Standing.ALWAYS_ASK, ALWAYS_ASK, entry, why)
        pattern = _first(agent.alone, action)
        if pattern is not None:
            return Scope(
                standing=Standing.ALONE, default=_alone(agent, pattern, entry), strict=entry.strict_ruling
            )
        return Scope(
            standing=Standing.ALONE if entry.reads else Standing.SCORED,
            default=entry.ruling,
            strict=entry.strict_ruling,
        )


def _asked(standing: Standing, rule: str, entry: ActionEntry, why: str) -> Scope:
    ruling = Ruling(mode=Mode.GATE, rule=rule, owner=entry.owner, why=f"{why} So a person decides.")
    return Scope(standing=standing, asks=why, default=ruling, strict=ruling)


def _alone(agent: AgentEntry, pattern: str, entry: ActionEntry) -> Ruling:
    if entry.reads:
        return entry.ruling
    return Ruling(
        mode=Mode.AUTO,
        rule=ALONE,
        owner=entry.owner,
        why=f"The policy lets {agent.name} do this alone, and no rule says otherwise.",
        matched={f"agents.{agent.name}.alone": pattern},
    )


def _fits(patterns: Iterable[str], action: str) -> bool:
    return _first(patterns, action) is not None


def _first(patterns: Iterable[str], action: str) -> str | None:
    return next((pattern for pattern in patterns if matches(pattern, action)), None)
