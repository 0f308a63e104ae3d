"""Checks of actions: amounts that can be compared, masks that hold, reads that only read."""

from __future__ import annotations

from collections.abc import Iterator

from bot.domain.matching import matches
from bot.policy.findings import Finding, warning
from bot.policy.paths import Path, parse_path
from bot.policy.schema import Document


def actions_are_asked_for(document: Document) -> Iterator[Finding]:
    """An entry for an action that no agent may ask for."""
    asked = [pattern for agent in document.agents.values() for pattern in agent.actions]
    for name in document.actions:
        if asked and not any(matches(pattern, name) for pattern in asked):
            yield warning(
                ("actions", name), f"No agent may ask for {name}. Let one under agents, or remove the entry."
            )


def amounts_have_a_currency(document: Document) -> Iterator[Finding]:
    """An amount without a currency fits no limit."""
    for name, block in document.actions.items():
        if block.amount is not None and block.currency is None:
            yield Finding(
                place=("actions", name, "amount"),
                sentence='An amount needs a currency beside it, such as "currency: arguments.currency" or'
                ' "currency: EUR".',
            )


def masks_hold(document: Document) -> Iterator[Finding]:
    """A summary that shows what is masked everywhere else."""
    for name, block in document.actions.items():
        hidden = [parse_path(path) for path in block.mask]
        shown = block.summary.paths if block.summary else ()
        for path in shown:
            if any(_touch(path, mask) for mask in hidden):
                yield Finding(
                    place=("actions", name, "summary"),
                    sentence=f"The summary shows {_dotted(path)}, which mask hides. Leave it out of one.",
                )


def words_can_be_typed(document: Document) -> Iterator[Finding]:
    """A word that nobody is asked for, or that is masked everywhere else."""
    for name, block in document.actions.items():
        if block.confirm_word is None:
            continue
        place = ("actions", name, "confirm_word")
        if block.confirm != "type":
            yield Finding(place=place, sentence='Nobody types it without "confirm: type" beside it.')
        if any(_touch(block.confirm_word, parse_path(path)) for path in block.mask):
            yield Finding(
                place=place,
                sentence=f"It would show {_dotted(block.confirm_word)}, which mask hides; name another.",
            )


def reads_only_read(document: Document) -> Iterator[Finding]:
    """An action that only reads and cannot be undone: one of the two is wrong."""
    for name, block in document.actions.items():
        if block.effect == "read" and block.reversible is False:
            yield warning(
                ("actions", name, "reversible"),
                "An action that only reads has nothing to undo; with this line every request for it waits for"
                ' a person. Remove it, or write "effect: write".',
            )


def _touch(one: Path, other: Path) -> bool:
    shorter = min(len(one), len(other))
    return one[:shorter] == other[:shorter]


def _dotted(path: Path) -> str:
    return ".".join(str(part) for part in path)
