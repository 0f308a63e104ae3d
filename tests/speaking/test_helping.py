"""Help, and who is listened to."""

import pytest

from bot.domain.directory import Identity
from bot.domain.moves import Presser
from bot.speaking import Speaking, Spoken
from tests.builders import a_directory, slack


def said(text: str, **presser: object) -> Spoken:
    given = {"identity": slack("U01ANN"), "name": "Ann"} | presser
    who = Presser(**given)  # type: ignore[arg-type]  # the fields of a presser, by name
    return Spoken(event_id="Ev1", presser=who, text=text, channel="slack:C0SUPPORT")


@pytest.fixture
def speaking() -> Speaking:
    directory = a_directory()
    return Speaking(directory=lambda: directory)


async def test_help_lists_everything_that_can_be_said(speaking: Speaking) -> None:
    heard = await speaking.hear(said("help"))
    assert heard.private
    assert any("`route refund.* to #finance" in line for line in heard.lines)


async def test_help_with_one_command_says_where_it_is_said(speaking: Speaking) -> None:
    heard = await speaking.hear(said("help claim"))
    assert heard.lines[-1] == "It is said in the thread of a card."


async def test_what_is_not_understood_is_answered_privately_with_an_example(speaking: Speaking) -> None:
    heard = await speaking.hear(said("pausse refund.*"))
    assert heard.private
    assert "`pause`" in heard.lines[0]


@pytest.mark.parametrize(
    ("presser", "words"),
    [
        ({"is_bot": True}, "people only"),
        ({"identity": slack("U01EVE")}, "not linked"),
        ({"identity": slack("U01EVE"), "is_guest": True}, "guests"),
        (
            {"identity": Identity(platform="slack", user="U01ANN", tenant="T0ELSE"), "is_outside": True},
            "another",
        ),
    ],
)
async def test_nobody_but_known_people_is_listened_to(
    speaking: Speaking, presser: dict[str, object], words: str
) -> None:
    heard = await speaking.hear(said("help", **presser))
    assert heard.private
    assert len(heard.lines) == 1
    assert words in heard.lines[0]
