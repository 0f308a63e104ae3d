"""Replaying the past under a candidate."""

from datetime import datetime

from bot.backtest.past import Past, Verdict
from bot.backtest.query import BacktestQuery
from bot.backtest.replay import Replay
from bot.backtest.tally import Tally
from bot.domain.status import Mode
from bot.policy import Policy, parse_policy
from tests.backtest.pasts import a_credit, a_past
from tests.builders import AGENT, after

POLICY = f"""
owner: ann
defaults: {{escalation_policy: support}}
people: {{ann: {{slack: U01ANN}}, cat: {{slack: U01CAT}}}}
agents: {{{AGENT}: {{owner: cat, actions: [credit.issue]}}}}
actions:
  credit.issue:
    {{owner: ann, reversible: true, requires: [context.subject.id], amount: arguments.amount, currency: EUR}}
escalation_policies: {{support: {{quorum: {{from: [ann]}}, steps: [{{to: ["web:support"], wait: 15m}}]}}}}
rules:
"""
SMALL = '  - {name: small, owner: ann, why: Small, when: "impact.amount < 50.0", then: auto}\n'
FIRST_TWO = (
    '  - {name: first-two, owner: ann, why: Rare, when: "history.same_subject_30d < 2", then: auto,'
    " match: credit.issue}\n"
)
NOT_REFUSED_BEFORE = (
    '  - {name: clean, owner: ann, why: Clean, when: "history.rejected_before == 0", then: auto,'
    " match: credit.issue}\n"
)
FEW_A_DAY = (
    '  - {name: few, owner: ann, why: Few, when: "history.automatic_today < 1", then: auto,'
    " match: credit.issue}\n"
)


def candidate(*rules: str) -> Policy:
    """A policy with these rules."""
    return parse_policy(POLICY + "".join(rules))


def replayed(policy: Policy, *past: Past | None, since: datetime | None = None) -> Tally:
    """The tally of a replay."""
    replay = Replay(policy)
    replay.run(past, BacktestQuery(since=since))
    return replay.tally


def modes(policy: Policy, *past: Past) -> list[int]:
    """How many reviews each request in turn would have saved."""
    replay = Replay(policy)
    saved = []
    for one in past:
        before = replay.tally.saved
        replay.run([one], BacktestQuery())
        saved.append(replay.tally.saved - before)
    return saved


def test_a_rule_is_asked_about_what_was_asked_then() -> None:
    tally = replayed(candidate(SMALL), a_past(), a_past(packet=a_credit("50.00")))
    assert {name: rule.requests for name, rule in tally.rules.items()} == {"small": 1, "default": 1}
    assert (tally.saved, tally.same) == (1, 1)


def test_history_is_counted_again_where_nothing_was_read_then() -> None:
    three = (a_past(created_at=after(minutes)) for minutes in (0, 1, 2))
    assert modes(candidate(FIRST_TWO), *three) == [1, 1, 0]


def test_days_that_are_past_their_time_are_not_counted() -> None:
    old, older, now = (a_past(created_at=after(days=days)) for days in (1, 2, 31))
    assert modes(candidate(FIRST_TWO), old, older, now) == [1, 1, 1]


def test_what_people_rejected_counts_from_when_they_did() -> None:
    rejected = a_past(verdict=Verdict.REJECTED, decided_at=after(10))
    meanwhile, later = a_past(created_at=after(5)), a_past(created_at=after(15))
    assert modes(candidate(NOT_REFUSED_BEFORE), rejected, meanwhile, later) == [1, 1, 0]


def test_what_ran_by_itself_is_what_the_candidate_lets_run() -> None:
    read = {"automatic_today": 7}
    past = [a_past(created_at=after(minutes), history=read) for minutes in (0, 1)]
    assert modes(candidate(FEW_A_DAY), *past) == [1, 0]


def test_what_was_read_then_holds_where_the_candidate_was_in_force() -> None:
    policy = candidate(FEW_A_DAY)
    past = a_past(history={"automatic_today": 7}, policy_version=policy.version)
    assert modes(policy, past) == [0]


def test_what_was_read_then_holds_for_counts_that_no_ruling_changes() -> None:
    assert modes(candidate(FIRST_TWO), a_past(history={"same_subject_30d": 5})) == [0]


def test_requests_before_the_beginning_count_as_history_only() -> None:
    past = [a_past(created_at=after(minutes)) for minutes in (0, 1, 2)]
    tally = replayed(candidate(FIRST_TWO), *past, since=after(2))
    assert (tally.requests, tally.saved) == (1, 0)


def test_other_agents_requests_count_as_history_only() -> None:
    replay = Replay(candidate(FIRST_TWO))
    replay.run([a_past()], BacktestQuery(agent="another"))
    assert replay.tally.requests == 0


def test_while_approving_was_paused_nothing_would_have_run() -> None:
    tally = replayed(candidate(SMALL), a_past(paused=True, rule="small"))
    assert (tally.saved, tally.same) == (0, 1)


def test_what_the_candidate_would_not_take_is_told() -> None:
    tally = replayed(candidate(SMALL), a_past(agent="another"), a_past(packet=a_credit("much")))
    assert [why.requests for why in tally.turned_away.values()] == [1, 1]


def test_erased_requests_are_left_out_and_told() -> None:
    tally = replayed(candidate(SMALL), None, a_past())
    assert (tally.erased, tally.requests) == (1, 1)


def test_a_year_of_one_subject_keeps_the_last_month_of_days() -> None:
    past = [a_past(created_at=after(days=day), mode=Mode.GATE) for day in range(366)]
    assert sum(modes(candidate(FIRST_TWO), *past)) == 2
