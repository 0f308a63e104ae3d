"""Checks of groups: somebody is in them, as far as a policy alone can tell."""

from __future__ import annotations

from collections.abc import Iterator

from bot.policy.findings import Finding, warning
from bot.policy.reach import perhaps_members
from bot.policy.schema import Document, EscalationBlock
from bot.spelling import listed

_NAMES = {"slack": "Slack", "teams": "Teams"}


def live_groups_know_somebody(document: Document) -> Iterator[Finding]:
    """Groups looked up where nobody under people has an account: whoever is in them decides nothing."""
    for name, group in document.groups.items():
        if group.live and not perhaps_members(document, group):
            platforms = [_NAMES[platform] for platform in group.live]
            yield warning(
                ("groups", name),
                f"Nobody under people has an account in {listed(platforms, 'or')}, so whoever is in this"
                " group decides nothing. Add the people and their accounts under people.",
            )


def groups_name_somebody(document: Document) -> Iterator[Finding]:
    """Groups that a quorum or a step counts on, and that list nobody and are looked up nowhere."""
    for name, group in document.groups.items():
        if not group.members and not group.live and _counts_on(document, name):
            yield warning(
                ("groups", name),
                "This group names nobody. List people under members, or say where they are looked up:"
                " slack_usergroup or teams_team.",
            )


def _voting(policy: EscalationBlock) -> list[str]:
    return [*dict.fromkeys((*policy.quorum.from_, *(n for step in policy.steps for n in step.from_)))]


def _counts_on(document: Document, group: str) -> bool:
    return any(
        group in _voting(policy) or any(f"@{group}" in step.to for step in policy.steps)
        for policy in document.escalation_policies.values()
    )
