"""By which door a move came is told of whoever made it, and of nobody else."""

from dataclasses import replace

from bot.domain.doors import door
from bot.domain.moves import Due, Redeem
from tests.builders import AGENT, DIGEST, a_directory, a_press, a_request, facts

NOW = facts(directory=replace(a_directory(), version="abc123"))


def test_a_press_on_a_card_tells_the_copy_and_what_it_showed() -> None:
    press = a_press(a_request(), copy_destination="slack:C1", copy_message="m1")
    assert door(press, NOW, "sha256:ab") == {
        "via": "slack",
        "surface": "card",
        "copy": "slack:C1",
        "message": "m1",
        "shown": "sha256:ab",
        "policy": "abc123",
    }


def test_what_is_not_known_is_left_out() -> None:
    assert door(a_press(a_request()), NOW) == {"via": "slack", "surface": "card", "policy": "abc123"}


def test_a_browser_tells_its_session_and_an_agent_its_key() -> None:
    press = a_press(a_request())
    in_browser = replace(press, presser=replace(press.presser, session="5e55"))
    assert door(in_browser, NOW)["session"] == "5e55"
    redeem = Redeem(
        request_id="apr_1", command_id="cmd_1", agent=AGENT, key="k1", digest=DIGEST, redemption_id="r1"
    )
    assert door(redeem, NOW) == {"via": "api", "key": "k1", "policy": "abc123"}


def test_time_comes_through_no_door() -> None:
    assert door(Due(request_id="apr_1", command_id="cmd_1"), NOW) == {}
