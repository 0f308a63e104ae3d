"""The policy in force: the file, under what was set by mention."""

from dataclasses import replace

from bot.domain.directory import Directory
from bot.domain.steering import Pause, Steering
from bot.policy import Policy, parse_policy
from bot.policy.in_force import PolicyInForce
from tests.builders import NOW

POLICY = """
owner: ann
defaults: {escalation_policy: support}
people: {ann: {name: Ann}}
escalation_policies: {support: {quorum: {from: [ann]}, steps: [{to: ["web:support"], wait: 15m}]}}
"""


class Now:
    """A policy and a directory that change."""

    def __init__(self) -> None:
        self.policy = parse_policy(POLICY)
        self.steering = self.policy.directory.steering

    def directory(self) -> Directory:
        """Who is who."""
        return self.policy.directory.steered(self.steering)

    def current(self) -> Policy:
        """What the file says."""
        return self.policy


def test_it_is_the_same_object_until_something_changes() -> None:
    now = Now()
    in_force = PolicyInForce(now.current, now.directory)
    first = in_force.current()
    assert in_force.current() is first
    now.steering = Steering(version=1, pauses=(Pause(match="*", by="ann", made_at=NOW),))
    second = in_force.current()
    assert second.directory.steering is now.steering
    assert in_force.current() is second
    now.policy = replace(now.policy, version="another")
    assert in_force.current().version == "another"
    assert in_force.current().directory.steering is now.steering
