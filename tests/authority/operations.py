"""Everything that can be tried, by the name it has in the table, and how to try it."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any, TypeAlias

from adapters.teams.names import DRAFT, SHOWN
from bot.chat.names import (
    ACTIONS,
    CHANGES_VIEW,
    CORRECT_BACK,
    CORRECT_VIEW,
    CORRECTION_VIEW,
    DETAILS_VIEW,
    DISAGREE_VIEW,
    EDIT_BACK,
    EDIT_VIEW,
    GRADE,
    MORE_VIEW,
    MOVE,
    OFFER,
    OVERRIDE_VIEW,
    PERSON,
    RATE_VIEW,
    REASON,
    REJECT_VIEW,
    REVIEW_PAGE,
    REVIEW_VIEW,
    STOP_VIEW,
    WORDS,
)
from bot.domain.card import Press as Button
from bot.domain.choice import Choice
from bot.domain.directory import Identity
from bot.domain.errors import PlacetError
from bot.domain.form import key_of
from bot.domain.ids import COMMAND, new_id
from bot.domain.more import MOVES
from bot.domain.moves import Presser
from bot.edit_views import Forms, Review
from tests.authority.company import HIDDEN, Company, Principal
from tests.authority.doors import Http, Seen, SlackDoor, TeamsDoor


@dataclass(frozen=True, kw_only=True)
class Doors:
    """All ways in."""

    company: Company
    http: Http
    slack: SlackDoor
    teams: TeamsDoor


Try: TypeAlias = Callable[[Doors, Principal], Awaitable[Seen]]


@dataclass(frozen=True, kw_only=True)
class Operation:
    """One thing to try."""

    name: str
    attempt: Try
    #: what it decides, where it is a press
    choice: Choice | None = None
    #: what is said to the bot
    said: str = ""
    #: the name of the form that it opens, to be filled in
    opens: str = ""
    #: what the answer tells where it tells anything, instead of the request itself
    tells: str = ""
    #: whether a good answer is the deed itself, where nothing on the request shows it
    is_done_when_answered: bool = False
    #: what has happened to the request before
    given: Callable[[Company, Principal], Awaitable[None]] | None = None


# -- the server


def _route(method: str, path: str, *, body: Any = None, done: bool = False, **more: Any) -> Operation:
    """A route as the application names it; `{id}` is the request."""

    async def attempt(doors: Doors, who: Principal) -> Seen:
        request = await doors.company.request()
        made = body(request) if callable(body) else body
        return await doors.http.ask(who, method, path.replace("{id}", request.id), body=made)

    name = f"{method} {path.partition('?')[0]}"
    return Operation(name=name, attempt=attempt, is_done_when_answered=done, **more)


_ASKED = {
    "action": {"name": "refund.issue", "arguments": {"order": "1", "amount": "1.00", "currency": "EUR"}},
    "reasoning": "Because.",
}


async def _approved(company: Company, who: Principal) -> None:
    await company.request()
    await company.given("ann", Choice.APPROVE)
    await company.given("ben", Choice.APPROVE)


async def _counted(company: Company, who: Principal) -> None:
    await company.request()
    await company.counts()


#: an action that one sees numbers of stands in the menu of actions
_AN_ACTION = 'value="refund.issue"'


_API = (
    _route("POST", "/v1/approvals", body=_ASKED, done=True),
    _route("POST", "/v1/approvals/dry-run", body=_ASKED),
    _route("GET", "/v1/approvals"),
    _route("GET", "/v1/approvals/{id}"),
    _route("POST", "/v1/approvals/{id}/cancel", body={"reason": "No longer needed."}),
    _route(
        "POST",
        "/v1/approvals/{id}/redeem",
        body=lambda request: {"digest": request.proposal.digest, "redemption_id": "r-1"},
        given=_approved,
    ),
    _route(
        "POST",
        "/v1/approvals/{id}/outcome",
        body={"status": "succeeded", "detail": "Done."},
        done=True,
        given=_approved,
    ),
    _route("POST", "/v1/approvals/{id}/messages", body={"text": "One more thing."}, done=True),
    _route("GET", "/v1/stats?by=agent_version", given=_counted, tells='"support-bot"'),
    _route("GET", "/.well-known/jwks.json"),
    _route("GET", "/openapi.json"),
    _route("GET", "/docs"),
    _route("GET", "/healthz"),
    _route("GET", "/readyz"),
    _route("GET", "/metrics"),
    _route("POST", "/slack/events", body={}),
    _route("POST", "/api/messages", body={}),
)


# -- the browser


def _form(path: str, fields: Callable[[Doors, Principal], Awaitable[Mapping[str, str]]]) -> Try:
    async def attempt(doors: Doors, who: Principal) -> Seen:
        request = await doors.company.request()
        given = await fields(doors, who)
        return await doors.http.ask(who, "POST", path.replace("{id}", request.id), form=given)

    return attempt


def _in_browser(choice: Choice, **fields: str) -> Operation:
    async def fill_in(doors: Doors, who: Principal) -> Mapping[str, str]:
        nonce = new_id(COMMAND)
        common = {"choice": choice.value, "face": "page", "nonce": nonce}
        return {**common, "reference": await doors.company.reference(), **fields}

    path = "/requests/{id}/press"
    name = f"POST {path} {choice.value}"
    return Operation(name=name, attempt=_form(path, fill_in), choice=choice, given=_PREPARED.get(choice))


async def _changes(doors: Doors, who: Principal) -> Mapping[str, str]:
    return {"reference": await doors.company.reference(), key_of(("amount",)): "200.00"}


async def _nothing(doors: Doors, who: Principal) -> Mapping[str, str]:
    return {}


async def _tighter(doors: Doors, who: Principal) -> Mapping[str, str]:
    return {"choice": "tighten", "nonce": new_id(COMMAND)}


async def _draft(doors: Doors, who: Principal) -> Mapping[str, str]:
    """Their own changes as they reviewed them; of whoever can have none, Ann's."""
    company = doors.company
    request = await company.request()
    for person in (who.person, "ann"):
        presser = Presser(identity=_browser(person)) if person else None
        forms = company.app.edits
        reference = await _reviewed(forms, request.id, request.revision, presser) if presser else ""
        if reference:
            return {"reference": reference, "nonce": new_id(COMMAND)}
    return {}


async def _correction(doors: Doors, who: Principal) -> Mapping[str, str]:
    """Their own correction as they reviewed it; of whoever can have none, Ann's."""
    company = doors.company
    request = await company.request()
    for person in (who.person, "ann"):
        presser = Presser(identity=_browser(person)) if person else None
        forms = company.app.edits.corrections
        reference = await _reviewed(forms, request.id, request.revision, presser) if presser else ""
        if reference:
            return {"reference": reference, "nonce": new_id(COMMAND)}
    return {}


async def _sign_in(doors: Doors, who: Principal) -> Seen:
    token = await doors.company.app.sessions.create_link("ann")
    return await doors.http.ask(who, "GET", f"/sign-in/{token}")


async def _signed_in(doors: Doors, who: Principal) -> Seen:
    token = await doors.company.app.sessions.create_link("ann")
    return await doors.http.ask(who, "POST", f"/sign-in/{token}", form={})


async def _wrong_link(doors: Doors, who: Principal) -> Seen:
    return await doors.http.ask(who, "POST", f"/sign-in/{'x' * 43}", form={})


def _leave(path: str) -> Try:
    """From a session of its own, because it is gone afterwards."""

    async def attempt(doors: Doors, who: Principal) -> Seen:
        sessions = doors.company.app.sessions
        token = await sessions.redeem_link(await sessions.create_link(who.person)) if who.person else ""
        return await doors.http.ask(replace(who, session=token or ""), "POST", path, form={})

    return attempt


async def _asset(doors: Doors, who: Principal) -> Seen:
    page = await _sign_in(doors, who)
    return await doors.http.ask(who, "GET", re.findall(r'"(/assets/[^"]+)"', page.text)[0])


async def _voted_and_counted(company: Company, who: Principal) -> None:
    await _approved(company, who)
    await company.counts()


async def _by_reviewer(doors: Doors, who: Principal) -> Seen:
    return await doors.http.ask(who, "GET", "/measures/reviewer")


async def _voted(company: Company, who: Principal) -> None:
    if who.person:
        await company.request()
        await company.given(who.person, Choice.APPROVE)


async def _claimed(company: Company, who: Principal) -> None:
    if who.person:
        await company.request()
        await company.given(who.person, Choice.CLAIM)


async def _ruled(company: Company, who: Principal) -> None:
    await company.ruled()


async def _drawn(company: Company, who: Principal) -> None:
    await company.draws()


_PREPARED: Mapping[Choice, Any] = {
    Choice.WITHDRAW: _voted,
    Choice.RELEASE: _claimed,
    Choice.OVERRIDE: _ruled,
    Choice.RATE: _approved,
    Choice.AGREE: _drawn,
    Choice.DISAGREE: _drawn,
}
_WORDS = "Is this the same order?"

_BROWSER = (
    _route("GET", "/"),
    _route("GET", "/requests/{id}"),
    _route("GET", "/requests/{id}/edit", opens=key_of(("amount",))),
    _route("GET", "/events"),
    Operation(
        name="POST /requests/{id}/reveal", attempt=_form("/requests/{id}/reveal", _nothing), opens=HIDDEN
    ),
    _in_browser(Choice.APPROVE),
    _in_browser(Choice.REJECT, reason_code="wrong_facts"),
    _in_browser(Choice.OVERRIDE, reason_code="wrong_facts"),
    _in_browser(Choice.ESCALATE),
    _in_browser(Choice.CLAIM),
    _in_browser(Choice.RELEASE),
    _in_browser(Choice.ASK, words=_WORDS),
    _in_browser(Choice.HAND_OVER, to="ben"),
    _in_browser(Choice.WITHDRAW),
    _in_browser(Choice.AGREE),
    _in_browser(Choice.DISAGREE, reason_code="wrong_facts"),
    _in_browser(Choice.RATE, grade="wrong", reason_code="wrong_facts"),
    Operation(
        name="POST /requests/{id}/edit", attempt=_form("/requests/{id}/edit", _changes), opens="/changes"
    ),
    Operation(
        name="POST /requests/{id}/changes",
        attempt=_form("/requests/{id}/changes", _draft),
        choice=Choice.EDIT,
    ),
    _route("GET", "/measures", given=_counted, tells=_AN_ACTION),
    Operation(
        name="GET /measures/{dimension}", attempt=_by_reviewer, given=_voted_and_counted, tells=">Ben</a>"
    ),
    _route("GET", "/measures/requests", given=_counted, tells='href="/requests/apr_'),
    _route("GET", "/rules", tells="routine"),
    Operation(
        name="POST /rules/{name}", attempt=_form("/rules/routine", _tighter), is_done_when_answered=True
    ),
    _route("GET", "/requests/{id}/correct", opens=key_of(("amount",)), given=_approved),
    Operation(
        name="POST /requests/{id}/correct",
        attempt=_form("/requests/{id}/correct", _changes),
        opens="/correction",
        given=_approved,
    ),
    Operation(
        name="POST /requests/{id}/correction",
        attempt=_form("/requests/{id}/correction", _correction),
        given=_approved,
    ),
    _route("GET", "/sign-ins"),
    Operation(name="GET /sign-in/{token}", attempt=_sign_in),
    Operation(name="POST /sign-in/{token}", attempt=_signed_in),
    Operation(name="POST /sign-in/{token} unknown", attempt=_wrong_link),
    Operation(name="GET /assets/{version}/{name}", attempt=_asset),
    Operation(name="POST /sign-out", attempt=_leave("/sign-out")),
    Operation(name="POST /sign-out-everywhere", attempt=_leave("/sign-out-everywhere")),
)


# -- Slack and Teams: the same names on both


def _slack_press(button: Button, choice: Choice | None = None, opens: str = "") -> Operation:
    async def attempt(doors: Doors, who: Principal) -> Seen:
        return await doors.slack.press(who, ACTIONS[button])

    name = f"slack {ACTIONS[button]}"
    given = _PREPARED.get(choice) if choice else None
    return Operation(name=name, attempt=attempt, choice=choice, opens=opens, given=given)


def _slack_turn(button: Button) -> Operation:
    """In the card of a burst, or in one's own view of it."""

    async def attempt(doors: Doors, who: Principal) -> Seen:
        return await doors.slack.press(who, ACTIONS[button], doors.company.batch_reference)

    return Operation(name=f"slack {ACTIONS[button]}", attempt=attempt)


async def _slack_offer(doors: Doors, who: Principal) -> Seen:
    return await doors.slack.press(who, f"{OFFER}_0")


def _teams_turn(button: Button) -> Operation:
    async def attempt(doors: Doors, who: Principal) -> Seen:
        inputs = {"reference": doors.company.batch_reference}
        return await doors.teams.press(who, ACTIONS[button], inputs)

    return Operation(name=f"teams {ACTIONS[button]}", attempt=attempt)


async def _slack_edit(doors: Doors, who: Principal) -> Seen:
    return await doors.slack.submit(who, EDIT_VIEW, _written(key_of(("amount",)), "200.00"))


async def _slack_changes(doors: Doors, who: Principal) -> Seen:
    return await doors.slack.submit(who, CHANGES_VIEW, {}, (await _draft(doors, who))["reference"])


async def _teams_edit(doors: Doors, who: Principal) -> Seen:
    key = key_of(("amount",))
    return await doors.teams.press(who, EDIT_VIEW, {key: "200.00", SHOWN: key})


def _teams_draft(verb: str) -> Try:
    async def attempt(doors: Doors, who: Principal) -> Seen:
        return await doors.teams.press(who, verb, {DRAFT: (await _draft(doors, who))["reference"]})

    return attempt


async def _slack_correct(doors: Doors, who: Principal) -> Seen:
    return await doors.slack.submit(who, CORRECT_VIEW, _written(key_of(("amount",)), "200.00"))


async def _slack_correction(doors: Doors, who: Principal) -> Seen:
    return await doors.slack.submit(who, CORRECTION_VIEW, {}, (await _correction(doors, who))["reference"])


async def _teams_correct(doors: Doors, who: Principal) -> Seen:
    key = key_of(("amount",))
    return await doors.teams.press(who, CORRECT_VIEW, {key: "200.00", SHOWN: key})


def _teams_correction(verb: str) -> Try:
    async def attempt(doors: Doors, who: Principal) -> Seen:
        return await doors.teams.press(who, verb, {DRAFT: (await _correction(doors, who))["reference"]})

    return attempt


def _slack_form(
    callback_id: str, values: Mapping[str, Any], choice: Choice | None = None, suffix: str = ""
) -> Operation:
    async def attempt(doors: Doors, who: Principal) -> Seen:
        return await doors.slack.submit(who, callback_id, values)

    given = _PREPARED.get(choice) if choice else None
    name = f"slack {callback_id}{suffix}"
    return Operation(name=name, attempt=attempt, choice=choice, given=given)


def _chosen(name: str, value: str) -> dict[str, Any]:
    return {name: {name: {"type": "static_select", "selected_option": {"value": value}}}}


def _written(name: str, value: str) -> dict[str, Any]:
    return {name: {name: {"type": "plain_text_input", "value": value}}}


def _slack_more(choice: Choice) -> Operation:
    values = _chosen(MOVE, choice.value) | _written(WORDS, _WORDS) | _chosen(PERSON, "ben")
    return _slack_form(MORE_VIEW, values, choice, f" {choice.value}")


def _teams(
    verb: str, choice: Choice | None = None, *, suffix: str = "", opens: str = "", **inputs: Any
) -> Operation:
    async def attempt(doors: Doors, who: Principal) -> Seen:
        return await doors.teams.press(who, verb, inputs)

    given = _PREPARED.get(choice) if choice else None
    name = f"teams {verb}{suffix}"
    return Operation(name=name, attempt=attempt, choice=choice, given=given, opens=opens)


def _teams_more(choice: Choice) -> Operation:
    inputs = {MOVE: choice.value, WORDS: _WORDS, PERSON: "ben"}
    return _teams(MORE_VIEW, choice, suffix=f" {choice.value}", **inputs)


_TURNS = (Button.OPEN, Button.NEXT, Button.PREVIOUS, Button.CLOSE)

_SLACK = (
    _slack_press(Button.APPROVE, Choice.APPROVE),
    _slack_press(Button.ESCALATE, Choice.ESCALATE),
    _slack_press(Button.REJECT, opens=REJECT_VIEW),
    _slack_press(Button.STOP, opens=STOP_VIEW),
    _slack_press(Button.OVERRIDE, opens=OVERRIDE_VIEW),
    _slack_press(Button.EDIT, opens=EDIT_VIEW),
    _slack_press(Button.AGREE, Choice.AGREE),
    _slack_press(Button.DISAGREE, opens=DISAGREE_VIEW),
    _slack_press(Button.RATE, opens=RATE_VIEW),
    _slack_press(Button.DETAILS),
    _slack_press(Button.REVEAL, opens=HIDDEN),
    _slack_press(Button.REVIEW),
    _slack_press(Button.MORE, opens=MORE_VIEW),
    *(_slack_turn(button) for button in _TURNS),
    Operation(name=f"slack {OFFER}", attempt=_slack_offer),
    _slack_form(REJECT_VIEW, _chosen(REASON, "wrong_facts"), Choice.REJECT),
    _slack_form(STOP_VIEW, _chosen(REASON, "wrong_facts"), Choice.REJECT),
    _slack_form(OVERRIDE_VIEW, _chosen(REASON, "wrong_facts"), Choice.OVERRIDE),
    _slack_form(DISAGREE_VIEW, _chosen(REASON, "wrong_facts"), Choice.DISAGREE),
    _slack_form(RATE_VIEW, _chosen(GRADE, "wrong") | _chosen(REASON, "wrong_facts"), Choice.RATE),
    _slack_form(REVIEW_VIEW, {}, Choice.APPROVE),
    Operation(name=f"slack {EDIT_VIEW}", attempt=_slack_edit, opens=CHANGES_VIEW),
    Operation(name=f"slack {CHANGES_VIEW}", attempt=_slack_changes, choice=Choice.EDIT),
    Operation(name=f"slack {CORRECT_VIEW}", attempt=_slack_correct, opens=CORRECTION_VIEW, given=_approved),
    Operation(name=f"slack {CORRECTION_VIEW}", attempt=_slack_correction, given=_approved),
    _slack_form(REVIEW_PAGE, {}),
    _slack_form(DETAILS_VIEW, {}),
    *(_slack_more(choice) for choice in MOVES),
)

_TEAMS = (
    _teams(ACTIONS[Button.APPROVE], Choice.APPROVE),
    _teams(ACTIONS[Button.ESCALATE], Choice.ESCALATE),
    _teams(ACTIONS[Button.REJECT], opens=REJECT_VIEW),
    _teams(ACTIONS[Button.STOP], opens=STOP_VIEW),
    _teams(ACTIONS[Button.OVERRIDE], opens=OVERRIDE_VIEW),
    _teams(ACTIONS[Button.EDIT], opens=EDIT_VIEW),
    _teams(ACTIONS[Button.AGREE], Choice.AGREE),
    _teams(ACTIONS[Button.DISAGREE], opens=DISAGREE_VIEW),
    _teams(ACTIONS[Button.RATE], opens=RATE_VIEW),
    _teams(ACTIONS[Button.DETAILS]),
    _teams(ACTIONS[Button.REVEAL], opens=HIDDEN),
    _teams(ACTIONS[Button.REVIEW]),
    _teams(ACTIONS[Button.MORE], opens=MORE_VIEW),
    *(_teams_turn(button) for button in _TURNS),
    _teams(OFFER),
    _teams(REJECT_VIEW, Choice.REJECT, **{REASON: "wrong_facts"}),
    _teams(STOP_VIEW, Choice.REJECT, **{REASON: "wrong_facts"}),
    _teams(OVERRIDE_VIEW, Choice.OVERRIDE, **{REASON: "wrong_facts"}),
    _teams(DISAGREE_VIEW, Choice.DISAGREE, **{REASON: "wrong_facts"}),
    _teams(RATE_VIEW, Choice.RATE, **{GRADE: "wrong", REASON: "wrong_facts"}),
    _teams(REVIEW_VIEW, Choice.APPROVE),
    Operation(name=f"teams {EDIT_VIEW}", attempt=_teams_edit, opens=CHANGES_VIEW),
    Operation(name=f"teams {CHANGES_VIEW}", attempt=_teams_draft(CHANGES_VIEW), choice=Choice.EDIT),
    Operation(name=f"teams {EDIT_BACK}", attempt=_teams_draft(EDIT_BACK), opens=EDIT_VIEW),
    Operation(name=f"teams {CORRECT_VIEW}", attempt=_teams_correct, opens=CORRECTION_VIEW, given=_approved),
    Operation(name=f"teams {CORRECTION_VIEW}", attempt=_teams_correction(CORRECTION_VIEW), given=_approved),
    Operation(
        name=f"teams {CORRECT_BACK}",
        attempt=_teams_correction(CORRECT_BACK),
        opens=CORRECT_VIEW,
        given=_approved,
    ),
    _teams(REVIEW_PAGE),
    _teams(DETAILS_VIEW),
    _teams("placet_back"),
    *(_teams_more(choice) for choice in MOVES),
)

# -- what is said to the bot in the thread of the card; in Slack, because both platforms hear with one ear


def _say(text: str, *, before: str = "", lead_before: str = "") -> Operation:
    """`before` is said first by the same person, `lead_before` by Lea."""

    async def attempt(doors: Doors, who: Principal) -> Seen:
        if before and who.slack:
            await doors.slack.say(who, before)
        if lead_before:
            await doors.slack.say(Principal(name="lead", slack="U01LEA"), lead_before)
        await doors.company.note()
        routes = (await doors.company.steering()).routes
        name = routes[0].name if routes else "nothing"
        return await doors.slack.say(who, text.replace("ROUTE", name))

    return Operation(name=f"say {text.split(maxsplit=1)[0]}", attempt=attempt, said=text)


_SAID = (
    _say("help"),
    _say("pending"),
    _say("show"),
    _say("stats"),
    _say("routes"),
    _say("inbox"),
    _say("claim"),
    _say("escalate nobody answers"),
    _say("ask is it the same order?"),
    _say("to <@U01BEN>"),
    _say("cancel it was a mistake"),
    _say("route refund.* to <#C0SUPPORT|support> confirm"),
    _say("unroute ROUTE confirm", lead_before="route refund.* to <#C0SUPPORT|support> confirm"),
    _say("pause refund.* confirm"),
    _say("resume refund.* confirm", lead_before="pause refund.* confirm"),
    _say("yes", before="pause refund.* until tomorrow"),
    _say("no", before="pause refund.* until tomorrow"),
    _say("away until tomorrow"),
    _say("back", before="away until tomorrow"),
    _say("undo", before="away until tomorrow"),
)

#: by the door that the table has a section for
OPERATIONS: Mapping[str, tuple[Operation, ...]] = {
    "server": _API,
    "browser": _BROWSER,
    "slack": _SLACK,
    "teams": _TEAMS,
    "said": _SAID,
}


def _browser(person: str) -> Identity:
    return Identity(platform="web", user=person)


async def _reviewed(forms: Forms, request_id: str, revision: int, presser: Presser) -> str:
    values = {key_of(("amount",)): ("200.00",)}
    try:
        shown = await forms.review(request_id, revision, presser, values)
    except PlacetError:
        return ""
    return shown.reference if isinstance(shown, Review) else ""
