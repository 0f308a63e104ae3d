"""Names of channels become ids."""

import pytest

from adapters.slack.errors import SlackUnavailable
from adapters.slack.pins import Pins
from tests.adapters.slack.desk import Desk
from tests.fakes.slack_server import FakeSlack


async def test_names_become_ids_over_several_pages(desk: Desk, slack: FakeSlack) -> None:
    for name in ("refunds", "legal", "vip-refunds"):
        slack.add_channel(name, is_private=name == "legal")
    names = ["slack:#refunds", "slack:#Legal", "slack:#vip-refunds", "web:support", "teams:A/b"]
    assert await desk.product.pin(names) == {
        "slack:#refunds": "slack:C0REFUNDS",
        "slack:#Legal": "slack:C0LEGAL",
        "slack:#vip-refunds": "slack:C0VIPREFUNDS",
    }


async def test_ids_stay_and_lose_the_home_workspace(desk: Desk, slack: FakeSlack) -> None:
    slack.calls.clear()
    names = ["slack:C0SUPPORT", "slack:T01HOME/C0SUPPORT", "slack:T09OTHER/C0X", "slack:@U01ANN"]
    assert await desk.product.pin(names) == {
        "slack:C0SUPPORT": "slack:C0SUPPORT",
        "slack:T01HOME/C0SUPPORT": "slack:C0SUPPORT",
        "slack:@U01ANN": "slack:@U01ANN",
    }
    assert slack.calls == []


async def test_a_channel_that_the_bot_does_not_see_is_left_out_and_named_in_the_log(
    desk: Desk, slack: FakeSlack, caplog: pytest.LogCaptureFixture
) -> None:
    slack.add_channel("secret", is_private=True)
    slack.remove_bot("secret")
    slack.add_channel("old")
    slack.archive("old")
    pinned = await desk.product.pin(["slack:#secret", "slack:#old", "slack:#nowhere", "slack:#support"])
    assert pinned == {"slack:#support": "slack:C0SUPPORT"}
    assert "slack:#nowhere" in caplog.text
    assert "slack:#secret" in caplog.text


async def test_a_limit_is_waited_out_once(desk: Desk, slack: FakeSlack) -> None:
    slept: list[float] = []

    async def sleep(seconds: float) -> None:
        slept.append(seconds)

    pins = Pins(desk.product.client, desk.product.workspace, sleep)
    slack.limit("conversations.list", after=17)
    assert await pins.pin(["slack:#support"]) == {"slack:#support": "slack:C0SUPPORT"}
    assert slept == [17]
    slack.limit("conversations.list", after=600, times=2)
    with pytest.raises(SlackUnavailable):
        await pins.pin(["slack:#support"])
    assert slept == [17, 60]


async def test_what_cannot_be_asked_now_is_asked_again(
    desk: Desk, slack: FakeSlack, caplog: pytest.LogCaptureFixture
) -> None:
    slack.fail("conversations.list", "missing_scope")
    assert await desk.product.pin(["slack:#support"]) == {}
    assert "permission" in caplog.text
    assert await desk.product.has_news()
    await slack.shut()
    assert await desk.product.pin(["slack:#support"]) == {}
    await slack.open()
    assert await desk.product.has_news()
    assert await desk.product.pin(["slack:#support"]) == {"slack:#support": "slack:C0SUPPORT"}
    assert not await desk.product.has_news()
