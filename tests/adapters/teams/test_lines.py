"""Pings and private answers."""

from adapters.teams import lines
from adapters.teams.parts import Called
from bot.speaking import Heard
from tests.adapters.teams.cards_of import (
    MARKUP,
    refuse_what_is_not_inert,
    refuse_what_teams_refuses,
    words_of,
)

ANN = Called(id="00000000-0000-0000-0000-0000000000a1", name="Ann")


def test_a_ping_mentions_people_above_the_line() -> None:
    drawn = lines.ping("Refund 240.00 EUR still waits.", [ANN])
    refuse_what_teams_refuses(drawn)
    assert words_of(drawn) == "<at>Ann</at>\nRefund 240.00 EUR still waits."
    assert drawn["msteams"]["entities"][0]["mentioned"] == {"id": ANN.id, "name": "Ann"}


def test_lines_of_others_are_inert() -> None:
    for drawn in (lines.ping(MARKUP, []), lines.answer(MARKUP * 40)):
        refuse_what_teams_refuses(drawn)
        refuse_what_is_not_inert(drawn)
        assert "entities" not in drawn["msteams"]


def test_the_summary_of_a_line_is_plain() -> None:
    assert lines.summary_of("<at>all</at>\nwaits") == "‹at›all‹/at› ⏎ waits"


def test_what_can_be_said_looks_like_it_and_a_lone_backtick_stays() -> None:
    drawn = lines.heard(Heard(lines=("Press Confirm, or say `yes`.", "A lone ` stays")))
    refuse_what_teams_refuses(drawn)
    assert words_of(drawn) == "Press Confirm, or say yes.\nA lone ` stays"
    looks = {each["text"]: each.get("fontType") for each in drawn["body"][0]["inlines"]}
    assert looks == {"Press Confirm, or say ": None, "yes": "Monospace", ".": None}
