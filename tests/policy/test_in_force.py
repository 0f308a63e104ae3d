"""The policy in force: the file, under what was set by mention."""

from dataclasses import replace

from bot.domain.directory import Directory
from bot.domain.steering import Pause, Steering
from bot.policy import Policy, parse_policy
from bot.policy.in_force import PolicyInForce
from bot.submissions import Asked
from tests.builders import NOW, a_packet

POLICY = """
owner: ann
defaults: {escalation_policy: support}
people: {ann: {name: Ann}, ben: {name: Ben}}
agents: {support-bot: {owner: ben}}
escalation_policies: {support: {quorum: {from: [ann]}, steps: [{to: ["web:support"], wait: 15m}]}}
"""


class Now:
    """A policy and a directory that change."""

    def __init__(self) -> None:
        self.policy = parse_policy(POLICY)
        self.known = self.policy.directory

    def directory(self) -> Directory:
        """Who is who; the same object until something changes."""
        return self.known

    def current(self) -> Policy:
        """What the file says."""
        return self.policy


def test_it_is_the_same_object_until_something_changes() -> None:
    now = Now()
    in_force = PolicyInForce(now.current, now.directory)
    first = in_force.current()
    assert in_force.current() is first
    now.known = now.known.steered(Steering(version=1, pauses=(Pause(match="*", by="ann", made_at=NOW),)))
    second = in_force.current()
    assert second.directory.steering is now.known.steering
    assert in_force.current() is second
    now.policy = replace(now.policy, version="another")
    assert in_force.current().version == "another"
    assert in_force.current().directory.steering is now.known.steering


def test_it_knows_who_is_in_a_group_that_is_looked_up_and_makes_the_same_terms_as_before() -> None:
    now = Now()
    in_force = PolicyInForce(now.current, now.directory)
    before = in_force.current().assess("support-bot", a_packet(), Asked(), NOW).terms
    now.known = replace(now.known, groups={"legal": ("ann",)})
    assert in_force.current().directory.members(("legal",)) == ("ann",)
    assert in_force.current().assess("support-bot", a_packet(), Asked(), NOW).terms is before
