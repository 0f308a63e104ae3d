"""One request on Slack and on Teams at once: decided on either, seen on both."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from .packets import REFUND, refund
from .placet_process import PlacetProcess
from .slack_desk import Desk
from .slack_server import SlackServer
from .teams_policies import SUPPORT
from .teams_stage import TeamsStage


@pytest.fixture(params=[1])
def stage_with_slack(
    request: pytest.FixtureRequest,
    set_teams_stage: Callable[..., TeamsStage],
    start_slack: Callable[..., SlackServer],
) -> tuple[TeamsStage, SlackServer]:
    """A request's first step asks in a channel of each, for one approval or as many as the test says."""
    workspaces: list[SlackServer] = []

    def connect(placet: PlacetProcess) -> None:
        workspaces.append(start_slack(request_url=placet.slack_request_url))
        placet.connect_slack(workspaces[0].api_url)

    stage = set_teams_stage(connect=connect, first=("slack:#support", SUPPORT), approve=request.param)
    return stage, workspaces[0]


def test_a_decision_in_teams_is_seen_in_slack(
    stage_with_slack: tuple[TeamsStage, SlackServer], open_desk: Callable[..., Desk], album: Path
) -> None:
    stage, slack = stage_with_slack
    asked = stage.submit(refund())
    in_slack = open_desk(slack).as_user("ben").open_channel("support").card(REFUND)

    stage.card(REFUND).press("Approve")

    in_slack.expect_text("Approved by Ann Arbor")
    in_slack.expect_buttons("Details", "Rate…")
    told = stage.agent.wait_for("approval.approved")
    assert (told.approval["id"], told.approval["decision"]["by"]) == (asked["id"], ["ann"])
    stage.desk.screenshot(album / "teams-channel.png")


def test_a_decision_in_slack_is_seen_in_teams(
    stage_with_slack: tuple[TeamsStage, SlackServer], open_desk: Callable[..., Desk]
) -> None:
    stage, slack = stage_with_slack
    stage.submit(refund())
    in_teams = stage.card(REFUND)

    open_desk(slack).as_user("ben").open_channel("support").card(REFUND).press("Approve")

    in_teams.expect_text("Approved by Ben Nevis")
    in_teams.expect_buttons("Details", "Rate…")
    assert stage.agent.wait_for("approval.approved").approval["decision"]["by"] == ["ben"]
    stage.wait_for_posted("Approved by Ben Nevis")


@pytest.mark.parametrize("stage_with_slack", [2], indirect=True)
def test_two_people_approve_together_one_in_teams_and_one_in_slack(
    stage_with_slack: tuple[TeamsStage, SlackServer], open_desk: Callable[..., Desk], album: Path
) -> None:
    stage, slack = stage_with_slack
    stage.submit(refund())
    desk = open_desk(slack)
    in_teams, in_slack = stage.card(REFUND), desk.as_user("ben").open_channel("support").card(REFUND)

    in_teams.press("Approve")
    in_slack.expect_text("1 of 2 approved", "Ann Arbor approved")
    desk.as_user("ann").open_channel("support").card(REFUND).press("Approve")
    in_slack.expect_text("1 of 2 approved", "Ann Arbor approved")
    in_slack.screenshot(album / "slack-one-of-two.png")
    in_slack.press("Approve")

    in_teams.expect_text("Approved by Ann Arbor and Ben Nevis")
    told = stage.agent.wait_for("approval.approved")
    assert told.approval["decision"]["by"] == ["ann", "ben"]
