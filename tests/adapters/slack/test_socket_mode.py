"""The same over a connection that Placet opens."""

from collections.abc import AsyncIterator
from dataclasses import replace

import pytest
from slack_bolt.response import BoltResponse

from adapters.slack.door import Door, Headers
from adapters.slack.payload import Payload
from adapters.slack.socket_mode import SocketMode
from bot.domain.errors import Misconfigured
from bot.domain.status import Status
from bot.settings import SlackSettings
from tests.adapters.slack.desk import Desk
from tests.fakes.clock import MovedClock
from tests.fakes.slack_server import FakeSlack


@pytest.fixture
async def socket_desk(slack: FakeSlack, clock: MovedClock) -> AsyncIterator[Desk]:
    """Connected by a socket, with no route."""
    desk = Desk(slack, clock, signing_secrets=(), app_token=slack.app_token)
    await desk.start()
    yield desk
    await desk.stop()


async def test_a_press_is_recorded_and_acknowledged(socket_desk: Desk, slack: FakeSlack) -> None:
    request = await socket_desk.ask()
    card = await slack.card("#support")
    await card.press("Approve", by="U01ANN")
    assert (await socket_desk.now(request)).status is Status.APPROVED
    await socket_desk.settle()
    await card.expect("✅ Approved by Ann")


async def test_a_rejection_goes_through_its_form(socket_desk: Desk, slack: FakeSlack) -> None:
    request = await socket_desk.ask()
    await (await slack.card("#support")).press("Reject", by="U01BEN")
    view = await slack.view("U01BEN", "Reject")
    await view.submit({"Why not?": "Too risky"})
    await view.expect("Rejected. support-bot is told why.")
    assert (await socket_desk.now(request)).status is Status.REJECTED


async def test_an_envelope_delivered_twice_happens_once(socket_desk: Desk, slack: FakeSlack) -> None:
    request = await socket_desk.ask()
    payload = (await slack.card("#support")).payload("Escalate", by="U01ANN")
    for _ in range(2):
        await slack.deliver(payload)
    assert (await socket_desk.now(request)).progress.step == 2


async def test_everything_is_acknowledged_so_that_nothing_holds_up_the_next(
    socket_desk: Desk, slack: FakeSlack
) -> None:
    other = {"type": "event_callback", "team_id": "T01HOME", "api_app_id": "A0PLACET", "event_id": "Ev1"}
    for event in (
        {"type": "message", "text": "hi"},
        {"type": "channel_rename"},
        {"type": "message", "subtype": "x"},
    ):
        assert (await slack.deliver({**other, "event": event})).status == 200
    await slack.deliver({**other, "team_id": "T09OTHER", "event": {"type": "message"}})
    await slack.deliver({"type": "block_actions", "user": 7})
    await slack.deliver({"type": "shortcut"})


async def test_a_socket_that_breaks_is_opened_again(slack: FakeSlack, clock: MovedClock) -> None:
    desk = hurried(slack, clock)
    await desk.start()
    request = await desk.ask()
    await slack.shut()
    await slack.open()
    await (await slack.card("#support")).press("Approve", by="U01ANN")
    assert (await desk.now(request)).status is Status.APPROVED
    await desk.stop()


async def test_a_process_that_only_works_does_not_listen(slack: FakeSlack, clock: MovedClock) -> None:
    desk = Desk(slack, clock, signing_secrets=(), app_token=slack.app_token)
    await desk.product.start(listen=False)
    assert slack.called("apps.connections.open") == []
    await desk.stop()


async def test_an_address_that_cannot_be_had_is_asked_for_again(slack: FakeSlack, clock: MovedClock) -> None:
    desk = hurried(slack, clock)
    slack.fail("apps.connections.open", "internal_error", times=2)
    await desk.start()
    await slack.mention("#support", "help", by="U01ANN")
    assert len(slack.called("apps.connections.open")) == 3
    await desk.stop()


async def test_another_token_is_taken_up_with_a_connection_of_its_own(
    slack: FakeSlack, clock: MovedClock
) -> None:
    desk = hurried(slack, clock)
    await desk.start()
    request = await desk.ask()
    slack.app_token = "xapp-new"
    sockets = desk.product.sockets
    assert sockets is not None
    await sockets.renew("xapp-new")
    await slack.until(
        lambda: len(slack.called("apps.connections.open")) == 3, lambda: "a connection by the new token"
    )
    await (await slack.card("#support")).press("Approve", by="U01ANN")
    assert (await desk.now(request)).status is Status.APPROVED
    await desk.stop()


async def test_a_token_that_slack_refuses_leaves_the_connection_as_it_is(
    slack: FakeSlack, clock: MovedClock
) -> None:
    desk = hurried(slack, clock)
    await desk.start()
    request = await desk.ask()
    settings = SlackSettings(bot_token=slack.bot_token, app_token="xapp-wrong", api_url=slack.api_url)
    with pytest.raises(Misconfigured, match="Slack refuses it"):
        await desk.product.renew("slack_app_token", settings)
    await (await slack.card("#support")).press("Approve", by="U01ANN")
    assert (await desk.now(request)).status is Status.APPROVED
    await desk.stop()


def hurried(slack: FakeSlack, clock: MovedClock) -> Desk:
    """An installation that looks at its socket all the time."""
    desk = Desk(slack, clock, signing_secrets=(), app_token=slack.app_token)
    given = desk.product.sockets
    assert given is not None
    sockets = SocketMode(
        app_token=slack.app_token,
        client=desk.product.client,
        door=given._door,
        look_every=0.02,
        graces=(0.1,),
    )
    desk.product = replace(desk.product, sockets=sockets)
    return desk


class UnwillingDoor(Door):
    """One that answers nothing well."""

    def __init__(self) -> None:
        pass

    async def take(self, payload: Payload, headers: Headers | None = None) -> BoltResponse:
        return BoltResponse(status=500, body="")


async def test_even_what_goes_wrong_is_acknowledged(slack: FakeSlack, clock: MovedClock) -> None:
    desk = Desk(slack, clock, signing_secrets=(), app_token=slack.app_token)
    sockets = SocketMode(app_token=slack.app_token, client=desk.product.client, door=UnwillingDoor())
    desk.product = replace(desk.product, sockets=sockets)
    await desk.start()
    assert (await slack.mention("#support", "help", by="U01ANN")).status == 200
    await desk.stop()
