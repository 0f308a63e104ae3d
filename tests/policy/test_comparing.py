"""What a version changes against another is told in sentences, and nothing is told of comments."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.policy import PolicyError
from bot.policy.comparing import Change, ChangeKind, changes_between
from tests.policy.samples import POLICY

RULES = """
rules:
  - {name: small, owner: ann, why: small ones, when: "impact.amount < 50.0", then: auto, sample: 0.1}
  - {name: late, owner: ann, why: late ones, when: "true", then: gate}
  - {name: odd, owner: ben, why: odd ones, when: "false", then: refuse}
"""


def sentences(before: str, after: str) -> list[str]:
    """What is told."""
    return [change.sentence for change in changes_between(before, after)]


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("500 EUR", "600 EUR", 'Person ben: limits for refund.* is "600 EUR" now; it was "500 EUR".'),
        ("open_requests: 20", "open_requests: 30", "Agent support-bot: open_requests is 30 now; it was 20."),
        ("    open_requests: 20\n", "", "Agent support-bot: open_requests is not set any more; it was 20."),
        (
            "members: [ann, ben]",
            "members: [ann, cat]",
            "Group finance: members has cat now and has ben no longer.",
        ),
        (
            "members: [ann, ben]",
            "members: [ben, ann]",
            "Group finance: members is in another order now: [ben, ann].",
        ),
        ("wait: 1h30m", "wait: 2h", "Escalation policy finance: steps 2, wait is 2h now; it was 1h30m."),
        (
            "escalation_policy: support}\npeople",
            "escalation_policy: finance}\npeople",
            "The policy: defaults.escalation_policy is finance now; it was support.",
        ),
        ("owner: ann\ndefaults", "owner: ben\ndefaults", "The policy: owner is ben now; it was ann."),
        (
            "effect: read}",
            "effect: read, urgent: true}",
            "Action order.read: urgent is true now; it was not set.",
        ),
        ('ben: ["refund.*"]', 'ben: ["*"]', "Lead ben: it has * now and has refund.* no longer."),
        ("  cat: {slack: U01CAT}\n", "", "Person cat was removed."),
        (
            "  cat: {slack: U01CAT}\n",
            "  cat: {slack: U01CAT}\n  dan: {slack: U01DAN}\n",
            "Person dan is new: slack: U01DAN.",
        ),
    ],
)
def test_a_change_is_one_sentence(old: str, new: str, told: str) -> None:
    assert old in POLICY

    assert sentences(POLICY, POLICY.replace(old, new)) == [told]


def test_comments_and_layout_change_nothing() -> None:
    assert sentences(POLICY, f"# Looked at.\n\n{POLICY}  # and again\n") == []


def test_rules_are_told_apart_by_name_and_their_order_counts() -> None:
    lines = RULES.splitlines()
    moved = "\n".join([*lines[:2], lines[4], lines[2], lines[3]]).replace("then: auto", "then: notify")

    found = changes_between(POLICY + RULES, POLICY + moved)

    assert found == [
        Change(
            kind=ChangeKind.CHANGED,
            block="rules",
            entry="small",
            sentence="Rule small: then is notify now; it was auto.",
        ),
        Change(
            kind=ChangeKind.MOVED,
            block="rules",
            entry="odd",
            sentence="Rule odd stands at place 1 now; it was 3.",
        ),
    ]


def test_a_rule_that_is_new_or_gone_moves_no_other() -> None:
    without = "\n".join(line for line in RULES.splitlines() if "small" not in line)

    assert sentences(POLICY + RULES, POLICY + without) == ["Rule small was removed."]
    [told] = sentences(POLICY + without, POLICY + RULES)
    assert told.startswith('Rule small is new: owner: ann, why: "small ones", when:')


def test_steps_that_are_added_are_told_with_what_they_ask() -> None:
    step = '\n      - {to: ["@ben"], wait: 5m}\n    repeat: 1'

    assert sentences(POLICY, POLICY.replace("\n    repeat: 1", step)) == [
        "Escalation policy finance: steps 3 is {to: [@ben], wait: 5m} now; it was not set."
    ]


def test_a_long_value_is_cut() -> None:
    [told] = sentences(POLICY, POLICY.replace("Refund {amount}", "Refund {amount} " + "x" * 500))

    assert len(told) < 500


def test_what_is_no_yaml_is_told_with_its_line() -> None:
    with pytest.raises(PolicyError, match="line 2"):
        changes_between(POLICY, "owner: [")


@given(st.permutations(["a", "b", "c", "d", "e"]), st.sets(st.sampled_from("abcde")))
def test_fewest_rules_are_told_to_have_moved(order: list[str], kept: set[str]) -> None:
    def rules(names: list[str]) -> str:
        return "rules:\n" + "".join(f"  - {{name: {name}, then: gate}}\n" for name in names)

    new = [name for name in order if name in kept]
    found = changes_between(rules(["a", "b", "c", "d", "e"]), rules(new))
    moved = {change.entry for change in found if change.kind is ChangeKind.MOVED}

    assert {change.entry for change in found if change.kind is ChangeKind.REMOVED} == set("abcde") - kept
    assert (new == sorted(new)) == (not moved)
    stayed = [name for name in new if name not in moved]
    assert stayed == sorted(stayed)
