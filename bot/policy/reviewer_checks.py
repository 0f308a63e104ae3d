"""Checks of escalation policies: somebody decides, is reached, and is not only the agent's owner."""

from __future__ import annotations

from collections.abc import Iterator

from bot.policy.durations import written
from bot.policy.findings import Finding, warning
from bot.policy.reach import approvers, members, policies_of, voters
from bot.policy.schema import Document, EscalationBlock
from bot.spelling import listed


def somebody_decides(document: Document) -> Iterator[Finding]:
    """A quorum that no number of people can meet."""
    for name, policy in document.escalation_policies.items():
        place = ("escalation_policies", name, "quorum")
        may = len(approvers(document, policy))
        if may == 0:
            yield Finding(
                place=place,
                sentence="Nobody may approve here, so nothing could ever be approved. Name people under from,"
                " or give the groups named there members.",
            )
        elif may < policy.quorum.approve:
            yield Finding(
                place=(*place, "approve"),
                sentence=f"{policy.quorum.approve} approvals are needed, but only {may} may approve. Name"
                " more people under from, or ask for fewer.",
            )
        elif policy.quorum.distinct_groups and _groups(document, policy) < policy.quorum.approve:
            yield Finding(
                place=(*place, "distinct_groups"),
                sentence=f"{policy.quorum.approve} approvals from different groups are needed, but from names"
                f" {_groups(document, policy)} that somebody is in. Name more groups, or ask for fewer.",
            )
        if len(voters(document, policy)) < policy.quorum.reject:
            yield warning(
                (*place, "reject"),
                f"{policy.quorum.reject} rejections are needed, which is more people than may reject, so"
                " nothing can be rejected. Ask for fewer.",
            )


def somebody_is_reached(document: Document) -> Iterator[Finding]:
    """Steps whose targets are all groups without people."""
    for name, policy in document.escalation_policies.items():
        empty = [index for index, step in enumerate(policy.steps) if _all_empty(document, step.to)]
        if len(empty) == len(policy.steps):
            yield Finding(
                place=("escalation_policies", name, "steps"),
                sentence="No step reaches anybody. Ask a channel, a person or a group with members.",
            )
            continue
        for index in empty:
            yield warning(
                ("escalation_policies", name, "steps", index, "to"),
                "This step reaches nobody and is skipped. Give the group members, or ask somebody else.",
            )


def somebody_else_approves(document: Document) -> Iterator[Finding]:
    """Escalation policies under which only the agent's own owner could approve."""
    for name, agent in document.agents.items():
        reached = sorted(policies_of(document, agent))
        stuck = [
            policy
            for policy in reached
            if len(approvers(document, document.escalation_policies[policy]) - {agent.owner})
            < document.escalation_policies[policy].quorum.approve
        ]
        if stuck:
            yield Finding(
                place=("agents", name, "owner"),
                sentence=f"Under {listed(stuck)}, approval of what {name} asks would need its own owner"
                f" {agent.owner}, and owners never approve for their agents: nobody can. Name somebody else"
                " under from, or as the owner.",
                fatal=stuck == reached,
            )


def reminders_come_in_time(document: Document) -> Iterator[Finding]:
    """Reminders that would come after the step has ended."""
    for name, policy in document.escalation_policies.items():
        for index, step in enumerate(policy.steps):
            if step.remind_every is not None and step.remind_every >= step.wait:
                yield warning(
                    ("escalation_policies", name, "steps", index, "remind_every"),
                    f"A reminder every {written(step.remind_every)} never comes in a step of"
                    f" {written(step.wait)}. Make it shorter.",
                )


def _groups(document: Document, policy: EscalationBlock) -> int:
    return sum(bool(members(document, name)) for name in dict.fromkeys(policy.quorum.from_))


def _all_empty(document: Document, targets: list[str]) -> bool:
    return all(text.startswith("@") and not members(document, text[1:]) for text in targets)
