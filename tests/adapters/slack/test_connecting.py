"""Starting and stopping, with and without Slack."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from adapters.slack.connecting import Connecting
from adapters.slack.slack import build_slack
from bot.domain.errors import Misconfigured
from bot.domain.status import Status
from bot.settings import SlackSettings
from tests.adapters.slack.desk import Desk
from tests.adapters.slack.test_door import form, send
from tests.fakes.clock import MovedClock
from tests.fakes.slack_server import FakeSlack


async def test_starting_finds_out_whose_token_it_is(desk: Desk) -> None:
    assert desk.product.home_team == "T01HOME"
    workspace = desk.product.workspace
    assert (workspace.bot_user, workspace.bot_id, workspace.app_id) == ("U0PLACET", "B0PLACET", "A0PLACET")


async def test_nothing_is_asked_before_the_start(slack: FakeSlack, clock: MovedClock) -> None:
    desk = Desk(slack, clock)
    assert slack.calls == []
    assert desk.product.home_team == ""
    await desk.stop()


@pytest.mark.parametrize("code", ["invalid_auth", "token_revoked", "account_inactive"])
async def test_a_token_that_slack_refuses_stops_the_start(
    slack: FakeSlack, clock: MovedClock, code: str
) -> None:
    desk = Desk(slack, clock)
    slack.fail("auth.test", code)
    with pytest.raises(Misconfigured, match=r"install|PLACET_SLACK_BOT_TOKEN"):
        await desk.start()
    await desk.stop()


async def test_without_slack_placet_starts_with_its_door_shut_and_opens_it_later(
    slack: FakeSlack, clock: MovedClock
) -> None:
    earlier = Desk(slack, clock)
    await earlier.start()
    await earlier.ask()
    payload = (await slack.card("#support")).payload("Approve", by="U01ANN")
    await earlier.stop()

    desk = Desk(slack, clock)
    desk.product = replace(desk.product, connecting=hurried(desk))
    slack.fail("auth.test", "internal_error", times=2)
    connected: list[str] = []

    async def on_connected() -> None:
        connected.append(desk.product.home_team)

    await desk.start(on_connected=on_connected)
    assert desk.product.home_team == ""
    assert (await send(slack, form(payload))).status == 503
    await desk.product.connections.settle()
    assert connected == ["T01HOME"]
    assert (await send(slack, form(payload))).status == 200
    await desk.stop()


def hurried(desk: Desk) -> Connecting:
    """One that does not wait between tries."""
    return Connecting(desk.product.client, desk.product.workspace, waits=(0.0,))


async def test_an_app_whose_id_slack_does_not_tell_still_takes_what_is_signed(
    slack: FakeSlack, clock: MovedClock
) -> None:
    slack.methods.has_app_info = False
    desk = Desk(slack, clock)
    await desk.start()
    request = await desk.ask()
    await (await slack.card("#support")).press("Approve", by="U01ANN")
    assert (await desk.now(request)).status is Status.APPROVED
    await desk.stop()


async def test_stopping_ends_what_runs_in_the_background(slack: FakeSlack, clock: MovedClock) -> None:
    desk = Desk(slack, clock)
    slack.fail("auth.test", "internal_error", times=99)
    await desk.start()
    await desk.stop()
    assert desk.product.connections._tasks == set()


@pytest.mark.parametrize(
    "settings",
    [
        SlackSettings(bot_token="", signing_secrets=("x",)),
        SlackSettings(bot_token="xoxb-1"),
        SlackSettings(bot_token="xoxb-1", signing_secrets=("",)),
    ],
)
def test_settings_that_cannot_work_are_refused(settings: SlackSettings) -> None:
    nothing: Callable[..., None] = lambda: None  # noqa: E731 - stands for five parameters
    with pytest.raises(Misconfigured, match="PLACET_SLACK_"):
        build_slack(
            settings,
            nothing,  # type: ignore[arg-type]  # never called
            nothing,  # type: ignore[arg-type]  # likewise
            nothing,  # type: ignore[arg-type]  # likewise
            nothing,  # type: ignore[arg-type]  # likewise
            groups=nothing,  # type: ignore[arg-type]  # likewise
            hears=nothing,  # type: ignore[arg-type]  # likewise
            threads=nothing,  # type: ignore[arg-type]  # likewise
        )
