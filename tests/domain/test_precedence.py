"""Lists show what is urgent first, then what could cost most, then what waits longest."""

from itertools import pairwise

from bot.domain.precedence import Risk, place, precedence, risk
from tests.builders import a_request, after


def test_risk_is_what_the_policy_makes_of_a_request() -> None:
    assert risk(a_request(high_impact=True, irreversible=False).proposal) is Risk.HIGH
    assert risk(a_request(irreversible=True).proposal) is Risk.RAISED
    assert risk(a_request(irreversible=False).proposal) is Risk.LOW


def test_what_is_urgent_comes_before_every_risk() -> None:
    in_order = [
        a_request(urgent=True, high_impact=True),
        a_request(urgent=True),
        a_request(urgent=True, irreversible=False),
        a_request(high_impact=True),
        a_request(),
        a_request(irreversible=False),
    ]
    places = [precedence(request.proposal) for request in in_order]
    assert all(first < second for first, second in pairwise(places))


def test_of_the_same_risk_the_oldest_comes_first() -> None:
    old = a_request(id="apr_00000000000000000000000001")
    young = a_request(id="apr_00000000000000000000000002", created_at=after(5))
    assert sorted([young, old], key=place) == [old, young]
