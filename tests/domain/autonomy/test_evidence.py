"""Whether the record is enough for more autonomy, and when it takes some away."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.autonomy.evidence import COUNTS, Demands, Evidence, failing, lacking, percent
from bot.domain.measures.report import Row

DEMANDS = Demands(at_least=50, approved=0.9, errors=0.1)


def an_evidence(**changes: Any) -> Evidence:
    """Two hundred requests that people approved as they came, and that all went well."""
    given: dict[str, Any] = {"submitted": 200, "approved": 200, "outcomes": 200}
    return Evidence(from_=date(2026, 3, 2), until=date(2026, 4, 6), **(given | changes))


def test_a_clean_record_is_enough() -> None:
    assert lacking(an_evidence(), DEMANDS) == ()
    assert failing(an_evidence(), DEMANDS) == ()


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"approved": 30, "outcomes": 30}, "People judged 30 of its requests, and 50 are needed."),
        ({"edited": 20}, "were approved as they came; 90% have to be sure."),
        ({"rejected": 30}, "were approved as they came; 90% have to be sure."),
        ({"sampled": 10, "disagreed": 1}, "In samples reviewers agreed with"),
        ({"outcomes": 0}, "Of none it is known how it turned out"),
        ({"errors": 15}, "failed or were reverted; at most 10% may be."),
    ],
)
def test_what_is_lacking_is_told(changes: dict[str, int], told: str) -> None:
    assert any(told in sentence for sentence in lacking(an_evidence(**changes), DEMANDS))


def test_few_good_cases_prove_little() -> None:
    few = an_evidence(submitted=3, approved=3, outcomes=3)
    assert lacking(few, replace(DEMANDS, at_least=1))


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"errors": 40}, "40 of 200 failed or were reverted, more than the 10% that are allowed."),
        (
            {"automatic": 20, "overridden": 8},
            "People took back 8 of 20, more than the 10% that are allowed.",
        ),
        ({"sampled": 40, "disagreed": 20}, "In samples reviewers agreed with 20 of 40"),
    ],
)
def test_what_is_beyond_chance_takes_autonomy_away(changes: dict[str, int], told: str) -> None:
    evidence = an_evidence(**changes)
    assert any(told in sentence for sentence in failing(evidence, DEMANDS))
    assert set(failing(evidence, DEMANDS)) <= set(lacking(evidence, DEMANDS))


def test_one_error_of_many_takes_nothing_away() -> None:
    assert failing(an_evidence(errors=1, automatic=100, overridden=1), DEMANDS) == ()


_COUNT = st.integers(min_value=0, max_value=1000)


@given(_COUNT, _COUNT, _COUNT, _COUNT, _COUNT)
def test_what_has_earned_more_is_never_what_fails(
    approved: int, edited: int, rejected: int, errors: int, disagreed: int
) -> None:
    evidence = an_evidence(
        approved=max(approved, edited),
        edited=min(approved, edited),
        rejected=rejected,
        outcomes=max(approved, errors),
        errors=min(approved, errors),
        sampled=max(approved, disagreed),
        disagreed=min(approved, disagreed),
    )
    assert lacking(evidence, DEMANDS) or not failing(evidence, DEMANDS)


def test_reports_have_every_count() -> None:
    assert all(hasattr(Row(), name) and hasattr(an_evidence(), name) for name in COUNTS)


def test_shares_are_read_as_percentages() -> None:
    assert (percent(0.9), percent(0.0423), percent(0.0)) == ("90%", "4.2%", "0%")
