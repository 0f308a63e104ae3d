"""Any rules that a policy could have, sensible or not, and any packets."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from hypothesis import strategies as st

from bot.domain.history import AMOUNTS, NAMES, History
from bot.domain.packet import Context, Evidence, Impact, ProposedAction, ReviewPacket, Signals, Subject
from bot.domain.status import ImpactLevel
from bot.policy.reading import RULE_SHAPE
from bot.policy.rule_block import RuleBlock
from bot.policy.rule_conditions import compiled_rule

# The first condition imports the library, which hypothesis would take for a random part of a strategy.
compiled_rule("true")

ACTIONS = ("credit.issue", "refund.issue", "refund.unlisted", "order.read")
WORDS = st.sampled_from(["EUR", "JPY", "gold", "angry", "legal", "4892", "", "é", "a" * 50])


def _paths(shape: Mapping[str, Any], before: str = "") -> list[str]:
    found = []
    for name, inner in shape.items():
        found.append(f"{before}{name}")
        found += _paths(inner, f"{before}{name}.") if inner else []
    return found


PATHS = st.sampled_from(
    [path for path in _paths(RULE_SHAPE) if path != "history"]
    + ["action.arguments.order", "action.arguments.lines", 'context.subject.facts["LTV"]']
)
LITERALS = st.one_of(
    st.floats(0, 200).map(lambda n: f"{n:.3f}"),
    st.integers(-5, 300).map(str),
    WORDS.map(lambda word: f'"{word}"'),
    st.sampled_from(["true", "false", "null", '["gold", "legal"]']),
)
VALUES = st.one_of(
    PATHS, LITERALS, PATHS.map(lambda path: f"size({path})"), PATHS.map(lambda p: f"double({p})")
)
ATOMS = st.one_of(
    st.tuples(VALUES, st.sampled_from(["<", "<=", ">", ">=", "==", "!=", "in"]), VALUES).map(" ".join),
    PATHS,
    PATHS.filter(lambda path: "." in path and "[" not in path).map(lambda path: f"has({path})"),
    st.tuples(VALUES, st.sampled_from(["+", "-", "*", "/", "%"]), VALUES, st.just("> 1")).map(" ".join),
)
CONDITIONS = st.recursive(
    ATOMS,
    lambda inner: st.one_of(
        inner.map(lambda each: f"!({each})"),
        st.tuples(inner, st.sampled_from(["&&", "||"]), inner).map(lambda each: f"({' '.join(each)})"),
        st.tuples(inner, inner, inner).map(lambda each: f"({each[0]} ? {each[1]} : {each[2]})"),
    ),
    max_leaves=4,
).filter(lambda text: len(text) <= 500)

THEN = st.sampled_from(["auto", "auto", "notify", "gate", "refuse", {"veto": "10m"}])
RULES = st.builds(
    lambda when, **given: RuleBlock.model_validate(
        {"name": "r", "owner": "ben", "why": "Why.", **given} | ({"when": when} if when else {})
    ),
    when=st.none() | CONDITIONS,
    then=THEN,
    match=st.sampled_from(["*", "*", "credit.*", "refund.*", "order.read"]),
    sample=st.floats(0, 1),
    shadow=st.booleans(),
)


def _tenths(most: int) -> st.SearchStrategy[float]:
    return st.integers(0, most).map(lambda number: number / 10)


SUBJECTS = st.builds(
    Subject,
    id=st.none() | st.just("c-118"),
    tier=st.none() | WORDS,
    facts=st.dictionaries(st.sampled_from(["LTV", "since"]), WORDS),
)
ARGUMENTS = st.fixed_dictionaries(
    {
        "amount": st.integers(0, 30000).map(lambda cents: f"{cents / 100:.2f}"),
        "currency": st.sampled_from(["EUR", "JPY"]),
        "order": WORDS,
    },
    optional={"lines": st.none() | st.integers() | st.floats(-1, 1) | st.lists(WORDS)},
)
PACKETS = st.builds(
    ReviewPacket,
    action=st.builds(
        ProposedAction,
        name=st.sampled_from(ACTIONS),
        summary=st.just("Do it"),
        audience=st.none() | WORDS,
        arguments=ARGUMENTS,
    ),
    reasoning=WORDS,
    context=st.builds(
        Context,
        subject=SUBJECTS,
        issue=st.none() | WORDS,
        evidence=st.lists(st.builds(Evidence, title=WORDS), max_size=2).map(tuple),
    ),
    impact=st.builds(
        Impact, level=st.none() | st.sampled_from(ImpactLevel), reversible=st.none() | st.booleans()
    ),
    signals=st.builds(
        Signals,
        confidence=st.none() | _tenths(10),
        sentiment=st.none() | WORDS,
        sentiment_score=st.none() | _tenths(10),
        topics=st.lists(WORDS, max_size=2).map(tuple),
        asked_for_human=st.none() | st.booleans(),
        missing=st.lists(WORDS, max_size=1).map(tuple),
        policy_exception=st.none() | st.booleans(),
    ),
    on_behalf_of=st.none() | WORDS,
    agent_version=st.none() | WORDS,
)


def _number(name: str) -> st.SearchStrategy[Any]:
    number = st.decimals(0, 300, places=2) if name in AMOUNTS else st.integers(0, 9)
    return st.none() | number.map(lambda value: Decimal(value) if name in AMOUNTS else value)


HISTORIES = st.fixed_dictionaries({name: _number(name) for name in sorted(NAMES)}).map(
    lambda values: History(**values)
)
