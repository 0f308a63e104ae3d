"""Placet shares its import names with nobody."""

import pytest

from bot.domain.errors import Misconfigured
from bot.own_names import refuse_foreign_names


def test_another_distribution_with_our_names_stops_the_start() -> None:
    refuse_foreign_names({"bot": ["placet"], "adapters": ["placet"]})

    with pytest.raises(Misconfigured, match='The package telebot has modules called "bot"'):
        refuse_foreign_names({"bot": ["placet", "telebot"]})


def test_this_environment_is_our_own() -> None:
    refuse_foreign_names()
