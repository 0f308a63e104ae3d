"""Reminders that call people in Teams, and chats that the app is removed from."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from .packets import REFUND, refund
from .teams_stage import TeamsStage
from .teams_tenant import GROUP_CHAT_ID


def test_a_reminder_calls_people_beside_the_card(
    set_teams_stage: Callable[..., TeamsStage], album: Path
) -> None:
    stage = set_teams_stage(remind_every="5s")
    stage.submit(refund())
    stage.card(REFUND)

    stage.desk.expect_message("still waits")
    stage.desk.screenshot(album / "teams-reminder.png")


def test_where_the_app_was_removed_nobody_is_asked_and_the_next_step_comes_at_once(
    set_teams_stage: Callable[..., TeamsStage], album: Path
) -> None:
    stage = set_teams_stage(first=(f"teams:chat/{GROUP_CHAT_ID}",))
    stage.desk.open_chat("Evening shift")
    stage.teams.wait_for_install(GROUP_CHAT_ID)

    stage.desk.happen("Uninstall application")
    stage.teams.wait_for_install(GROUP_CHAT_ID, action="remove")
    asked = stage.submit(refund())

    card = stage.card(REFUND, "Leads")
    card.screenshot(album / "teams-skipped-step.png")
    assert stage.state(asked)["step"] == 2
    assert stage.teams.cards(GROUP_CHAT_ID) == []
