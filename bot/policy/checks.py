"""What is wrong with a policy although every block of it can be read; and what is worth a warning."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date

from bot.policy import (
    action_checks,
    approval_checks,
    group_checks,
    keeping,
    people_checks,
    reviewer_checks,
    route_checks,
    rule_checks,
    rule_reach_checks,
    scope_checks,
)
from bot.policy.findings import Finding
from bot.policy.nodes import Node
from bot.policy.problems import Problem
from bot.policy.schema import Document
from bot.policy.wording import written_path

CHECKS: tuple[Callable[[Document], Iterator[Finding]], ...] = (
    people_checks.accounts_are_one_persons,
    people_checks.owners_are_people,
    people_checks.limits_can_be_met,
    people_checks.patterns_mean_something,
    group_checks.live_groups_know_somebody,
    group_checks.groups_name_somebody,
    reviewer_checks.somebody_decides,
    reviewer_checks.somebody_is_reached,
    reviewer_checks.somebody_else_approves,
    reviewer_checks.reminders_come_in_time,
    route_checks.routes_are_taken,
    route_checks.escalation_policies_are_used,
    route_checks.agents_are_known,
    rule_checks.values_are_there,
    rule_checks.claims_let_nothing_run,
    rule_checks.claims_are_looked_at,
    rule_checks.amounts_name_their_currency,
    rule_reach_checks.rules_are_reached,
    rule_reach_checks.rules_take_effect,
    rule_reach_checks.samples_mean_something,
    scope_checks.scopes_lie_within_what_may_be_asked,
    scope_checks.alone_takes_effect,
    scope_checks.always_is_meant,
    approval_checks.actions_can_be_approved,
    approval_checks.budgets_mean_something,
    action_checks.actions_are_asked_for,
    action_checks.amounts_have_a_currency,
    action_checks.masks_hold,
    action_checks.words_can_be_typed,
    action_checks.reads_only_read,
    keeping.approvals_outlive_nothing,
)


def check(document: Document, root: Node, today: date) -> tuple[list[Problem], list[Problem]]:
    """The errors and the warnings on a day, in the order of the file."""
    errors: list[Problem] = []
    warnings: list[Problem] = []
    found = [finding for looks_at in CHECKS for finding in looks_at(document)]
    for finding in (*found, *rule_reach_checks.rules_are_reviewed(document, today)):
        line = root.line_of(finding.place)
        problem = Problem(line=line, path=written_path(finding.place), sentence=finding.sentence)
        (errors if finding.fatal else warnings).append(problem)
    return errors, sorted(warnings, key=lambda warning: warning.line or 0)
