"""The company of the made-up history: its agents, what they ask for, who decides, and what is wrong with it.

Five things are planted, and nothing else: a version of an agent that does worse than the one before, a gate
at which people change nothing, an agent that is too sure of itself, a reviewer who approves without looking,
and one who is asked too much.
"""

from __future__ import annotations

from dataclasses import dataclass, field

DRIFTING = ("support-bot", "refund.issue", "2.2")
CEREMONIAL = ("address.update", "address-gate")
TOO_SURE = ("outreach-bot", "email.send")
STAMPER = "stamper"
OVERLOADED = "overloaded"


@dataclass(frozen=True, slots=True, kw_only=True)
class Version:
    """A version of an agent."""

    name: str
    #: from which share of the history on
    since: float
    #: how much of what it proposes is right, where it differs from the line's
    right: dict[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One agent's requests for one action."""

    agent: str
    action: str
    #: how much of the history it is
    weight: float
    #: how much of it runs by itself, and in which mode
    automatic: float
    mode: str = "auto"
    gate: str = "default"
    #: how much of what it proposes is right
    right: float = 0.85
    #: how much surer the agent says it is than it may be
    too_sure: float = 0.0
    channel: str = "slack:C0SUPPORT"
    #: minutes, the median time to a decision
    minutes: float = 12.0
    #: how much of what was right to approve goes wrong all the same
    fails: float = 0.01


AGENTS: dict[str, tuple[Version, ...]] = {
    "support-bot": (
        Version(name="2.1", since=0.0),
        Version(name="2.2", since=0.5, right={"refund.issue": 0.68}),
    ),
    "outreach-bot": (Version(name="0.9", since=0.0), Version(name="1.0", since=0.4)),
    "ops-bot": (Version(name="5", since=0.0),),
    "billing-bot": (
        Version(name="2026-01", since=0.0),
        Version(name="2026-05", since=0.35),
        Version(name="2026-09", since=0.7),
    ),
}

LINES = (
    Line(agent="support-bot", action="refund.issue", weight=20, automatic=0.55, gate="over-limit"),
    Line(agent="support-bot", action="credit.issue", weight=18, automatic=0.8, right=0.88),
    Line(agent="support-bot", action="ticket.close", weight=20, automatic=0.9, mode="notify", right=0.9),
    Line(
        agent="support-bot",
        action="address.update",
        weight=6,
        automatic=0,
        gate="address-gate",
        right=0.9995,
        fails=0,
    ),
    Line(
        agent="outreach-bot",
        action="email.send",
        weight=12,
        automatic=0.4,
        mode="veto",
        right=0.6,
        too_sure=0.3,
        channel="slack:C0MARKETING",
        minutes=40,
    ),
    Line(
        agent="outreach-bot",
        action="campaign.start",
        weight=2,
        automatic=0,
        right=0.75,
        channel="slack:C0MARKETING",
        minutes=90,
    ),
    Line(
        agent="ops-bot",
        action="server.restart",
        weight=8,
        automatic=0.7,
        right=0.9,
        channel="teams:ops",
        minutes=4,
    ),
    Line(
        agent="ops-bot",
        action="deploy.rollback",
        weight=4,
        automatic=0,
        right=0.85,
        channel="teams:ops",
        minutes=6,
    ),
    Line(
        agent="billing-bot",
        action="invoice.cancel",
        weight=10,
        automatic=0.3,
        right=0.8,
        channel="web:billing",
    ),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Scale:
    """How much history, and how many decide it."""

    requests: int
    weeks: int
    #: beside the two with whom something is wrong
    reviewers: int

    @property
    def people(self) -> tuple[str, ...]:
        """Everybody who decides."""
        return (STAMPER, OVERLOADED, *(f"reviewer-{n:02}" for n in range(1, self.reviewers + 1)))

    @property
    def weights(self) -> tuple[float, ...]:
        """How much each of them decides."""
        return (1.5, 5.0, *(1.0 for _ in range(self.reviewers)))


YEAR = Scale(requests=1_000_000, weeks=52, reviewers=40)
#: as little as shows everything that is wrong
WEEKS = Scale(requests=4_000, weeks=2, reviewers=3)
