"""Summaries made from the arguments show values, and never evaluate anything."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.errors import Invalid
from bot.policy.problems import UnfitError
from bot.policy.templates import LONGEST_VALUE, parse_template


def filled(template: str, arguments: dict[str, Any]) -> str:
    return parse_template(template).fill(arguments, {})


def test_names_are_replaced_by_values() -> None:
    arguments = {"order": "4892", "items": [{"sku": "A-1"}], "n": 2, "gift": True, "tags": ["a"], "to": None}

    said = filled("{order}: {items[0].sku} x {n} {gift} {tags} {to} {arguments.order}", arguments)

    assert said == '4892: A-1 x 2 true ["a"] null 4892'


def test_braces_themselves_are_doubled() -> None:
    assert filled("{{order}} {order}", {"order": "1"}) == "{order} 1"


def test_derived_values_win_over_arguments_of_the_same_name() -> None:
    template = parse_template("{amount} {currency} {amount.net}")

    said = template.fill({"amount": {"net": "1"}, "currency": "x"}, {"amount": "5.00", "currency": "EUR"})

    assert said == "5.00 EUR 1"


@pytest.mark.parametrize(
    "template",
    ["{0.__class__}", "{order.__class__}", "{__class__}", "{order!r}", "{order:>99999999}", "{}", "{0}",
     "{order", "order}", "{a{b}}", "{ order }", "{order[}", "{arguments.__init__.__globals__}"],
)  # fmt: skip
def test_format_string_tricks_are_refused_when_the_policy_loads(template: str) -> None:
    with pytest.raises(UnfitError, match="names no argument"):
        parse_template(template)


@given(st.text(max_size=50))
def test_what_is_put_in_is_never_looked_at_again(value: str) -> None:
    said = filled("<{order}>", {"order": value, "secret": "s3cret"})

    assert said == f"<{' '.join(value.split())}>"


@pytest.mark.parametrize("value", ["{order}", "{{7*7}}", "%s", "{0.__class__}", "$(id)", "{secret}"])
def test_template_text_in_a_value_stays_text(value: str) -> None:
    assert filled("{order}", {"order": value, "secret": "s3cret"}) == value


def test_line_breaks_cannot_push_the_rest_out_of_sight() -> None:
    assert filled("a {x} b", {"x": "1" + "\n" * 200 + "2"}) == "a 1 2 b"


def test_a_long_value_is_cut_with_a_mark() -> None:
    said = filled("{x}!", {"x": "y" * 100_000})

    assert said == "y" * LONGEST_VALUE + "…!"


def test_a_missing_value_is_named() -> None:
    with pytest.raises(Invalid, match=r"action\.arguments\.items\[1\]\.sku is missing") as error:
        filled("{items[1].sku}", {"items": [{}]})
    assert error.value.field == "action.arguments.items[1].sku"
