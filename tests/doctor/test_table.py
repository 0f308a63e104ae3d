"""Verdicts as people read them."""

import pytest

from bot.doctor.table import Table, counted
from bot.doctor.verdict import Verdict
from tests.doctor.looking import GREEN, RED, SKIPPED, YELLOW


def test_each_verdict_is_a_line_with_what_to_do_below(capsys: pytest.CaptureFixture[str]) -> None:
    table = Table()
    table.add(Verdict(name="slack.token", colour=GREEN, sentence="It works."))
    table.add(
        Verdict(
            name="slack.channels",
            colour=RED,
            sentence="This channel is [archived].",
            remedy="Unarchive it.",
            about="slack:#old",
        )
    )
    table.add(Verdict(name="keys.agents", colour=YELLOW, sentence="The agent bot has no key.", about="bot"))
    table.add(Verdict(name="teams", colour=SKIPPED, sentence="Not connected."))
    table.end("1 green.")

    assert capsys.readouterr().out == (
        "✓ slack.token            It works.\n"
        "✗ slack.channels         slack:#old: This channel is [archived].\n"
        "                         → Unarchive it.\n"
        "! keys.agents            The agent bot has no key.\n"
        "– teams                  Not connected.\n"
        "\n"
        "1 green.\n"
    )


def test_what_was_skipped_for_one_reason_shares_a_line(capsys: pytest.CaptureFixture[str]) -> None:
    table, why = Table(), "This was not looked at, because database.reachable is red."
    for name in ("database.schema", "database.space", "keys.agents"):
        table.add(Verdict(name=name, colour=SKIPPED, sentence=why))
    table.add(Verdict(name="policy", colour=GREEN, sentence="It can be used."))
    table.add(Verdict(name="teams", colour=SKIPPED, sentence="Not connected."))
    table.end("End.")

    assert capsys.readouterr().out == (
        f"– database (2 checks)    {why}\n"
        f"– keys.agents            {why}\n"
        "✓ policy                 It can be used.\n"
        "– teams                  Not connected.\n"
        "\n"
        "End.\n"
    )


def test_verdicts_are_counted_by_colour() -> None:
    colours = [RED, GREEN, GREEN, SKIPPED]

    assert counted(Verdict(name="a", colour=each, sentence="") for each in colours) == (
        "2 green, 1 red, 1 skipped."
    )
    assert counted([]) == "Nothing was looked at."
