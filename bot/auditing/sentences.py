"""An audit event as a sentence, for people who were not there.

A sentence is one line: words of agents and people stand in quotation marks that they cannot close, with what
cannot be seen named, so that nobody writes an event that never was into somebody's terminal.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from typing import Any

from bot.auditing.told_event import ToldEvent
from bot.domain.events import BY_CLOCK, BY_RULE, STRANGER, EventKind
from bot.domain.text import exact, one_line, quoted

_ACTORS = {
    BY_CLOCK: "Time",
    BY_RULE: "A rule",
    STRANGER: "An account of nobody in the policy",
    "operator": "The operator",
    "slack": "Slack",
}
#: what may stand behind the sentence, in people's own words
_WORDS = ("reason", "text", "said", "why", "detail", "changes", "problems", "when", "whom", "account")

_SENTENCES: dict[EventKind, str] = {
    EventKind.REQUEST_SUBMITTED: "{who} asked for {action} ({digest}); rule {rule} says {mode}, under policy"
    " {policy_version}",
    EventKind.REQUEST_RULED: "Rule {rule} decided by itself: {decision}, under policy {policy_version}",
    EventKind.PEOPLE_TOLD: "People were told at {posted} of what a rule approved",
    EventKind.STEP_STARTED: "Step {step}, round {round} began: {people} were asked, at {posted}, until"
    " {ends_at}",
    EventKind.STEP_SKIPPED: "Step {step}, round {round} was passed over: {why}",
    EventKind.REMINDER_DUE: "{people} were reminded at {to}",
    EventKind.REQUEST_ESCALATED: "{who} took it from step {from_step} to step {step}: {why}",
    EventKind.CARD_POSTED: "The card of revision {revision} stood at {destination} and showed {shown}",
    EventKind.CARD_UNDELIVERABLE: "The card could not be posted at {destination}",
    EventKind.VIEW_OPENED: "{who} opened the whole of revision {revision} ({digest})",
    EventKind.VALUES_REVEALED: "{who} was shown the masked values {paths} of revision {revision}",
    EventKind.VOTE_CAST: "{who} voted {decision} on revision {revision} ({digest}), via {via}, on the"
    " {surface}",
    EventKind.VOTE_WITHDRAWN: "{who} took their vote back",
    EventKind.REQUEST_EDITED: "{who} changed the arguments: revision {revision} ({digest})",
    EventKind.REQUEST_REDIRECTED: "{who} had others asked, at {posted}",
    EventKind.REQUEST_COVERED: "{who} is away; {people} stood in",
    EventKind.REQUEST_PAUSED: "{who} paused {match}",
    EventKind.REQUEST_RESUMED: "{who} let {match} go on",
    EventKind.REQUEST_CLAIMED: "{who} began to look into it, until {lapses_at}",
    EventKind.CLAIM_LAPSED: "{person} had looked into it for too long without doing anything",
    EventKind.CLAIM_RELEASED: "{who} does not look into it any more",
    EventKind.REQUEST_HANDED_OVER: "{who} handed it over to {to}, until {lapses_at}",
    EventKind.QUESTION_ASKED: "{who} asked the agent a question",
    EventKind.VETO_STARTED: "The window to object began; it ends at {ends_at}",
    EventKind.VETO_STAYED: "An objection waited until it was known whether it counts, and the window with it",
    EventKind.VETO_EXTENDED: "The window to object was extended to {ends_at}: {why}",
    EventKind.VETO_LIFTED: "Silence approves it no longer: {why}",
    EventKind.REQUEST_DECIDED: "It was decided: {decision}, by {by}, on revision {revision} ({digest}), under"
    " policy {policy_version}",
    EventKind.SAMPLE_ASKED: "A quality check was asked for at {posted}, until {lapses_at}",
    EventKind.SAMPLE_ANSWERED: "{who} answered the quality check of rule {rule}: {verdict}",
    EventKind.SAMPLE_LAPSED: "The quality check of rule {rule} was not answered: {why}",
    EventKind.REQUEST_RATED: "{who} rated it {verdict}",
    EventKind.REQUEST_EXPIRED: "Nobody decided: {why}",
    EventKind.REQUEST_CANCELLED: "{who} withdrew it",
    EventKind.PRESS_REFUSED: "{who} was refused {choice} via {via}: {why}",
    EventKind.APPROVAL_REDEEMED: "{who} took the approval of {digest} as {redemption_id}",
    EventKind.REDEEM_REFUSED: "{who} was refused the approval: {why}",
    EventKind.OUTCOME_REPORTED: "{who} reported what came of it: {status}",
    EventKind.REQUEST_REVERTED: "{who} took back what rule {rule} had approved; it had run: {had_run}",
    EventKind.REQUEST_ERASED: "What the request held of people was erased ({because})",
    EventKind.WORDS_ERASED: "What one reviewer wrote was erased",
    EventKind.DATA_ERASED: "{who} erased the data of a {of}, in {requests} requests",
    EventKind.AGENT_SAID: "{who} wrote",
    EventKind.PERSON_SAID: "{who} wrote in the card's thread",
    EventKind.CALLBACK_TAKEN: "The agent took the callback {type}",
    EventKind.CALLBACK_GIVEN_UP: "The callback {type} was given up",
    EventKind.CALLBACK_REPLAYED: "{who} had a callback sent again",
    EventKind.KEY_CREATED: "{who} made an API key for {agent}",
    EventKind.KEY_REVOKED: "{who} revoked an API key of {agent}",
    EventKind.SECRET_ROTATED: "{who} replaced the callback secret of {agent}",
    EventKind.SIGNING_KEY_CREATED: "{who} made the signing key {kid}",
    EventKind.POLICY_LOADED: "Policy {version} of {owner} began to hold, after {before}",
    EventKind.POLICY_REFUSED: "A changed policy file could not be used; {version} went on holding",
    EventKind.ROUTE_MADE: "{who} sent {match} to {to}, until {until}",
    EventKind.ROUTE_ENDED: "{who} ended the route",
    EventKind.PAUSE_BEGUN: "{who} paused {match}, until {until}",
    EventKind.PAUSE_ENDED: "{who} ended the pause",
    EventKind.PERSON_AWAY: "{who} is away until {until}; {cover} stands in",
    EventKind.PERSON_BACK: "{who} is back",
    EventKind.RULE_MOVED: "{who} moved the rule from {from} to {to}: {why}",
    EventKind.RULE_REVIEWED: "The rule's numbers of {month} were looked at by {who}: {answer}",
    EventKind.DATABASE_RESTORED: "{who} put a backup in the database's place",
    EventKind.INSTALLATION_ADDED: "{who} installed the app in {tenant}",
    EventKind.INSTALLATION_REVOKED: "The app is installed in {tenant} no longer: {why}",
}


def sentence(event: ToldEvent) -> str:
    """What happened; `–` stands for what the event does not say."""
    template = _template(event.kind)
    said = template.format_map(_values(event)) + _through(event.facts.get("through"))
    words = [event.private[name] for name in _WORDS if event.private.get(name)]
    if words:
        return f"{said}: {quoted(exact('; '.join(words)))}"
    return f"{said}. (What was written there is erased.)" if event.was_forgotten else f"{said}."


def who(actor: str) -> str:
    """Who did it, in words."""
    kind, _, name = actor.partition(":")
    if kind == "agent":
        return f"Agent {name}"
    return name if kind == "person" else _ACTORS.get(actor, actor)


def _template(kind: str) -> str:
    try:
        return _SENTENCES[EventKind(kind)]
    except (ValueError, KeyError):  # a later version's
        return f"{{who}}: {kind}"


def _values(event: ToldEvent) -> Mapping[str, str]:
    known: dict[str, str] = defaultdict(lambda: "–")
    known |= {name: one_line(exact(_words(value))) for name, value in event.facts.items()}
    known["who"] = who(event.actor)
    return known


def _through(through: Any) -> str:
    """By what door it came, what was shown there, and under which policy."""
    if not isinstance(through, dict) or not through:
        return ""
    return f" [{', '.join(f'{name} {one_line(exact(str(value)))}' for name, value in through.items())}]"


def _words(value: Any) -> str:
    if isinstance(value, list):
        return ", ".join(map(str, value)) or "nobody"
    if isinstance(value, dict):
        return ", ".join(f"{name}: {each}" for name, each in value.items())
    return "–" if value is None else str(value)
