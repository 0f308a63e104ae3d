"""Help, and who is listened to."""

from dataclasses import replace
from typing import Any

import pytest

from bot.approvals import Approvals
from bot.domain.directory import Identity
from bot.domain.moves import Presser
from bot.domain.steering import UNSTEERED, Steering
from bot.policy import parse_policy
from bot.secrets import SecretBox
from bot.speaking import Desk, Place, Speaking, Spoken
from tests.builders import SLACK_TEAM, slack
from tests.fakes.clock import MovedClock
from tests.fakes.memory_store import MemoryStore

POLICY = """
owner: ann
defaults: {escalation_policy: support}
people: {ann: {name: Ann, slack: U01ANN}}
escalation_policies: {support: {quorum: {from: [ann]}, steps: [{to: ["slack:C0SUPPORT"], wait: 15m}]}}
"""


def said(text: str, **presser: object) -> Spoken:
    given = {"identity": slack("U01ANN"), "name": "Ann"} | presser
    who = Presser(**given)  # type: ignore[arg-type]  # the fields of a presser, by name
    return Spoken(event_id="Ev1", presser=who, text=text, channel="slack:C0SUPPORT")


class NothingSet:
    """A `bot.steering.SteeringStore` in which nothing was ever set."""

    async def current(self) -> Steering:
        """Nothing."""
        return UNSTEERED


@pytest.fixture
def speaking() -> Speaking:
    policy = parse_policy(POLICY).connected(("slack",), {"slack": (SLACK_TEAM,)})
    clock = MovedClock()
    store = MemoryStore(clock=clock, directory=lambda: policy.directory)
    approvals = Approvals(
        store=store, policy=lambda: policy, clock=clock, signer=SecretBox(("helping-" * 4,))
    )
    nothing: Any = NothingSet()
    return Speaking(
        Desk(store=store, steering=nothing, approvals=approvals, policy=lambda: policy, clock=clock)
    )


async def test_help_lists_everything_that_can_be_said(speaking: Speaking) -> None:
    heard = await speaking.hear(said("help"))
    assert heard.private
    assert any("`route refund.* to #finance" in line for line in heard.lines)


async def test_help_with_one_command_says_where_it_is_said(speaking: Speaking) -> None:
    heard = await speaking.hear(said("help claim"))
    assert heard.lines[-1] == "It is said in the thread of a card."


async def test_what_is_not_understood_is_answered_privately_with_an_example(speaking: Speaking) -> None:
    heard = await speaking.hear(said("pausse refund.*"))
    assert heard.private
    assert heard.lines[0] == "I did not understand that. Did you mean this? `pause refund.*`"


async def test_what_is_meant_perhaps_names_channels_as_people_do(speaking: Speaking) -> None:
    places = {"<#C0LEADS|leads>": Place(destination="slack:C0LEADS", label="#leads")}
    spoken = replace(said("rout refund.* to <#C0LEADS|leads>"), places=places)
    heard = await speaking.hear(spoken)
    assert heard.lines[0] == "I did not understand that. Did you mean this? `route refund.* to #leads`"


@pytest.mark.parametrize(
    ("presser", "words"),
    [
        ({"is_bot": True}, "people only"),
        ({"identity": slack("U01EVE")}, "not linked"),
        ({"identity": slack("U01EVE"), "is_guest": True}, "guests"),
        (
            {"identity": Identity(platform="slack", user="U01ANN", tenant="T0ELSE"), "is_outside": True},
            "another",
        ),
    ],
)
async def test_nobody_but_known_people_is_listened_to(
    speaking: Speaking, presser: dict[str, object], words: str
) -> None:
    heard = await speaking.hear(said("help", **presser))
    assert heard.private
    assert len(heard.lines) == 1
    assert words in heard.lines[0]
