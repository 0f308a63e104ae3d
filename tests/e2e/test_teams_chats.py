"""Cards in a group chat and in a person's own chat with the bot."""

from __future__ import annotations

from collections.abc import Callable

from .packets import REFUND, refund
from .teams_stage import TeamsStage
from .teams_tenant import GROUP_CHAT_ID, PERSONAL_CHAT_ID
from .waiting import wait_until


def test_a_group_chat_and_a_person_are_asked_at_once_and_one_decision_reaches_both(
    set_teams_stage: Callable[..., TeamsStage],
) -> None:
    stage = set_teams_stage(first=(f"teams:chat/{GROUP_CHAT_ID}", "@ann"))
    stage.desk.open_chat("Evening shift")
    stage.teams.wait_for_install(GROUP_CHAT_ID)
    stage.submit(refund())
    in_group = stage.desk.card(REFUND)
    (of_ann,) = stage.teams.wait_for_cards(PERSONAL_CHAT_ID)

    in_group.press("Approve")

    in_group.expect_text("Approved by Ann Arbor")
    wait_until(
        lambda: "Approved by Ann Arbor" in str(stage.teams.cards(of_ann.conversation)[0].content),
        why="the card in the person's own chat did not follow",
    )
    stage.desk.open_chat("Personal Chat").card("Approved by Ann Arbor").expect_buttons("Details", "Rate…")
    assert stage.agent.wait_for("approval.approved").approval["decision"]["by"] == ["ann"]


def test_the_bot_in_ones_own_chat_needs_no_mention(set_teams_stage: Callable[..., TeamsStage]) -> None:
    stage = set_teams_stage()
    stage.desk.open_chat("Personal Chat").say("help")

    stage.desk.expect_message("You can say to me")
