"""Budgets: what an agent may have run by itself in a day."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.budgets import AMOUNT, COUNT, Budget, Spending
from bot.domain.invariants import UNASKED, Bounds, upheld
from bot.domain.money import Money
from bot.domain.request import Ruling
from bot.domain.status import Held, Mode

EUROS = Budget(automatic_per_day=100, amount_per_day=Money(amount=Decimal(500), currency="EUR"))
AUTO = Ruling(mode=Mode.AUTO, rule="small", why="Small ones are routine.")


def ruled(
    spending: Spending, known: Mapping[str, int | Decimal] | None, *, irreversible: bool = False
) -> Ruling:
    return upheld(AUTO, Bounds(irreversible=irreversible, spending=spending), known)


def known(count: int, amount: str) -> Mapping[str, int | Decimal]:
    return {COUNT: count, AMOUNT: Decimal(amount)}


def test_within_the_budget_the_rule_decides() -> None:
    spending = Spending(budget=EUROS, amount=Decimal("40.00"), currency="EUR")

    assert spending.reads == {COUNT, AMOUNT}
    assert ruled(spending, known(99, "460.00")) is AUTO


def test_beyond_the_amount_a_person_decides_and_the_ruling_says_so() -> None:
    spending = Spending(budget=EUROS, amount=Decimal("40.00"), currency="EUR")
    found = ruled(spending, known(3, "460.01"))

    assert (found.mode, found.held) == (Mode.GATE, Held.BUDGET)
    assert found.why == (
        "Small ones are routine. Its agent may spend 500 EUR by itself in a day, and spent 460.01 EUR today;"
        " this would be 40.00 EUR more. So a person decides."
    )


def test_beyond_the_number_a_person_decides() -> None:
    found = ruled(Spending(budget=EUROS), known(100, "0"))

    assert (found.mode, found.held) == (Mode.GATE, Held.BUDGET)
    assert "may do 100 by itself in a day, and did 100 today" in found.why


def test_an_amount_in_another_currency_is_beyond_any_budget() -> None:
    for currency, told in (("USD", "in USD"), (None, "in no currency")):
        spending = Spending(budget=EUROS, amount=Decimal(1), currency=currency)

        assert AMOUNT not in spending.reads
        found = ruled(spending, {COUNT: 0})
        assert found.held is Held.BUDGET
        assert f"budget is in EUR, and this is {told}" in found.why


def test_money_that_comes_back_uses_the_budget_as_well() -> None:
    spending = Spending(budget=EUROS, amount=Decimal(-501), currency="EUR")

    assert ruled(spending, known(0, "0")).held is Held.BUDGET


def test_what_has_no_amount_uses_none() -> None:
    only = Budget(amount_per_day=Money(amount=Decimal(0), currency="EUR"))

    assert Spending(budget=only).reads == frozenset()
    assert ruled(Spending(budget=only), {}) is AUTO


def test_what_could_not_be_counted_is_beyond_the_budget() -> None:
    spending = Spending(budget=EUROS, amount=Decimal(1), currency="EUR")

    assert ruled(spending, {}).held is Held.BUDGET
    assert ruled(spending, {COUNT: 0}).held is Held.BUDGET


def test_what_people_decide_anyway_reads_no_history() -> None:
    bounds = Bounds(irreversible=True, spending=Spending(budget=EUROS))

    assert bounds.reads == frozenset()
    assert upheld(AUTO, bounds, {}).held is Held.IRREVERSIBLE


@pytest.mark.parametrize("mode", sorted(set(Mode) - UNASKED))
def test_a_budget_never_changes_what_waits_for_people_or_is_refused(mode: Mode) -> None:
    ruling = Ruling(mode=mode, rule="r", why="Why.")

    bounds = Bounds(irreversible=False, spending=Spending(budget=EUROS))
    assert upheld(ruling, bounds, known(1000, "1000")) is ruling


@given(
    st.lists(st.decimals(min_value=-600, max_value=600, places=4), max_size=30),
    st.integers(0, 20),
    st.decimals(min_value=0, max_value=900, places=2),
)
def test_no_order_of_requests_spends_more_than_the_budget(
    amounts: list[Decimal], most: int, limit: Decimal
) -> None:
    budget = Budget(automatic_per_day=most, amount_per_day=Money(amount=limit, currency="EUR"))
    count, spent = 0, Decimal(0)
    for amount in amounts:
        spending = Spending(budget=budget, amount=amount, currency="EUR")
        if ruled(spending, {COUNT: count, AMOUNT: spent}).mode is Mode.AUTO:
            count, spent = count + 1, spent + abs(amount)

    assert count <= most
    assert spent <= limit
