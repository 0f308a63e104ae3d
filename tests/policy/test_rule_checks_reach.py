"""Rules that never decide, never let anything run, or were not looked at in time are told with a remedy."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.rules import UnmetError
from bot.policy import parse_policy
from bot.policy.cel_tree import parsed
from bot.policy.implying import implies
from bot.policy.rule_conditions import compiled_rule
from tests.policy.samples import changed, warnings

AUTO = 'match: credit.issue, when: "impact.amount < 50.0", then: auto'


def text(*rules: str, old: str = "", new: str = "") -> str:
    """The sample policy with rules, each written as in the file."""
    lines = "".join(f"  - {{name: r{n}, owner: ben, why: Why., {rule}}}\n" for n, rule in enumerate(rules))
    before = changed("routes:\n", f"rules:\n{lines}routes:\n")
    return before.replace(old, new) if old else before


@pytest.mark.parametrize(
    ("rules", "place", "said"),
    [
        ((AUTO, AUTO), "rules[1]", 'The rule "r1" never decides: "r0" is asked before it'),
        (("then: gate", AUTO), "rules[1]", "never decides"),
        ((AUTO, "match: credit.issue, then: refuse"), "rules[0]", '"r1" is asked before it'),
        (
            (AUTO, "match: credit.issue, when: \"impact.amount < 20.0 && agent == 'x'\", then: notify"),
            "rules[1]",
            "never decides",
        ),
        (("match: refund.issue, then: auto",), "rules[0].then", "refund.issue cannot be undone"),
        (('match: "payroll.*", then: notify',), "rules[0].then", "no listed action fits it"),
        (
            ("when: 'action.name == \"refund.issue\"', then: auto",),
            "rules[0].then",
            "can never let anything run",
        ),
        ((AUTO.replace("auto", "notify, sample: 0.1"),), "rules[0].sample", "remove sample"),
        (("then: gate, sample: 0.1",), "rules[0].sample", "nothing to sample"),
        ((AUTO + ", review_by: 2026-11-20",), "rules[0].review_by", 'r0" 1 day ago (2026-11-20)'),
        ((AUTO + ", review_by: 2026-11-01",), "rules[0].review_by", "ben should have looked at the rule"),
    ],
)
def test_a_rule_without_effect_is_a_warning(rules: tuple[str, ...], place: str, said: str) -> None:
    found = [
        problem.told("policy.yml")
        for problem in parse_policy(text(*rules), today=date(2026, 11, 21)).warnings
    ]

    assert len(found) == 1
    assert f", {place}: " in found[0]
    assert said in found[0]


@pytest.mark.parametrize(
    "rules",
    [
        ('match: credit.issue, when: "impact.amount < 20.0", then: notify', AUTO),
        (AUTO + ", shadow: true", AUTO),
        ("match: credit.issue, then: gate", 'when: "signals.asked_for_human", then: gate'),
        ("then: gate", 'match: credit.issue, when: "impact.amount > 5.0", then: refuse'),
        (AUTO + ", review_by: 2026-11-21",),
        (AUTO + ", sample: 0.1",),
        ("match: credit.issue, then: {veto: 10m}, sample: 0.1",),
    ],
)
def test_a_rule_that_can_decide_is_none(rules: tuple[str, ...]) -> None:
    assert parse_policy(text(*rules), today=date(2026, 11, 21)).warnings == ()


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("reversible: true", "reversible: true, oversight: always"),
        ("open_requests: 20", "always_ask: [credit.issue]"),
    ],
)
def test_a_rule_for_what_always_needs_a_person_can_never_let_anything_run(old: str, new: str) -> None:
    [said] = warnings(text(AUTO, old=old, new=new))

    assert "rules[0].then" in said
    assert "can never let anything run" in said


CONDITIONS = st.sampled_from(
    [
        "impact.amount < 50.0",
        "impact.amount <= 50.0",
        "50.0 > impact.amount",
        "impact.amount == 50.0",
        "impact.amount >= 20.0",
        "impact.amount > 20.0",
        'agent == "a"',
        "signals.policy_exception",
        "!signals.policy_exception",
        "has(signals.confidence)",
    ]
)
BODIES = [
    {"agent": agent, "impact": {"amount": amount}, "signals": signals}
    for agent in ("a", "b")
    for amount in (0.0, 20.0, 20.5, 49.9, 50.0, 51.0)
    for signals in (
        {"policy_exception": True},
        {"policy_exception": False, "confidence": 0.5},
    )
]


def condition(parts: list[str], sign: str) -> str:
    """Parts joined."""
    return f" {sign} ".join(f"({part})" for part in parts)


COMPOUND = st.builds(condition, st.lists(CONDITIONS, min_size=1, max_size=3), st.sampled_from(["&&", "||"]))


@given(COMPOUND, COMPOUND)
def test_what_one_condition_is_said_to_imply_holds_wherever_it_does(narrow: str, wide: str) -> None:
    if not implies(parsed(narrow), parsed(wide)):
        return
    for body in BODIES:
        try:
            if compiled_rule(narrow).condition.holds(body):
                assert compiled_rule(wide).condition.holds(body)
        except UnmetError:
            continue


@pytest.mark.parametrize("one", ["impact.amount < 50.0", 'agent == "a" || agent == "b"'])
def test_a_condition_implies_itself_and_what_is_wider(one: str) -> None:
    assert implies(parsed(one), parsed(one))
    assert implies(parsed(f"({one}) && has(signals.confidence)"), parsed("has(signals.confidence)"))
    assert implies(parsed(one), None)
    assert not implies(None, parsed(one))
