"""Rules: which of them decides, in which order, and what no rule can do."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.history import History
from bot.domain.invariants import UNASKED, Bounds
from bot.domain.request import Ruling
from bot.domain.rules import (
    ASKED_FOR_HUMAN,
    Deferred,
    Known,
    Question,
    Rule,
    UnmetError,
    evaluate,
    meanwhile,
    rule_set,
)
from bot.domain.status import Mode

FREE = Bounds(irreversible=False)
DEFAULT = Ruling(mode=Mode.GATE, rule="default", owner="ann", why="Nobody said otherwise.")


def a_rule(then: Mode = Mode.AUTO, *, holds: bool | str = True, name: str = "", **more: Any) -> Rule:
    """A rule that holds, holds not, or cannot be told for the reason given."""

    def told(case: object, known: Known) -> bool:
        if isinstance(holds, str):
            raise UnmetError(holds)
        return holds

    def matched(case: object, known: Known) -> dict[str, str]:
        return {"impact.amount": "20.00"}

    made: dict[str, Any] = {"owner": "ben", "why": "Why.", "holds": told, "matched": matched}
    return Rule(name=name or then.value, then=then, **(made | more))


def question(*rules: Rule, bounds: Bounds = FREE, **more: Any) -> Question:
    made: dict[str, Any] = {"default": DEFAULT} | more
    return Question(rules=rule_set(rules), case=None, bounds=bounds, **made)


def ruled(*rules: Rule, **more: Any) -> Ruling:
    found = evaluate(question(*rules, **more))
    assert isinstance(found, Ruling)
    return found


def test_without_a_rule_that_takes_it_a_request_is_ruled_on_by_default() -> None:
    assert ruled() is DEFAULT
    assert ruled(a_rule(holds=False)) is DEFAULT


def test_a_ruling_names_its_rule_its_owner_and_what_matched() -> None:
    found = ruled(a_rule(name="small"))

    assert (found.rule, found.owner, found.why) == ("small", "ben", "Why.")
    assert found.matched == {"impact.amount": "20.00"}


@pytest.mark.parametrize("order", [(0, 1, 2), (2, 1, 0), (1, 2, 0)])
def test_refusals_are_asked_before_all_others_wherever_they_stand(order: tuple[int, ...]) -> None:
    rules = (a_rule(Mode.AUTO), a_rule(Mode.GATE, reads_human=True), a_rule(Mode.REFUSE))

    found = ruled(*(rules[index] for index in order), asked_for_human=True)

    assert found.mode is Mode.REFUSE


def test_a_refusal_that_is_certain_counts_before_one_that_cannot_be_told() -> None:
    unsure = a_rule(Mode.REFUSE, holds="there is no tier", name="unsure")

    assert ruled(unsure, a_rule(Mode.REFUSE, name="sure")).rule == "sure"
    assert (ruled(unsure, a_rule()).rule, ruled(unsure, a_rule()).mode) == ("unsure", Mode.GATE)


def test_who_asks_for_a_human_gets_one_by_the_rule_that_says_so_or_by_none() -> None:
    rule = a_rule(Mode.GATE, name="wants-a-person", reads_human=True)

    assert ruled(a_rule(), rule, asked_for_human=True).rule == "wants-a-person"
    assert ruled(a_rule(), a_rule(Mode.GATE), asked_for_human=True).rule == ASKED_FOR_HUMAN
    assert ruled(a_rule(), rule, asked_for_human=False).mode is Mode.AUTO
    free = replace(DEFAULT, mode=Mode.AUTO, rule="read-only")
    assert ruled(default=free, asked_for_human=True).mode is Mode.GATE


def test_after_these_the_order_of_the_policy_decides() -> None:
    rules = (a_rule(Mode.NOTIFY, holds=False), a_rule(Mode.GATE), a_rule(Mode.AUTO))

    assert ruled(*rules).mode is Mode.GATE
    assert ruled(*rules[::-1]).mode is Mode.AUTO


def test_a_rule_that_cannot_be_told_gates_and_says_why() -> None:
    found = ruled(a_rule(holds="there is no confidence", name="sure"), a_rule(name="everything"))

    assert (found.mode, found.rule, found.owner) == (Mode.GATE, "sure", "ben")
    assert found.why == "The rule sure could not be told: there is no confidence. So a person decides."


def test_rules_in_the_shadow_are_noted_where_they_would_have_decided() -> None:
    rules = (
        a_rule(Mode.REFUSE, shadow=True, name="strict"),
        a_rule(Mode.AUTO, shadow=True, name="loose"),
        a_rule(Mode.VETO, shadow=True, name="unsure", holds="there is no tier"),
        a_rule(Mode.NOTIFY),
        a_rule(Mode.AUTO, shadow=True, name="too late"),
    )

    found = ruled(*rules)

    assert found.mode is Mode.NOTIFY
    assert [(shadow.rule, shadow.mode) for shadow in found.shadowed] == [
        ("strict", Mode.REFUSE),
        ("loose", Mode.AUTO),
        ("unsure", Mode.GATE),
    ]


def test_a_rule_in_the_shadow_would_have_been_bound_as_any_other() -> None:
    found = ruled(a_rule(shadow=True), bounds=Bounds(irreversible=True))

    assert [shadow.mode for shadow in found.shadowed] == [Mode.GATE]


def test_history_is_asked_for_only_where_the_ruling_hangs_on_it() -> None:
    counting = a_rule(reads=frozenset({"agent_action_count"}))

    assert ruled(a_rule(Mode.REFUSE), counting).mode is Mode.REFUSE
    assert ruled(a_rule(Mode.GATE), counting).mode is Mode.GATE
    deferred = evaluate(question(counting, a_rule(reads=frozenset({"automatic_today"}))))
    assert isinstance(deferred, Deferred)
    assert deferred.needs == {"agent_action_count", "automatic_today"}
    assert meanwhile(deferred).mode is Mode.GATE
    assert deferred.decide(History(agent_action_count=2)).mode is Mode.AUTO
    assert deferred.decide(History(agent_action_count=2)).history == {"agent_action_count": 2}


MODES = st.sampled_from(list(Mode))
RULES = st.lists(
    st.builds(
        a_rule,
        MODES,
        holds=st.sampled_from([True, True, False, "there is no tier"]),
        name=st.text("abc", min_size=1, max_size=2),
        shadow=st.booleans(),
        reads_human=st.booleans(),
        sample=st.floats(0, 1),
        reads=st.sampled_from([frozenset[str](), frozenset({"agent_action_count"})]),
    ),
    max_size=6,
)
QUESTIONS = st.builds(
    lambda rules, default, **more: question(*rules, default=replace(DEFAULT, mode=default), **more),
    RULES,
    MODES,
    bounds=st.builds(
        Bounds,
        irreversible=st.booleans(),
        out_of_scope=st.none() | st.just("It may not."),
        paused=st.none() | st.just("Ann paused it."),
    ),
    asked_for_human=st.booleans(),
    confidence=st.none() | st.floats(0, 1),
)
HISTORIES = st.builds(History, agent_action_count=st.none() | st.integers(0, 5))


def decided(asked: Question, history: History) -> Ruling:
    found = evaluate(asked)
    if isinstance(found, Deferred):
        assert meanwhile(found).mode is Mode.GATE
        found = found.decide(history)
    return found


@given(QUESTIONS, HISTORIES)
def test_property_every_question_has_a_ruling(asked: Question, history: History) -> None:
    assert decided(asked, history).rule


@given(QUESTIONS, HISTORIES)
def test_property_nothing_stands_above_the_bounds(asked: Question, history: History) -> None:
    bound = asked.bounds
    if bound.irreversible or bound.out_of_scope or bound.paused or asked.asked_for_human:
        assert decided(asked, history).mode not in UNASKED


@given(QUESTIONS, HISTORIES)
def test_property_what_is_in_the_shadow_changes_nothing(asked: Question, history: History) -> None:
    rules = (*asked.rules.refusals, *asked.rules.others)
    lit = replace(asked, rules=rule_set(tuple(rule for rule in rules if not rule.shadow)))

    def bare(ruling: Ruling) -> Ruling:
        return replace(ruling, shadowed=(), history={})

    assert bare(decided(asked, history)) == bare(decided(lit, history))


@given(QUESTIONS, HISTORIES)
def test_property_refusals_come_first_then_humans(asked: Question, history: History) -> None:
    certain = [rule for rule in asked.rules.refusals if not rule.shadow and holds(rule)]
    ruling = decided(asked, history)

    if certain:
        assert (ruling.mode, ruling.rule) == (Mode.REFUSE, certain[0].name)
    elif asked.asked_for_human:
        assert ruling.mode is Mode.GATE


def holds(rule: Rule) -> bool:
    try:
        return rule.holds(None, None)
    except UnmetError:
        return False
