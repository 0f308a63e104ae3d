"""Checks of the scope document: what agents may do alone, and what always needs a person."""

from __future__ import annotations

from collections.abc import Iterator

from bot.domain.matching import covers, matches
from bot.policy.findings import Finding, warning
from bot.policy.globs import overlaps
from bot.policy.schema import ActionBlock, AgentBlock, Document


def scopes_lie_within_what_may_be_asked(document: Document) -> Iterator[Finding]:
    """What an agent may do alone, or always has to ask for, and may not ask for at all."""
    for name, agent in document.agents.items():
        for key, patterns in (("alone", agent.alone), ("always_ask", agent.always_ask)):
            for index, pattern in enumerate(patterns):
                if not any(overlaps(pattern, asked) for asked in agent.actions):
                    yield warning(
                        ("agents", name, key, index),
                        f"{name} may not ask for {pattern}, so a person decides about it anyway. Add it to"
                        f" agents.{name}.actions, or remove it here.",
                    )


def alone_takes_effect(document: Document) -> Iterator[Finding]:
    """What an agent may do alone and never will: it cannot be undone, or a person always decides."""
    for name, agent in document.agents.items():
        for index, pattern in enumerate(agent.alone):
            may_ask = any(overlaps(pattern, asked) for asked in agent.actions)
            why = _never_alone(document, agent, pattern) if may_ask else ""
            if why:
                yield warning(("agents", name, "alone", index), f"This can never take effect: {why}")


def always_is_meant(document: Document) -> Iterator[Finding]:
    """An action that only reads, and waits for a person all the same."""
    for name, block in document.actions.items():
        if block.oversight == "always" and block.effect == "read":
            yield warning(
                ("actions", name, "oversight"),
                "With this line every request for it waits for a person, although the action only reads."
                ' Remove it, or write "effect: write".',
            )


def is_reversible(block: ActionBlock) -> bool:
    """Whether the policy says that an action can be undone."""
    return block.effect == "read" if block.reversible is None else block.reversible


def _never_alone(document: Document, agent: AgentBlock, pattern: str) -> str:
    wide = next((asked for asked in agent.always_ask if covers(asked, pattern)), None)
    if wide is not None:
        return f"always_ask names {wide} too, and the stricter holds. Remove one of the two."
    fitting = {name: block for name, block in document.actions.items() if matches(pattern, name)}
    if not fitting:
        return (
            f"no listed action fits {pattern}, and what is not listed counts as irreversible. List the action"
            ' with "reversible: true".'
        )
    first = next(iter(fitting))
    open_ones = [block for block in fitting.values() if is_reversible(block)]
    if not open_ones:
        return (
            f"{first} cannot be undone, and a person decides about what cannot be undone. Write"
            ' "reversible: true" there if it can, or remove this.'
        )
    if all(block.oversight == "always" for block in open_ones):
        return f'{first} says "oversight: always", and the stricter holds. Remove one of the two.'
    return ""
