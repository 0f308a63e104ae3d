"""Whoever votes is told what it came to."""

import pytest

from bot.domain.choice import Choice
from bot.domain.directory import Directory
from bot.domain.request import ApprovalRequest
from tests.builders import a_directory, a_person, opened, pressed

MANY = a_directory(a_person("eve"), a_person("fay"), groups={"finance": ("ann", "ben", "dan", "eve", "fay")})
ALONE = a_directory(groups={"finance": ("ann",)})


def told(request: ApprovalRequest, choice: Choice, directory: Directory | None = None) -> str:
    return pressed(request, choice=choice, directory=directory).answer.sentence


def test_a_vote_that_decides_says_what_the_agent_does_now() -> None:
    assert told(opened(), Choice.APPROVE) == "Approved. support-bot may run it now."
    assert told(opened(), Choice.REJECT) == "Rejected. support-bot is told why."


@pytest.mark.parametrize(
    ("directory", "needed", "says"),
    [
        (None, 2, "1 of 2 approvals; it waits for Ben."),
        (MANY, 2, "1 of 2 approvals; it waits for 1 more of 4 who may approve it."),
        (MANY, 3, "1 of 3 approvals; it waits for 2 more of 4 who may approve it."),
        (ALONE, 2, "1 of 2 approvals; nobody else may approve it now."),
    ],
)
def test_a_vote_of_several_says_for_whom_it_waits(
    directory: Directory | None, needed: int, says: str
) -> None:
    request = opened(approve=needed)
    assert told(request, Choice.APPROVE, directory) == f"Your approval is recorded: {says}"


def test_a_rejection_of_several_says_how_many_there_are() -> None:
    sentence = told(opened(reject=2), Choice.REJECT)
    assert sentence == "Your rejection is recorded: 1 of 2 rejections; others still have to decide."


def test_who_voted_is_not_waited_for() -> None:
    request = pressed(opened(directory=MANY, approve=3), "ben", directory=MANY).request
    sentence = told(request, Choice.APPROVE, MANY)
    assert sentence == "Your approval is recorded: 2 of 3 approvals; it waits for Dan, Eve or Fay."
