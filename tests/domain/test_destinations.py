"""Names of destinations, and their slots."""

import pytest

from bot.domain.destinations import is_person, of_callback, platform, slots, workspace


@pytest.mark.parametrize(
    ("url", "destination"),
    [
        ("https://agent.example/in", "callback:agent.example:443"),
        ("https://AGENT.example:443/other?x=1", "callback:agent.example:443"),
        ("http://127.0.0.1:8080/in", "callback:127.0.0.1:8080"),
        ("https://[::1]:9/in", "callback:::1:9"),
    ],
)
def test_callbacks_queue_by_server(url: str, destination: str) -> None:
    assert of_callback(url) == destination
    assert platform(destination) == "callback"


def test_a_channel_takes_one_message_after_the_other_and_a_server_eight_at_a_time() -> None:
    assert slots("slack:T1/C1") == 1
    assert slots("teams:x/19:abc@thread.tacv2") == 1
    assert slots(of_callback("https://agent.example/in")) == 8


def test_somebodys_own_place_is_told_from_a_channel() -> None:
    own = ("slack:@U1", "slack:T02EAST/@U1", "teams:@a1", "web:@ann")
    channels = (
        "slack:#support",
        "slack:T02EAST/C1",
        "teams:Support/@ops",
        "teams:19:x@thread",
        "web:support",
    )
    assert all(is_person(each) for each in own)
    assert not any(is_person(each) for each in channels)


def test_a_destination_tells_its_slack_workspace() -> None:
    assert workspace("slack:T02EAST/@U1") == workspace("slack:T02EAST/C1") == "slack:T02EAST"
    assert workspace("slack:@U1") == workspace("slack:#support") == "slack:"
