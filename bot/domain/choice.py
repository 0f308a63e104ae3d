"""Choices: what a person can press."""

from __future__ import annotations

from enum import StrEnum


class Choice(StrEnum):
    """What a person can press."""

    APPROVE = "approve"
    EDIT = "edit"
    REJECT = "reject"
    ESCALATE = "escalate"
    #: look into it: reminders rest meanwhile
    CLAIM = "claim"
    #: give a claim up
    RELEASE = "release"
    #: put a question to the agent
    ASK = "ask"
    #: have somebody else with the authority look into it
    HAND_OVER = "hand_over"
    #: take back one's own vote
    WITHDRAW = "withdraw"
    #: take back what was approved by rule
    OVERRIDE = "override"
    #: of a quality check: one would have approved it
    AGREE = "agree"
    #: of a quality check: one would have rejected it
    DISAGREE = "disagree"
    #: say afterwards whether a decision was right
    RATE = "rate"


#: the verdicts of a quality check
JUDGING = (Choice.AGREE, Choice.DISAGREE)
