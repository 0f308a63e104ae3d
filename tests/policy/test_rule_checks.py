"""What a policy may not say in its rules: nothing runs by itself on what may be absent."""

import pytest

from bot.policy import PolicyError, parse_policy
from tests.policy.samples import changed, complaints, warnings

CREDITS = "match: credit.issue"


def with_rule(rule: str, actions: str = "") -> str:
    """The sample policy with a rule, and more under the action of credits."""
    text = changed(
        "amount: arguments.amount, currency: EUR}", f"amount: arguments.amount, currency: EUR{actions}}}"
    )
    return text.replace("routes:\n", f"rules:\n  - {{name: r, owner: ben, why: Why., {rule}}}\nroutes:\n", 1)


def fits(when: str, then: str = "auto", match: str = CREDITS, actions: str = "") -> bool:
    """Whether the rule is sure of what it reads."""
    text = with_rule(f"{match}, when: '{when}', then: {then}", actions)
    try:
        parse_policy(text)
    except PolicyError as error:
        unsure = "A rule that lets something run is sure of what it reads" in error.sentence
        if not unsure:
            raise
        return False
    return True


@pytest.mark.parametrize("then", ["auto", "notify", "{veto: 10m}"])
def test_what_may_be_absent_is_asked_for_before_it_lets_something_run(then: str) -> None:
    assert not fits("signals.confidence > 0.8", then)
    assert fits("has(signals.confidence) && signals.confidence > 0.8", then)


@pytest.mark.parametrize("then", ["gate", "refuse"])
def test_what_waits_for_people_anyway_may_read_anything(then: str) -> None:
    assert fits("signals.confidence > 0.8", then)


def test_a_rule_in_the_shadow_is_held_to_the_same() -> None:
    assert not fits("signals.confidence > 0.8", "auto, shadow: true")


@pytest.mark.parametrize(
    "when",
    [
        "impact.amount < 50.0",
        'impact.currency == "EUR" && size(signals.missing) == 0',
        '"legal" in signals.topics',
        'action.name == "credit.issue" && agent == "support-bot"',
        '!has(signals.sentiment) || signals.sentiment == "calm"',
        'has(signals.sentiment) ? signals.sentiment == "calm" : true',
        "!(has(signals.confidence) && signals.confidence < 0.5)",
        "!(!has(signals.confidence) || signals.confidence < 0.5)",
        'has(context.subject) && has(context.subject.tier) && context.subject.tier == "gold"',
        'has(context.subject) && "LTV" in context.subject.facts && context.subject.facts["LTV"] != ""',
        '"order" in action.arguments && action.arguments.order != ""',
        "has(action.arguments.order) && size(action.arguments.order) > 2",
        "(has(signals.confidence) && signals.confidence > 0.5) || impact.amount < 5.0",
        'reasoning != ""',
        "history.agent_action_count > 10",
        "has(history.same_subject_30d) && history.same_subject_30d < 3",
        "size(action.arguments.amount) < 9",
    ],
)
def test_what_is_there_may_be_read(when: str) -> None:
    assert fits(when)


@pytest.mark.parametrize(
    "when",
    [
        "signals.confidence > 0.8 && has(signals.confidence)",
        "has(signals.confidence) || signals.confidence > 0.8",
        '(has(signals.sentiment) || impact.amount < 5.0) && signals.sentiment == "calm"',
        'has(signals.sentiment) ? true : signals.sentiment == "calm"',
        "!has(signals.confidence) && signals.confidence > 0.8",
        'has(context.subject.tier) && context.subject.tier == "gold"',
        'context.subject.facts["LTV"] == ""',
        'context.evidence[0].quote == "x"',
        'has(signals.confidence) && signals.sentiment == "calm"',
        "signals[action.name] == 1",
        "history.same_subject_30d < 3",
        'action.arguments.order == "4892"',
        "size([signals.confidence]) == 1",
        'agent_version == "7"',
        "-signals.confidence < -0.8",
        'string(signals.confidence) == "1"',
    ],
)
def test_what_may_be_absent_may_not(when: str) -> None:
    assert not fits(when)


def test_what_the_action_requires_is_there() -> None:
    needs = ", requires: [signals.confidence, context.subject.id, context.subject.facts.LTV, arguments.order]"

    assert fits("signals.confidence > 0.8", actions=needs)
    assert fits('context.subject.facts["LTV"] == "0"', actions=needs)
    assert fits("size(action.arguments.order) > 2", actions=needs)
    assert fits("history.same_subject_30d < 3", actions=needs)
    assert fits("size(action.arguments.order) > 2", actions=", arguments: {type: object, required: [order]}")


def test_what_some_action_that_the_rule_is_for_may_lack_is_told_with_its_name() -> None:
    said = complaints(with_rule('when: recommendation != "", then: auto'))

    assert said[0] == (
        "policy.yml line 32, rules[0].when: A rule that lets something run is sure of what it reads, but a"
        " request for credit.issue may lack recommendation. Ask has(recommendation) && before it, require"
        " recommendation of the action, or narrow match."
    )


@pytest.mark.parametrize("then", ["auto", "notify", "{veto: 10m}", "gate, may_become: [auto]"])
@pytest.mark.parametrize(
    "when",
    [
        "impact.amount < 50.0",
        "has(impact.amount) && impact.amount < 50.0",
        "!has(impact.amount)",
        'has(impact.currency) && impact.currency == "EUR"',
    ],
)
def test_nothing_runs_by_an_amount_that_its_agent_only_claims(when: str, then: str) -> None:
    listed = changed("order.read: {owner: ann, effect: read}", "order.note: {owner: ann, reversible: true}")
    rule = f"rules: [{{name: r, owner: ben, why: W., match: order.note, when: '{when}', then: {then}}}]\n"
    said = complaints(listed.replace("routes:\n", f"{rule}routes:\n", 1))

    assert any(
        "of a request for order.note it is only what its agent says. Derive it with" in s for s in said
    )


def test_what_runs_unseen_on_the_agents_word_alone_is_doubtful() -> None:
    sure = f"{CREDITS}, when: 'has(signals.confidence) && signals.confidence > 0.8'"
    doubt = "Nothing but the agent's own word (signals.confidence) tells what runs here unseen."

    assert any(doubt in said for said in warnings(with_rule(f"{sure}, then: auto")))
    assert any(doubt in said for said in warnings(with_rule(f"{sure}, then: gate, may_become: [auto]")))
    for seen in ("then: notify", "then: {veto: 10m}", "then: auto, sample: 0.1", "then: auto, shadow: true"):
        assert not any(doubt in said for said in warnings(with_rule(f"{sure}, {seen}"))), seen
    limited = sure.replace("> 0.8", "> 0.8 && impact.amount < 50.0")
    assert not any(doubt in said for said in warnings(with_rule(f"{limited}, then: auto")))


@pytest.mark.parametrize("then", ["gate", "refuse"])
def test_a_claimed_amount_may_hold_something_back(then: str) -> None:
    parse_policy(
        with_rule(f"match: order.read, when: 'has(impact.amount) && impact.amount > 50.0', then: {then}")
    )


@pytest.mark.parametrize(
    "narrowed",
    ['action.name == "credit.issue"', '"credit.issue" == action.name', 'action.name in ["credit.issue"]'],
)
def test_a_condition_can_narrow_down_what_the_rule_is_for(narrowed: str) -> None:
    assert fits(f"{narrowed} && impact.amount < 50.0", match='match: "*"')
    with pytest.raises(PolicyError, match="only what its agent says"):
        fits(f"{narrowed} || impact.amount < 50.0", match='match: "*"')


def test_what_cannot_be_undone_needs_no_care_as_no_rule_lets_it_run() -> None:
    assert fits(
        'action.name != "x" && impact.amount < 50.0 && impact.currency == "EUR"', match='match: "*.issue"'
    )


def test_a_rule_for_what_cannot_be_undone_is_told_that_and_nothing_about_its_values() -> None:
    rule = "match: refund.issue, when: impact.amount < 50.0 && impact.currency == 'EUR', then: auto"
    said = warnings(with_rule(rule.replace("when: ", 'when: "').replace(", then", '", then')))

    assert any("cannot be undone" in each for each in said), said


def test_an_amount_is_compared_with_its_currency() -> None:
    text = with_rule(f"{CREDITS}, when: impact.amount < 50.0, then: auto")
    several = text.replace("currency: EUR", "currency: arguments.currency")
    named = "'impact.currency == \"EUR\" && impact.amount < 50.0'"

    parse_policy(text)
    (said,) = complaints(several)
    assert "This compares an amount without its currency" in said
    parse_policy(several.replace("impact.amount < 50.0", named))
    parse_policy(several.replace("then: auto", "then: gate"))


@pytest.mark.parametrize(
    ("rule", "sentence"),
    [
        (
            "when: signals.confidnce > 0.8, then: gate",
            'signals has no "confidnce". Did you mean "confidence"?',
        ),
        (
            "when: history.same_subject < 3, then: gate",
            'history has no "same_subject". Did you mean "same_subject_30d"?',
        ),
        ("when: 'history[\"x\"] < 3', then: gate", 'history has no "x".'),
        ("when: size(history) < 3, then: gate", "Say which history, such as history.same_subject_30d."),
        (
            "when: 'signals[\"confidnce\"] > 0.8', then: gate",
            'signals has no "confidnce". Did you mean "confidence"?',
        ),
        ("when: histry.automatic_today < 3, then: gate", 'called "histry". Did you mean "history"?'),
        ("when: 'sise(reasoning) > 3', then: gate", 'There is no function "sise". Did you mean "size"?'),
        ("when: 'signals.topics.contain(\"x\")', then: gate", 'There is no function "contain".'),
        (
            "when: '{\"a\": 1}.a == 1', then: gate",
            "Placet does not read a condition",
        ),
        ("when: impact.amount >, then: gate", "This is no condition in CEL"),
        ("when: true, then: gate", "true has to be a text"),
        ("then: veto", "A veto needs the time in which people may object; write {veto: 10m}."),
        ("then: {veto: soon}", '"soon" is not a duration'),
        ("then: {auto: 10m}", "This is nothing that a rule can demand."),
        ("then: Auto", 'Did you mean "auto"?'),
        ("then: gate, sample: 10%", '"10%" is no share; write a number from 0 to 1'),
        ("then: gate, sample: 1.5", '"1.5" is no share'),
        ("then: gate, review_by: soon", '"soon" is no date; write one such as 2027-02-01.'),
        ("then: gate, review_by: 2027-02-30", '"2027-02-30" is no date'),
        ("then: gate, shadow: maybe", "has to be true or false"),
        ("then: gate, priority: 1", '"priority" is not known here.'),
    ],
)
def test_a_mistake_in_a_rule_is_told_with_its_remedy(rule: str, sentence: str) -> None:
    assert any(sentence in said for said in complaints(with_rule(rule))), complaints(with_rule(rule))


def test_names_of_rules_are_unique_and_not_those_of_no_rule() -> None:
    two = "rules:\n" + "  - {name: r, owner: ben, why: W., then: gate}\n" * 2
    reserved = "rules: [{name: default, owner: ben, why: W., then: gate}]\n"

    assert 'Another rule is called "r" already' in complaints(changed("routes:\n", f"{two}routes:\n"))[0]
    assert "stands for what no rule" in complaints(changed("routes:\n", f"{reserved}routes:\n"))[0]


def test_an_owner_who_is_nobody_is_a_warning_or_a_slip() -> None:
    rule = "rules: [{{name: r, owner: {}, why: W., then: gate}}]\nroutes:\n"

    assert 'Did you mean "ben"' in complaints(changed("routes:\n", rule.format("bem")))[0]
    assert any(
        '"somebody" is not under people' in w for w in warnings(changed("routes:\n", rule.format("somebody")))
    )
