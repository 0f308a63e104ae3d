"""The policy in force: the file as it was read last, under what was set by mention."""

from __future__ import annotations

from collections.abc import Callable

from bot.domain.directory import Directory
from bot.policy.policy import Policy


class PolicyInForce:
    """Remembers the last one that it made, so that equal terms stay the same object."""

    def __init__(self, policy: Callable[[], Policy], directory: Callable[[], Directory]) -> None:
        """`directory` is who is who as this process knows it, with what was set."""
        self._policy = policy
        self._directory = directory
        self._last: tuple[Policy, Policy] | None = None

    def current(self) -> Policy:
        """The policy that holds now."""
        policy, steering = self._policy(), self._directory().steering
        if self._last is None or self._last[0] is not policy or not _is_under(self._last[1], steering):
            self._last = (policy, policy.steered(steering))
        return self._last[1]


def _is_under(policy: Policy, steering: object) -> bool:
    return policy.directory.steering is steering
