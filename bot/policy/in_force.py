"""The policy in force: the file as read last, with who is in live groups and what was set by mention."""

from __future__ import annotations

from collections.abc import Callable

from bot.domain.directory import Directory
from bot.policy.policy import Policy


class PolicyInForce:
    """Remembers the last one that it made, so that equal terms stay the same object."""

    def __init__(self, policy: Callable[[], Policy], directory: Callable[[], Directory]) -> None:
        """`directory` is who is who as this process knows it: for showing, never for deciding."""
        self._policy = policy
        self._directory = directory
        self._last: tuple[Policy, Policy] | None = None

    def current(self) -> Policy:
        """The policy that holds now."""
        policy, directory = self._policy(), self._directory()
        last = self._last
        known = last[1] if last is not None and last[0] is policy else policy
        if known.directory is not directory:
            known = known.under(directory)
        self._last = (policy, known)
        return known
