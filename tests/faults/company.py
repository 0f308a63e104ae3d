"""The policy under which everything is broken: one way for each kind of request, and many channels."""

from __future__ import annotations

from typing import Any

ANN, BEN = "U01ANN", "U01BEN"
AGENT = "support-bot"
#: channels in chat, each of which takes a message a second
CHANNELS = 12

_HEAD = """
owner: ann
defaults: {escalation_policy: slow}
people:
  ann: {name: Ann, slack: U01ANN}
  ben: {name: Ben, slack: U01BEN}
  cat: {name: Cat, slack: U01CAT}
groups:
  support: {members: [ann, ben]}
agents:
  support-bot: {owner: cat, actions: ["*"], callback: {url: "CALLBACK"}, open_requests: 100000}
actions:
  order.read: {owner: ann, effect: read, reversible: true, summary: "Read order {order}"}
  slow.issue: {owner: ann, effect: write, reversible: false, summary: "Slowly {order}"}
"""
_ACTION = '  refund.n@: {owner: ann, effect: write, reversible: false, summary: "Refund {order}"}\n'
_ROUTE = "  - {name: r@, match: refund.n@, escalation_policy: p@}\n"
_STEPS = """
  p@:
    quorum: {approve: 1, reject: 1, from: [support]}
    steps: [{to: ["slack:#c@"], wait: 2h}]"""
_SLOW = """
escalation_policies:
  slow:
    quorum: {approve: 1, reject: 1, from: [support]}
    steps: [{to: ["web:slow"], wait: 1s}, {to: ["web:slow"], wait: 1s}]"""


def policy(callback: str) -> str:
    """The file, with the address of the agent's receiver in it."""
    head = _HEAD.replace("CALLBACK", callback)
    return f"{head}{_each(_ACTION)}routes:\n{_each(_ROUTE)}{_SLOW}{_each(_STEPS)}\n"


def _each(text: str) -> str:
    return "".join(text.replace("@", str(n)) for n in range(CHANNELS))


def request(action: str, about: str) -> dict[str, Any]:
    """A request as an agent asks for it; each about something else, so that nobody asks for the same."""
    return {
        "action": {"name": action, "arguments": {"order": about}},
        "reasoning": "The carrier confirmed in writing that the parcel was lost.",
        "context": {"subject": {"id": about}},
    }
