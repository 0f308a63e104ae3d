"""Actions that nobody could approve where they go, and budgets that limit nothing, are told with a remedy."""

from tests.policy.samples import changed, warnings

BUDGET = "budget: {amount_per_day: 100 EUR}"


def test_an_action_that_is_denied_to_everybody_who_is_asked_is_a_warning() -> None:
    text = changed("ann: {name: Ann,", "ann: {denied: [credit.issue], name: Ann,")
    assert warnings(text) == [], "ben is left"

    [said] = warnings(text.replace("ben: {name: Ben,", 'ben: {denied: ["credit.*"], name: Ben,'))

    assert "actions.credit.issue: Nobody can approve credit.issue under finance" in said
    assert "2 of 2 are denied it" in said


def test_too_few_who_are_not_denied_it_are_a_warning_too() -> None:
    text = changed("quorum: {from: [finance]}", "quorum: {approve: 2, from: [finance]}")

    [said] = warnings(text.replace("ben: {name: Ben,", "ben: {denied: [credit.issue], name: Ben,"))

    assert "it needs 2 of those who may, and 1 of 2 are denied it" in said


def test_a_budget_that_limits_nothing_is_a_warning() -> None:
    money = changed("open_requests: 20", BUDGET)
    assert warnings(money) == []

    [nothing] = warnings(money_without_amounts())

    assert "Nothing that support-bot may ask for has an amount" in nothing


def money_without_amounts() -> str:
    """A budget of money for an agent that asks for nothing that has an amount."""
    text = changed("open_requests: 20", BUDGET)
    text = text.replace(", amount: arguments.amount, currency: EUR", "")
    text = text.replace("    amount: arguments.amount\n    currency: arguments.currency\n", "")
    return text.replace("Refund {amount} {currency} for", "Refund").replace(
        'limits: {"refund.*": 500 EUR}', "email: ben@example.com"
    )


def test_a_budget_in_another_currency_is_a_warning() -> None:
    text = changed("open_requests: 20", BUDGET.replace("EUR", "USD"))
    assert warnings(text) == [], "refunds are in whatever currency they are"

    [said] = warnings(text.replace("currency: arguments.currency", "currency: EUR"))

    assert "never asks for anything in USD" in said
    assert "Write the budget in EUR." in said
