"""What came before a request, by the names that rules read."""

from __future__ import annotations

from decimal import Decimal

from bot.domain.history import AMOUNTS, NAMES, OF_SUBJECT, History, HistoryScope, lacking


def test_only_what_is_known_has_a_value() -> None:
    history = History(automatic_today=0, automatic_amount_today=Decimal("12.50"))

    assert history.values() == {"automatic_amount_today": Decimal("12.50"), "automatic_today": 0}
    assert history.values({"automatic_today", "rejected_before"}) == {"automatic_today": 0}


def test_amounts_and_subject_names_are_names() -> None:
    assert AMOUNTS <= NAMES
    assert OF_SUBJECT <= NAMES


def test_a_request_without_a_subject_lacks_what_is_about_the_subject() -> None:
    scope = HistoryScope(agent="support-bot", action="credit.issue", currency="EUR")

    assert lacking(scope, NAMES) == OF_SUBJECT


def test_a_request_without_a_currency_lacks_amounts() -> None:
    scope = HistoryScope(agent="support-bot", action="mail.send", subject="c-118")

    assert lacking(scope, NAMES) == AMOUNTS
