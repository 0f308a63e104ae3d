"""What one version of the policy changes against another, as sentences.

Texts are compared as they are written, so that versions of any age can be; comments and layout change
nothing. Rules and routes are told apart by name, and their order counts.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from bot.policy.differences import differences, flow
from bot.policy.nodes import UnreadableError, read_nodes
from bot.policy.problems import PolicyError

#: what the entries of a block are called
_KINDS = {
    "people": "Person",
    "groups": "Group",
    "leads": "Lead",
    "agents": "Agent",
    "actions": "Action",
    "rules": "Rule",
    "routes": "Route",
    "escalation_policies": "Escalation policy",
}


class ChangeKind(StrEnum):
    """What happened to an entry."""

    ADDED = "added"
    REMOVED = "removed"
    CHANGED = "changed"
    MOVED = "moved"


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One difference."""

    kind: ChangeKind
    #: the block, such as `rules`; empty for what stands at the top of the file
    block: str
    #: the name of the entry in it
    entry: str
    sentence: str


@dataclass(frozen=True, slots=True)
class _Block:
    """One block in both versions."""

    name: str
    old: Mapping[str, Any]
    new: Mapping[str, Any]

    def changes(self) -> Iterator[Change]:
        for name in self.old:
            if name not in self.new:
                yield self._change(ChangeKind.REMOVED, name, "was removed")
        for name, entry in self.new.items():
            if name not in self.old:
                yield self._change(ChangeKind.ADDED, name, f"is new: {flow(entry)}")
                continue
            for said in differences("", self.old[name], entry):
                yield self._change(ChangeKind.CHANGED, name, said)
        yield from self._moves()

    def _moves(self) -> Iterator[Change]:
        if self.name not in ("rules", "routes"):
            return
        old = [name for name in self.old if name in self.new]
        new = [name for name in self.new if name in self.old]
        stayed = _longest_common(old, new)
        for name in new:
            if name not in stayed:
                place = list(self.new).index(name) + 1
                was = list(self.old).index(name) + 1
                yield self._change(ChangeKind.MOVED, name, f"stands at place {place} now; it was {was}")

    def _change(self, kind: ChangeKind, entry: str, said: str) -> Change:
        colon = ":" if kind is ChangeKind.CHANGED else ""
        return Change(
            kind=kind, block=self.name, entry=entry, sentence=f"{_KINDS[self.name]} {entry}{colon} {said}."
        )


def changes_between(before: str, after: str) -> list[Change]:
    """What the second text changes against the first; raises PolicyError for what is no YAML."""
    old, new = _plain(before), _plain(after)
    found = list(_top(old, new))
    for block in _KINDS:
        found += _Block(block, _entries(old, block), _entries(new, block)).changes()
    return found


def _plain(text: str) -> Mapping[str, Any]:
    try:
        root, _ = read_nodes(text)
    except UnreadableError as error:
        raise PolicyError("policy.yml", [error.problem]) from None
    plain = root.plain()
    return plain if isinstance(plain, dict) else {}


def _top(old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[Change]:
    for key in dict.fromkeys((*old, *new)):
        if key not in _KINDS:
            for said in differences(key, old.get(key), new.get(key)):
                yield Change(kind=ChangeKind.CHANGED, block="", entry=key, sentence=f"The policy: {said}.")


def _entries(policy: Mapping[str, Any], block: str) -> dict[str, Any]:
    """The entries of a block by name."""
    found = policy.get(block) or {}
    if isinstance(found, Mapping):
        return dict(found)
    return {_name(entry, place): _unnamed(entry) for place, entry in enumerate(found, start=1)}


def _name(entry: Any, place: int) -> str:
    named = entry.get("name") if isinstance(entry, Mapping) else None
    return str(named) if named is not None else f"number {place}"


def _unnamed(entry: Any) -> Any:
    return {k: v for k, v in entry.items() if k != "name"} if isinstance(entry, Mapping) else entry


def _longest_common(old: Sequence[str], new: Sequence[str]) -> set[str]:
    """The names that kept their order: the longest subsequence that both have."""
    places = {name: place for place, name in enumerate(old)}
    # The longest one that ends with each name.
    ending: list[list[str]] = []
    for name in new:
        before = [kept for kept in ending if places[kept[-1]] < places[name]]
        ending.append([*_longest(before), name])
    return set(_longest(ending))


def _longest(lists: Sequence[list[str]]) -> list[str]:
    return max(lists, key=lambda names: len(names), default=[])  # noqa: PLW0108 - typed for max, which len is not
