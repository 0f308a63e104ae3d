"""The scope document: what an agent may do alone, what rules decide, and what always goes to a person."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.errors import Forbidden, Invalid
from bot.domain.packet import Impact, ProposedAction, ReviewPacket
from bot.domain.request import Ruling
from bot.domain.status import Held, Mode
from bot.policy import Policy, parse_policy
from bot.submissions import Asked
from tests.builders import NOW
from tests.policy.samples import changed

RULES = "rules:\n  - {name: any, owner: ben, why: Why., then: auto}\n"
CREDIT = ReviewPacket(
    action=ProposedAction(name="credit.issue", arguments={"amount": "20.00"}, summary="Credit 20 EUR"),
    reasoning="They were charged twice.",
)


def policy(agent: str = "", action: str = "", rules: str = "") -> Policy:
    """The sample policy, with more said of its agent, of credits, and by rules."""
    text = changed("routes:\n", f"{rules}routes:\n").replace(
        "open_requests: 20", f"open_requests: 20\n{agent}"
    )
    return parse_policy(text.replace("reversible: true,", f"reversible: true, {action}", 1))


def ruled(policy: Policy, packet: ReviewPacket = CREDIT) -> Ruling:
    return policy.assess("support-bot", packet, Asked(), NOW).proposal.ruling


def test_what_is_said_nothing_of_is_for_the_rules() -> None:
    assert ruled(policy()).mode is Mode.GATE
    assert ruled(policy(rules=RULES)).rule == "any"


def test_what_an_agent_may_do_alone_runs_under_the_name_of_the_actions_owner() -> None:
    found = ruled(policy(agent='    alone: ["credit.*"]\n'))

    assert (found.mode, found.rule, found.owner) == (Mode.AUTO, "alone", "ann")
    assert found.why == "The policy lets support-bot do this alone, and no rule says otherwise."
    assert found.matched == {"agents.support-bot.alone": "credit.*"}


@pytest.mark.parametrize("then", ["gate", "refuse", "notify"])
def test_a_rule_says_otherwise(then: str) -> None:
    found = ruled(policy(agent="    alone: [credit.issue]\n", rules=RULES.replace("auto", then)))

    assert (found.mode, found.rule) == (Mode(then), "any")


@pytest.mark.parametrize(
    "said",
    [{"agent": '    always_ask: ["credit.*"]\n'}, {"action": "oversight: always,"}],
)
@pytest.mark.parametrize("alone", ["", "    alone: [credit.issue]\n"])
def test_what_always_needs_a_person_gets_one_whatever_else_is_said(said: dict[str, str], alone: str) -> None:
    said = {**said, "agent": said.get("agent", "") + alone}

    asked = ruled(policy(**said))
    despite = ruled(policy(**said, rules=RULES))
    never = ruled(policy(**said, rules=RULES.replace("auto", "refuse")))

    assert (asked.mode, asked.rule) == (Mode.GATE, "always-ask")
    assert "has a person decide about every credit." in asked.why
    assert (despite.mode, despite.rule, despite.held) == (Mode.GATE, "any", Held.OUT_OF_SCOPE)
    assert never.mode is Mode.REFUSE, "the stricter holds"


@pytest.mark.parametrize("name", ["payroll.run", "credit.issue"])
def test_what_an_agent_was_never_let_ask_for_goes_to_a_person(name: str) -> None:
    text = changed('["refund.*", credit.issue, order.read]', '["refund.*"]')
    narrow = parse_policy(text.replace("routes:\n", f"{RULES}routes:\n", 1))
    packet = replace(CREDIT, action=replace(CREDIT.action, name=name))
    for found in (ruled(narrow, packet), ruled(parse_policy(text), packet)):
        assert found.mode is Mode.GATE
    assert ruled(parse_policy(text), packet).rule == "out-of-scope"
    assert (
        f"The policy lets support-bot ask for refund.*, not for {name}."
        in ruled(parse_policy(text), packet).why
    )


def test_an_agent_that_the_policy_does_not_know_is_refused() -> None:
    with pytest.raises(Forbidden, match="does not know the agent sales-bot"):
        policy().assess("sales-bot", CREDIT, Asked(), NOW)


def test_what_is_out_of_scope_still_has_to_be_complete() -> None:
    text = changed('["refund.*", credit.issue, order.read]', "[credit.issue]")
    packet = replace(CREDIT, action=replace(CREDIT.action, name="refund.issue"))

    with pytest.raises(Invalid, match=r"context\.subject"):
        ruled(parse_policy(text), packet)


SCOPES = st.lists(st.sampled_from(["*", "credit.*", "credit.issue", "order.*"]), max_size=2, unique=True)


ACTIONS = st.builds(
    "reversible: {}, oversight: {},".format,
    st.sampled_from(["true", "false"]),
    st.sampled_from(["always", "scored"]),
)


@given(
    alone=SCOPES,
    always=SCOPES,
    action=ACTIONS,
    then=st.sampled_from(["auto", "notify", "{veto: 5m}", "gate", "refuse", ""]),
    claims=st.sampled_from([None, True, False]),
)
def test_nothing_runs_unasked_that_cannot_be_undone_or_always_needs_a_person(
    *, alone: list[str], always: list[str], action: str, then: str, claims: bool | None
) -> None:
    text = changed("routes:\n", (RULES.replace("auto", then) if then else "") + "routes:\n")
    text = text.replace("open_requests: 20", f"alone: {alone!r}\n    always_ask: {always!r}")
    text = text.replace("reversible: true,", action, 1)
    packet = replace(CREDIT, impact=Impact(reversible=claims))

    found = ruled(parse_policy(text), packet)

    is_asked = "always" in action or any(p.startswith(("*", "credit")) for p in always)
    if is_asked or "false" in action or claims is False:
        assert found.mode in (Mode.GATE, Mode.REFUSE)
    elif not then:
        assert found.mode is (Mode.AUTO if any(p.startswith(("*", "credit")) for p in alone) else Mode.GATE)
