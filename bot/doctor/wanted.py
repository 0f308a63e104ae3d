"""What the policy wants of the chat platforms."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from bot.domain.directory import Directory, Identity, Person
from bot.policy import Policy


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Channels, groups and people, as the policy names them; empty without a policy."""

    channels: tuple[str, ...] = ()
    #: where groups are looked up: `slack:@legal`, `teams:Legal`
    groups: tuple[str, ...] = ()
    directory: Directory = field(default_factory=Directory)

    def channels_in(self, platform: str) -> tuple[str, ...]:
        """Those of one platform."""
        return tuple(each for each in self.channels if each.startswith(f"{platform}:"))

    def groups_in(self, platform: str) -> tuple[str, ...]:
        """Those of one platform."""
        return tuple(each for each in self.groups if each.startswith(f"{platform}:"))

    def accounts_in(self, platform: str) -> Iterator[tuple[Person, Identity]]:
        """Everybody's accounts on one platform."""
        for person in self.directory.people.values():
            for identity in person.identities:
                if identity.platform == platform:
                    yield person, identity


def wanted_by(policy: Policy | None) -> Wanted:
    """What this policy names; nothing where it cannot be used."""
    if policy is None:
        return Wanted()
    return Wanted(channels=policy.channels(), groups=policy.live_groups(), directory=policy.directory)
