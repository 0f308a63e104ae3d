"""`placet policy explain`: how the policy comes to what it makes of a request, step by step."""

from __future__ import annotations

import json
import sys
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from bot.commands.console import remark, say, say_json
from bot.commands.visits import is_begun, visit
from bot.domain.errors import Conflict, Invalid, NotFound, PlacetError

if TYPE_CHECKING:
    from bot.domain.explanation import Explanation
    from bot.domain.history import History
    from bot.domain.request import Ruling
    from bot.policy import Policy
    from bot.ports import Stored
    from bot.submissions import Ask, Assessment

_STDIN = "-"
_REQUEST = "apr_"


def explain(
    request: Annotated[
        str,
        typer.Argument(help="The id of a stored request, or a file with a body; - reads standard input."),
    ],
    agent: Annotated[
        str | None, typer.Option(help="Who asks, for a request in a file; else the only agent there is.")
    ] = None,
    policy: Annotated[
        Path | None, typer.Option(help="Under this file instead of the one of PLACET_POLICY.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON for programs.")] = False,
) -> None:
    """Tell what was looked at: scope, every rule that was asked and what it read, the route, who decides."""
    from bot.policy import load_policy
    from bot.settings import load_settings

    now = load_policy(policy or load_settings(needs_secret_key=False).policy)
    now = _as_it_stands(now)
    if not request.startswith(_REQUEST):
        ask = _read(request, agent, now)
        _show(_explained(now, ask), as_json=as_json)
        return
    stored = visit(lambda admin: admin.request(request))
    if stored.request.progress.erased_at is not None:
        raise Conflict(f"What {request} asked was erased, so there is nothing left to explain it by.")
    then = now if policy is not None else _policy_then(stored, now)
    explanation = _again(then, stored)
    _show(explanation, as_json=as_json)
    if not as_json:
        _compare(stored, explanation, then, now)


def _as_it_stands(policy: Policy) -> Policy:
    """The policy with what else holds now: who is in live groups, pauses, what rules earned and lost."""
    from bot.settings import load_settings

    listed = policy.directory
    if not listed.live and not is_begun(load_settings(needs_secret_key=False)):
        return policy
    try:
        return policy.under(visit(lambda admin: admin.who_is_who(listed)))
    except PlacetError as error:
        remark(f"Live groups, pauses and what rules earned or lost are left out of this: {error.sentence}")
        return policy


def _explained(policy: Policy, ask: Ask) -> Explanation:
    """What the policy makes of it now, with what came before as the database has it."""
    at = datetime.now(UTC)
    found = policy.assess(ask.agent, ask.packet, ask.asked, at)
    return policy.explain(ask, found, _history(ask, found), at)


def _history(ask: Ask, found: Assessment) -> History | None:
    from bot.domain.history import scope_of

    deferred = found.deferred
    if deferred is None:
        return None
    return visit(lambda admin: admin.history(scope_of(ask.agent, found.proposal), deferred.needs))


def _again(policy: Policy, stored: Stored) -> Explanation:
    """What a policy makes of a stored request, with what its ruling was given of what came before."""
    from bot.domain.history import NAMES, History
    from bot.submissions import Ask, Asked

    request = stored.request
    proposal = request.proposal
    asked = Asked(route=proposal.chosen_route, choices=proposal.choices)
    ask = Ask(agent=request.agent, packet=stored.packet, asked=asked)
    found = policy.assess(request.agent, stored.packet, asked, request.created_at)
    known: dict[str, Any] = {name: n for name, n in proposal.ruling.history.items() if name in NAMES}
    return policy.explain(ask, found, History(**known) if found.deferred else None, request.created_at)


def _policy_then(stored: Stored, now: Policy) -> Policy:
    """The version that ruled on it, with the people of today, who decide about it."""
    from bot.policy import parse_policy

    version = stored.request.proposal.policy_version
    if version == now.version:
        return now
    try:
        then = parse_policy(visit(lambda admin: admin.policy_text(version)), f"version {version}")
    except PlacetError:
        remark(f"Version {version}, which ruled on it, cannot be read any more; this is the policy of today.")
        return now
    today = now.directory
    who = replace(then.directory, people=today.people, groups=today.groups, steering=today.steering)
    return then.under(who)


def _compare(stored: Stored, explanation: Explanation, then: Policy, now: Policy) -> None:
    request, found = stored.request, explanation.proposal.ruling
    recorded = request.proposal.ruling
    remark(f"This is version {then.version} of the policy. The request is {request.status.value}.")
    if _differ(recorded, found):
        remark(f"On record it is {_in_short(recorded)}: {recorded.why}")
    if then.version != now.version:
        try:
            today = _again(now, stored).proposal.ruling
        except PlacetError as error:
            remark(f"The policy of today (version {now.version}) would not take it: {error.sentence}")
            return
        same = "would still be" if not _differ(today, found) else "would be"
        remark(f"Under the policy of today (version {now.version}) it {same} {_in_short(today)}.")


def _differ(one: Ruling, other: Ruling) -> bool:
    return (one.mode, one.rule) != (other.mode, other.rule)


def _in_short(ruling: Ruling) -> str:
    return f"{ruling.mode.value} by {ruling.rule}"


def _read(name: str, agent: str | None, policy: Policy) -> Ask:
    from adapters.agents import payload
    from adapters.agents.packets import asked_of, packet_of
    from adapters.agents.reading import parsed
    from bot.commands.bodies import read_body, read_file
    from bot.submissions import Ask

    body = read_body(sys.stdin.buffer.read(), "standard input") if name == _STDIN else read_file(Path(name))
    raw = json.dumps(body).encode()
    submitted = parsed(raw, payload.SubmitBody, most=payload.MOST_BODY_BYTES)
    return Ask(
        agent=agent or _only_agent(policy), packet=packet_of(submitted, len(raw)), asked=asked_of(submitted)
    )


def _only_agent(policy: Policy) -> str:
    agents = list(policy.directory.agents)
    if not agents:
        raise NotFound("The policy knows no agent that could ask; add one under agents.")
    if len(agents) > 1:
        raise Invalid(f"Say who asks: --agent {agents[0]}, or another of {len(agents)} agents.")
    return agents[0]


def _show(explanation: Explanation, *, as_json: bool) -> None:
    if as_json:
        ruling = explanation.proposal.ruling
        steps = [
            {name: getattr(step, name) for name in ("about", "name", "result", "sentence", "detail")}
            for step in explanation.steps
        ]
        approvers = [person.id for person in explanation.approvers]
        shown = {name: getattr(ruling, name) for name in ("mode", "rule", "owner", "why")}
        version = explanation.proposal.policy_version
        say_json({"version": version, **shown, "approvers": approvers, "steps": steps})
        return
    for step in explanation.steps:
        say(step.sentence)
        if step.detail:
            say(f"    {step.detail}")
