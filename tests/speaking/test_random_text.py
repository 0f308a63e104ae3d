"""Random text changes nothing: no change, no move, no preview."""

from collections.abc import Sequence
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from bot.domain.mentions import parse
from bot.domain.mentions.commands import NotUnderstood
from bot.domain.moves import Presser
from bot.domain.steering import UNSTEERED, Steering
from bot.policy import parse_policy
from bot.speaking import Desk, Speaking, Spoken
from tests.builders import SLACK_TEAM, slack
from tests.domain.mentions.test_grammar import WORDS
from tests.fakes.clock import MovedClock

POLICY = """
owner: ann
defaults: {escalation_policy: support}
people: {ann: {name: Ann, slack: U01ANN}, cat: {name: Cat}}
leads: {ann: ["*"]}
agents: {support-bot: {owner: cat}}
escalation_policies: {support: {quorum: {from: [ann]}, steps: [{to: ["slack:C0SUPPORT"], wait: 15m}]}}
"""
CONNECTED = parse_policy(POLICY).connected(("slack",), {"slack": (SLACK_TEAM,)})
_QUIET = frozenset(
    {"current", "last_by", "last_offered", "get", "since", "ended_since", "pending_for", "read"}
)


class Witness:
    """Whatever is called is noted; nothing is ever there."""

    def __init__(self) -> None:
        self.calls: list[str] = []

    def __getattr__(self, name: str) -> Any:
        async def called(*_: object, **__: object) -> Sequence[object] | Steering | None:
            if name == "current":
                return UNSTEERED
            if name not in _QUIET:
                self.calls.append(name)
            return () if name in ("since", "ended_since", "pending_for") else None

        return called


@given(st.one_of(st.text(max_size=120), st.lists(WORDS, max_size=8).map(" ".join)))
async def test_what_is_no_command_changes_nothing(text: str) -> None:
    witness: Any = Witness()
    desk = Desk(
        store=witness, steering=witness, approvals=witness, policy=lambda: CONNECTED, clock=MovedClock()
    )
    spoken = Spoken(
        event_id="Ev1", presser=Presser(identity=slack("U01ANN")), text=text, channel="slack:C0SUPPORT"
    )
    if not isinstance(parse(text), NotUnderstood):
        return
    heard = await Speaking(desk).hear(spoken)
    assert heard.private
    assert heard.lines
    assert witness.calls == []
