"""Domain values for tests: a small company, a refund over the limit, and moves by name.

Ann and Ben are finance, and Ben may refund up to 500 EUR. Cat answers for the agent, Dan is known but never
asked, Eve was never heard of.
"""

from collections.abc import Mapping
from dataclasses import fields, replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

from bot.canonical import digest
from bot.domain import lifecycle
from bot.domain.choice import Choice
from bot.domain.directory import AgentEntry, Directory, Identity, Limit, Person
from bot.domain.ids import REQUEST, new_id
from bot.domain.money import Money
from bot.domain.moves import Facts, Press, Presser
from bot.domain.packet import (
    Context,
    Evidence,
    Impact,
    ProposedAction,
    ReviewPacket,
    Signals,
    Subject,
    Utterance,
)
from bot.domain.request import ApprovalRequest, Progress, Proposal, Reason, Ruling
from bot.domain.status import ImpactLevel, Mode, ReasonCode, Status
from bot.domain.terms import Quorum, Step, Target, TargetKind, Terms
from bot.domain.transition import Transition

#: a Monday
NOW = datetime(2026, 3, 2, 10, 0, tzinfo=UTC)
AGENT = "support-bot"
ARGUMENTS = {"order": "4892", "amount": "240.00", "currency": "EUR"}
DIGEST = digest("refund.issue", ARGUMENTS)
OTHER_DIGEST = f"sha256:{'1' * 64}"
CALLBACK_URL = "https://agents.example.com/placet"
SLACK_TEAM, TEAMS_TENANT = "T01HOME", "00000000-0000-0000-0000-00000000000a"


def after(minutes: float = 0, *, hours: float = 0, days: float = 0) -> datetime:
    """A moment after `NOW`."""
    return NOW + timedelta(minutes=minutes, hours=hours, days=days)


def slack(user: str, tenant: str | None = SLACK_TEAM) -> Identity:
    """An account on Slack."""
    return Identity(platform="slack", user=user, tenant=tenant)


def a_person(name: str, **changes: Any) -> Person:
    """Somebody with accounts on both chat platforms, as the policy names them: `U01ANN`, without a team."""
    accounts = (
        Identity(platform="slack", user=f"U01{name.upper()}"),
        Identity(platform="teams", user=f"teams-{name}"),
    )
    given = {"id": name, "name": name.capitalize(), "identities": accounts, "email": f"{name}@example.com"}
    return Person(**(given | changes))


def a_directory(*people: Person, **changes: Any) -> Directory:
    """Ann, Ben, Cat and Dan, with these people added or put in their places."""
    ben = a_person("ben", limits=(Limit(match="refund.*", up_to=Money(amount=Decimal(500), currency="EUR")),))
    everybody = {
        person.id: person for person in (a_person("ann"), ben, a_person("cat"), a_person("dan"), *people)
    }
    given: dict[str, Any] = {
        "people": everybody,
        "groups": {"finance": ("ann", "ben")},
        "leads": {"ann": ("*",)},
        "agents": {AGENT: AgentEntry(name=AGENT, owner="cat")},
        "platforms": frozenset({"slack", "teams", "web"}),
        "home": {"slack": (SLACK_TEAM,), "teams": (TEAMS_TENANT,)},
    }
    return Directory(**(given | changes))


def facts(now: datetime = NOW, directory: Directory | None = None) -> Facts:
    """What a fold may know."""
    return Facts(now=now, directory=directory or a_directory())


def channel(ref: str = "slack:C0REFUNDS", label: str = "#refunds") -> Target:
    """A channel that a step asks."""
    return Target(kind=TargetKind.CHANNEL, ref=ref, label=label)


def group(name: str = "finance") -> Target:
    """A group that a step asks, each of its people directly."""
    return Target(kind=TargetKind.GROUP, ref=name, label=f"@{name}")


def person(name: str = "ann") -> Target:
    """One person whom a step asks directly."""
    return Target(kind=TargetKind.PERSON, ref=name, label=f"@{name}")


def a_step(*to: Target, wait: float = 15, **changes: Any) -> Step:
    """A step that waits so many minutes."""
    return Step(to=to or (channel(),), wait=timedelta(minutes=wait), **changes)


def a_request(**changes: Any) -> ApprovalRequest:
    """A refund of 240 EUR as it is submitted, before anybody is asked.

    Changes are fields of the request or of any of its parts: `amount=…`, `mode=…`, `steps=…`, `approve=2`.
    """
    ruling = _made(Ruling, {"mode": Mode.GATE, "rule": "default", "why": "No rule matched."}, changes)
    quorum = _made(Quorum, {"voters": ("finance",)}, changes)
    proposal: dict[str, Any] = {
        "action": "refund.issue",
        "summary": "Refund 240.00 EUR to order 4892",
        "digest": DIGEST,
        # Nobody asks for the same unless the test says so.
        "subject": new_id("sub"),
        "amount": Decimal("240.00"),
        "currency": "EUR",
        "ruling": ruling,
        "policy_version": "v1",
        "callback_url": CALLBACK_URL,
    }
    terms: dict[str, Any] = {
        "escalation_policy": "finance",
        "quorum": quorum,
        "steps": (a_step(), a_step(group(), wait=30)),
        "action_owner": "ann",
    }
    request: dict[str, Any] = {
        "id": new_id(REQUEST, at=NOW.timestamp()),
        "agent": AGENT,
        "created_at": NOW,
        "status": Status.PENDING,
        "version": 0,
        "terms": _made(Terms, terms, changes),
        "proposal": _made(Proposal, proposal, changes),
        "progress": _made(Progress, {}, changes),
    }
    made: ApprovalRequest = _made(ApprovalRequest, request, changes)
    if changes:
        raise TypeError(f"a request has no {', '.join(changes)}")
    return made


def opened(directory: Directory | None = None, **changes: Any) -> ApprovalRequest:
    """As `a_request`, after it was submitted at `NOW`."""
    return lifecycle.open_request(a_request(**changes), facts(directory=directory)).request


def a_packet(arguments: Mapping[str, Any] | None = None, **changes: Any) -> ReviewPacket:
    """A full handoff: everything a reviewer can be told."""
    action = ProposedAction(
        name="refund.issue",
        summary="Refund 240.00 EUR to order 4892",
        audience="customer",
        arguments=ARGUMENTS if arguments is None else arguments,
    )
    given: dict[str, Any] = {
        "action": action,
        "reasoning": "The parcel was lost; the carrier confirmed it.",
        "recommendation": "Refund in full.",
        "context": Context(
            subject=Subject(id="c-118", name="Jo Doe", tier="gold", facts={"Customer since": "2023"}),
            issue="Where is my parcel?",
            tried=("Traced the parcel", "Asked the carrier"),
            evidence=(
                Evidence(title="Carrier's note", url="https://carrier.example.com/4892", quote="Lost."),
            ),
            conversation=(Utterance(sender="Jo", text="It never came.", at=NOW),),
        ),
        "impact": Impact(level=ImpactLevel.MEDIUM, amount="240.00", currency="EUR", summary="One refund"),
        "signals": Signals(confidence=0.82, sentiment="angry", sentiment_score=-0.8, topics=("billing",)),
    }
    return ReviewPacket(**(given | changes))


def presser(name: str = "ann", platform: str = "slack", **changes: Any) -> Presser:
    """The account behind a press, as its platform vouches for it."""
    accounts = {
        "slack": slack(f"U01{name.upper()}"),
        "teams": Identity(platform="teams", user=f"teams-{name}", tenant=TEAMS_TENANT),
        "web": Identity(platform="web", user=name),
    }
    given: dict[str, Any] = {"identity": accounts[platform], "name": name.capitalize()}
    return Presser(**(given | changes))


def a_reason(code: ReasonCode = ReasonCode.WRONG_AMOUNT, text: str = "") -> Reason:
    """Why somebody says no."""
    return Reason(code=code, text=text)


def a_press(
    request: ApprovalRequest,
    name: str = "ann",
    choice: Choice = Choice.APPROVE,
    platform: str = "slack",
    **changes: Any,
) -> Press:
    """A press on the card as it stands; a rejection comes with a reason."""
    given: dict[str, Any] = {
        "request_id": request.id,
        "command_id": new_id("cmd"),
        "presser": presser(name, platform),
        "choice": choice,
        "revision": request.revision,
        "step": request.progress.step,
        "round": request.progress.round,
        "reason": a_reason() if choice in (Choice.REJECT, Choice.OVERRIDE) else None,
    }
    return Press(**(given | changes))


def pressed(
    request: ApprovalRequest,
    name: str = "ann",
    choice: Choice = Choice.APPROVE,
    *,
    now: datetime = NOW,
    directory: Directory | None = None,
    **changes: Any,
) -> Transition:
    """What a press came to."""
    return lifecycle.fold(request, a_press(request, name, choice, **changes), facts(now, directory))


def renewed(request: ApprovalRequest, **progress: Any) -> ApprovalRequest:
    """The request with its progress changed."""
    return replace(request, progress=replace(request.progress, **progress))


def _made(kind: type[Any], given: dict[str, Any], changes: dict[str, Any]) -> Any:
    """A value of the kind from what is given, with the changes that name its fields; those are used up."""
    mine = {field.name for field in fields(kind)} & changes.keys()
    return kind(**given | {name: changes.pop(name) for name in mine})
