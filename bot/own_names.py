"""Placet is an application with an environment of its own: its import names have to be its own.

`bot`, `adapters` and `storage` are generic names. Where another distribution has one of them, which code
runs would depend on the order of installation.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from importlib.metadata import packages_distributions

from bot.domain.errors import Misconfigured

OWN_NAMES = ("bot", "adapters", "storage")
DISTRIBUTION = "placet"


def refuse_foreign_names(owners: Mapping[str, Sequence[str]] | None = None) -> None:
    """Raise Misconfigured when another distribution owns one of the names."""
    owners = packages_distributions() if owners is None else owners
    for name in OWN_NAMES:
        foreign = sorted(set(owners.get(name, ())) - {DISTRIBUTION})
        if foreign:
            raise Misconfigured(
                f'The package {foreign[0]} has modules called "{name}", and so has Placet. Install Placet'
                " into an environment of its own."
            )
