"""An explanation tells what happened: every rule that was asked, in order, and the ruling that came of it."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.explanation import About, Explanation
from bot.domain.history import History
from bot.domain.packet import Impact, ReviewPacket, Signals
from bot.domain.status import Mode
from bot.domain.steering import Pause, Steering
from bot.policy import Policy, parse_policy
from bot.submissions import Ask, Asked
from tests.builders import NOW
from tests.policy.samples import changed
from tests.policy.test_rules import CREDIT, with_rules


def explained(
    policy: Policy, packet: ReviewPacket = CREDIT, history: History | None = None, **asked: str
) -> Explanation:
    """What the policy makes of a packet, and how."""
    ask = Ask(agent="support-bot", packet=packet, asked=Asked(**asked))  # type: ignore[arg-type]  # test data
    found = policy.assess(ask.agent, packet, ask.asked, NOW)
    return policy.explain(ask, found, history if found.deferred else None, NOW)


def told(explanation: Explanation, about: About) -> list[str]:
    """The sentences about something."""
    return [step.sentence for step in explanation.steps if step.about is about]


RULES = (
    'match: credit.issue, when: "impact.amount > 900.0", then: refuse',
    'match: credit.issue, when: "history.agent_action_count < 3", then: gate',
    'match: credit.issue, when: "signals.confidence > 0.5", then: gate, shadow: true',
    'match: credit.issue, when: "impact.amount < 50.0", then: auto',
    "match: credit.issue, then: gate",
)


def test_every_rule_that_was_asked_is_told_with_what_it_read() -> None:
    found = explained(with_rules(*RULES), history=History(agent_action_count=9))

    assert told(found, About.HISTORY) == ["Of what came before, agent_action_count is 9."]
    assert told(found, About.RULE) == [
        "The rule r0 did not match: impact.amount is 20.00.",
        "The rule r1 did not match: history.agent_action_count is 9.",
        "The rule r2 could not be told: there is no confidence. It is in the shadow: gate is only noted.",
        "The rule r3 matched: impact.amount is 20.00. It demands auto.",
        "Not asked any more: r4.",
    ]
    assert told(found, About.RULING) == ["So it is auto, by r3, for which Ben answers: Why."]
    details = [step.detail for step in found.steps if step.name == "r3"]
    assert "impact.amount < 50.0" in details


def test_a_pause_holds_the_ruling_that_is_told_too() -> None:
    policy = with_rules("match: credit.issue, then: auto")
    pause = Pause(match="credit.*", by="ann", made_at=NOW)
    paused = policy.under(replace(policy.directory, steering=Steering(version=1, pauses=(pause,))))

    found = explained(paused)
    assert found.proposal.ruling.mode is Mode.GATE
    (said,) = told(found, About.RULING)
    assert said.startswith("So it is gate, by r0, for which Ben answers: Why. Ann paused credit.*")


def test_without_what_came_before_it_tells_how_far_it_comes() -> None:
    found = explained(with_rules(*RULES))

    assert told(found, About.HISTORY) == ["What came before is not known here: agent_action_count."]
    assert "The rule r0 did not match: impact.amount is 20.00." in told(found, About.RULE)
    assert "until what came before is counted" in told(found, About.RULING)[0]


@pytest.mark.parametrize(
    ("old", "new", "about", "said"),
    [
        ("[finance]}", "[finance]}", About.SCOPE, "the rules decide, else a person does."),
        ("open_requests: 20", "alone: [credit.issue]", About.SCOPE, "may do credit.issue alone"),
        (
            "open_requests: 20",
            "always_ask: [credit.issue]",
            About.SCOPE,
            "So nothing lets it run",
        ),
        (
            '["refund.*", credit.issue,',
            '["refund.*",',
            About.SCOPE,
            "not for credit.issue. So a person",
        ),
        ("reversible: true", "reversible: false", About.BOUNDS, "as the policy says: a person decides"),
        ("[finance]}", "[finance]}", About.BOUNDS, "It can be undone."),
        (
            "open_requests: 20",
            "budget: {automatic_per_day: 9, amount_per_day: 50 EUR}",
            About.BOUNDS,
            "9 requests and 50 EUR may run by themselves in a day",
        ),
        ("[finance]}", "[finance]}", About.ACTION, "It comes to 20.00 EUR, as action.arguments.amount says."),
        ("[finance]}", "[finance]}", About.ROUTE, "The route credits matched."),
        ("credit.*", "credits.*", About.ROUTE, "No route of the file takes it."),
        ("[finance]}", "[finance]}", About.ESCALATION, "finance asks for 1 approval of finance."),
        ("[finance]}", "[finance]}", About.REVIEWERS, "Ann and Ben could approve it now."),
        (
            "members: [ann, ben]",
            "members: [ann, cat]",
            About.REVIEWERS,
            "Cat is asked, but could not",
        ),
    ],
)
def test_each_thing_that_counts_is_told(old: str, new: str, about: About, said: str) -> None:
    assert any(said in each for each in told(explained(parse_policy(changed(old, new))), about))


def test_who_cannot_approve_is_told_with_the_reason_for_people_only() -> None:
    policy = parse_policy(changed('limits: {"refund.*": 500 EUR}', 'limits: {"credit.*": 10 EUR}'))

    [barred] = [step for step in explained(policy).steps if step.name == "ben"]

    assert (barred.result, barred.sentence) == ("limit", "Ben is asked, but could not approve it.")
    assert barred.detail == "20.00 EUR is above your limit of 10 EUR; somebody else has to approve it."


def test_a_route_whose_condition_cannot_be_told_is_told() -> None:
    policy = parse_policy(
        changed('match: "credit.*",', 'match: "credit.*", when: "signals.confidence > 0.5",')
    )

    found = explained(policy)

    assert told(found, About.ROUTE) == [
        "The route credits was passed over: there is no confidence.",
        "No route of the file takes it.",
        "So it goes to the escalation policy support.",
    ]


def test_an_action_that_is_not_listed_is_told() -> None:
    packet = replace(CREDIT, action=replace(CREDIT.action, name="payroll.run"))

    found = explained(parse_policy(changed("order.read]", "payroll.run]")), packet)

    assert told(found, About.ACTION) == [
        "The policy does not list payroll.run, so it counts as irreversible; Ann answers for it."
    ]
    assert told(found, About.RULE) == ["The policy has no rule for payroll.run."]


CONDITIONS = st.sampled_from(
    [
        "impact.amount < 50.0",
        "impact.amount > 90.0",
        "signals.confidence > 0.5",
        "signals.asked_for_human",
        "history.same_subject_30d < 2",
        "history.agent_action_count > 1",
        "agent == 'support-bot'",
    ]
)
RULE = st.builds(
    'match: credit.issue, when: "{}", then: {}, shadow: {}'.format,
    CONDITIONS,
    st.sampled_from(["gate", "refuse"]),
    st.sampled_from(["true", "false"]),
)


@given(
    rules=st.lists(RULE, max_size=5),
    confidence=st.sampled_from([None, 0.4, 0.9]),
    human=st.sampled_from([None, True, False]),
    counts=st.sampled_from([None, 0, 5]),
)
def test_what_is_explained_is_what_is_ruled(
    *, rules: list[str], confidence: float | None, human: bool | None, counts: int | None
) -> None:
    policy = with_rules(*rules, 'match: credit.issue, when: "impact.amount < 30.0", then: auto')
    packet = replace(
        CREDIT, signals=replace(Signals(), confidence=confidence, asked_for_human=human), impact=Impact()
    )
    history = History(agent_action_count=counts)
    found = policy.assess("support-bot", packet, Asked(), NOW)
    ruling = found.deferred.decide(history) if found.deferred else found.proposal.ruling

    explanation = explained(policy, packet, history)

    assert explanation.proposal.ruling == ruling
    took = [
        step.name
        for step in explanation.steps
        if step.result in ("took", "untold") and step.about is About.RULE
    ]
    if ruling.rule.startswith("r"):
        assert ruling.rule in took
