"""Checks of people: one person each account, owners who exist, limits that can be met."""

from __future__ import annotations

from collections.abc import Iterator

from bot.domain.matching import matches
from bot.policy.findings import Finding, warning
from bot.policy.globs import overlaps
from bot.policy.schema import Document
from bot.spelling import did_you_mean


def accounts_are_one_persons(document: Document) -> Iterator[Finding]:
    """One account under two people would let one human vote twice."""
    for platform in ("slack", "teams"):
        held: dict[str, list[tuple[str, str]]] = {}
        for name, person in document.people.items():
            for account in person.accounts[platform]:
                tenant, _, user = account.rpartition("/")
                holders = held.setdefault(user, [])
                holder = next((n for n, t in holders if t == tenant or not t or not tenant), None)
                holders.append((name, tenant))
                if holder is not None:
                    yield _held_already(("people", name, platform), account, holder)


def _held_already(place: tuple[str, str, str], account: str, holder: str) -> Finding:
    if holder == place[1]:
        return warning(place, f'"{account}" is listed before already; one of the two can go.')
    return Finding(
        place=place,
        sentence=f'"{account}" is {holder}\'s account already; an account belongs to one person.',
    )


def owners_are_people(document: Document) -> Iterator[Finding]:
    """An owner whom people does not name can own, but Placet cannot recognise them when they press."""
    owners: list[tuple[tuple[int | str, ...], str]] = [(("owner",), document.owner)]
    owners += [(("agents", name, "owner"), block.owner) for name, block in document.agents.items()]
    owners += [(("actions", name, "owner"), block.owner) for name, block in document.actions.items()]
    owners += [(("rules", index, "owner"), rule.owner) for index, rule in enumerate(document.rules)]
    for place, owner in owners:
        if owner not in document.people:
            yield warning(
                place,
                f'"{owner}" is not under people, so Placet would not recognise them when they press. Add them'
                " there, even if they decide nothing.",
            )


def limits_can_be_met(document: Document) -> Iterator[Finding]:
    """A limit on an action whose amount is not derived keeps its person from approving at all."""
    for name, person in document.people.items():
        for pattern in person.limits:
            unknown = [
                action
                for action, block in document.actions.items()
                if matches(pattern, action) and block.amount is None and block.effect == "write"
            ]
            if unknown:
                yield warning(
                    ("people", name, "limits", pattern),
                    f"{name} can never approve {unknown[0]}, because its amount is not known. Add amount and"
                    f" currency to actions.{unknown[0]}, or make the limit narrower.",
                )


def patterns_mean_something(document: Document) -> Iterator[Finding]:
    """A limit, denial or lead for no action that is known: most likely a slip that leaves somebody free."""
    asked = {pattern for agent in document.agents.values() for pattern in agent.actions} - {"*"}
    known = sorted({*document.actions, *asked})
    for place, pattern in _patterns(document):
        if known and not any(overlaps(pattern, name) for name in known):
            yield warning(
                place,
                f'"{pattern}" fits no action that is listed or asked for.{did_you_mean(pattern, known)}',
            )


def _patterns(document: Document) -> Iterator[tuple[tuple[int | str, ...], str]]:
    for name, person in document.people.items():
        yield from ((("people", name, "limits", pattern), pattern) for pattern in person.limits)
        yield from ((("people", name, "denied", i), pattern) for i, pattern in enumerate(person.denied))
    for name, patterns in document.leads.items():
        yield from ((("leads", name, i), pattern) for i, pattern in enumerate(patterns))
