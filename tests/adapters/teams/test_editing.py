"""Editing in Teams: form, differences, press, and back, each in place of the card for its presser."""

import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings

from adapters.teams import edit_views
from bot.domain.differences import differences
from bot.domain.errors import Busy
from bot.domain.form import key_of, option_key
from bot.domain.form_building import form_of
from bot.domain.misfits import Misfit
from bot.domain.packet import ProposedAction, ReviewPacket
from bot.domain.status import DecisionType, Status
from bot.domain.terms import Confirm, Quorum
from bot.edit_views import APPROVE, EditForm, Review
from bot.submissions import Ask
from tests.adapters.teams.cards_of import (
    MARKUP,
    labels_of,
    refuse_what_is_not_inert,
    refuse_what_teams_refuses,
    words_of,
)
from tests.adapters.teams.desk import Desk
from tests.domain.schemas_of import Drawn, objects
from tests.fakes.fake_teams import Delivered, actions_of
from tests.fakes.teams_tenant import Posted

SEE, BACK = "See what changes", "Back to the form"
ARGUMENTS: dict[str, Any] = {
    "order": "4892",
    "amount": "240.00",
    "body": "Dear **Jo** <at>Ann</at>,\nyour parcel is lost.",
    "card": "4111111111111111",
    "gift": True,
    "tags": ["b"],
}
SCHEMA = (
    '{"type": "object", "properties": {"due": {"type": "string", "format": "date"},'
    ' "tags": {"type": "array", "items": {"enum": ["a", "b", "c"]}}}}'
)
AMOUNT, ORDER, BODY = key_of(("amount",)), key_of(("order",)), key_of(("body",))


@pytest.fixture
async def card(desk: Desk) -> Posted:
    """Stands in the channel for approvals."""
    await desk.installed()
    return await posted(desk, ARGUMENTS)


async def posted(desk: Desk, arguments: Mapping[str, Any], approve: int = 1) -> Posted:
    """The card of a request with these arguments."""
    quorum = Quorum(approve=approve, voters=("ann", "ben"))
    desk.policy.terms = replace(
        desk.policy.terms, mask=("arguments.card",), arguments_schema=SCHEMA, quorum=quorum
    )
    action = ProposedAction(name="refund.issue", summary="Refund 240.00 EUR", arguments=arguments)
    asked = await desk.approvals.submit(
        Ask(agent="support-bot", packet=ReviewPacket(action=action, reasoning="Charged twice."))
    )
    drawn = await desk.approvals.card(asked.stored.request.id)
    await desk.product.channel.post(desk.destination, drawn)
    return await desk.teams.card(desk.approvals_channel)


def shown(answer: Delivered) -> dict[str, Any]:
    """The card that the presser sees."""
    assert answer.status == 200, answer
    drawn: dict[str, Any] = answer.json["value"]
    return drawn


def held(form: Mapping[str, Any]) -> dict[str, str]:
    """What the inputs hold, as a client sends them."""
    return {each["id"]: each.get("value", "") for each in form["body"] if each["type"].startswith("Input.")}


async def pressed(
    desk: Desk, card: Posted, on: Mapping[str, Any], title: str, by: str = "Ann", **typed: str
) -> dict[str, Any]:
    """What is seen after a button of a form was pressed."""
    action = next(each for each in actions_of(on) if each["title"] == title)
    inputs = held(on) | typed if title == SEE else {}
    return shown(await desk.teams.execute(card, action, by=by, inputs=inputs))


async def form(desk: Desk, card: Posted, by: str = "Ann") -> dict[str, Any]:
    """The form, opened."""
    return shown(await desk.teams.press(card, "Edit…", by=by))


async def test_a_form_is_filled_its_changes_are_shown_and_pressed(desk: Desk, card: Posted) -> None:
    opened = await form(desk, card)
    refuse_what_teams_refuses(opened)
    assert held(opened)[AMOUNT] == "240.00"
    assert held(opened)[BODY] == ARGUMENTS["body"]
    assert "4111111111111111" not in json.dumps(opened)

    typed = {
        AMOUNT: "200.00",
        BODY: "Dear **Jo** <at>Ann</at>,\nyour parcel was lost.",
        key_of(("gift",)): option_key(False),
        key_of(("tags",)): f"{option_key('a')},{option_key('c')}",
        key_of(("due",)): "2026-03-02",
    }
    changes = await pressed(desk, card, opened, SEE, **typed)
    refuse_what_teams_refuses(changes)
    refuse_what_is_not_inert(changes)
    for words in ("− 240.00", "+ 200.00", "[−is−]", "[+was+]", "approves it with these changes"):
        assert words in words_of(changes)
    assert (await desk.request()).revision == 1

    done = await pressed(desk, card, changes, APPROVE)
    assert "Approved with changes by Ann" in json.dumps(done)
    now = await desk.request()
    assert now.progress.decision is not None
    assert (now.status, now.progress.decision.type) == (Status.APPROVED, DecisionType.EDIT)
    stored = await desk.store.read(now.id)
    assert stored is not None
    assert stored.packet.action.arguments == {
        **ARGUMENTS,
        "amount": "200.00",
        "body": typed[BODY],
        "gift": False,
        "tags": ["a", "c"],
        "due": "2026-03-02",
    }


async def test_a_change_is_confirmed_by_a_word_of_its_own(desk: Desk, card: Posted) -> None:
    desk.policy.directory = replace(desk.policy.directory, confirmations={"refund.issue": Confirm.TYPE})
    changes = await pressed(desk, card, await form(desk, card), SEE, **{AMOUNT: "200.00"})
    refuse_what_teams_refuses(changes)
    [field] = held(changes)
    assert "Type 200.00 to approve" in json.dumps(changes)
    action = next(each for each in actions_of(changes) if each["title"] == APPROVE)
    wrong = await desk.teams.execute(card, action, by="Ann", inputs={field: "240.00"})
    assert "Type 200.00" in json.dumps(shown(wrong))
    assert (await desk.request()).status is Status.PENDING
    right = await desk.teams.execute(card, {**action}, by="Ann", inputs={field: "200.00"})
    assert "Approved with changes by Ann" in json.dumps(shown(right))


async def test_a_form_that_nobody_touched_says_that_nothing_is_changed(desk: Desk, card: Posted) -> None:
    again = await pressed(desk, card, await form(desk, card), SEE)
    assert "Nothing is changed yet." in words_of(again)


async def test_an_error_stands_below_its_field_and_what_was_typed_stays(desk: Desk, card: Posted) -> None:
    desk.policy.wrong = (Misfit(path=("amount",), sentence="Too much."), Misfit(path=(), sentence="No."))
    again = await pressed(desk, card, await form(desk, card), SEE, **{AMOUNT: "9.00"})
    assert held(again)[AMOUNT] == "9.00"
    assert "Too much." in words_of(again)
    assert "No." in words_of(again)


async def test_the_way_back_leads_to_the_form_as_it_was_left(desk: Desk, card: Posted) -> None:
    changes = await pressed(desk, card, await form(desk, card), SEE, **{AMOUNT: "200.00"})
    back = await pressed(desk, card, changes, BACK)
    assert held(back)[AMOUNT] == "200.00"
    more = await pressed(desk, card, back, SEE, **{ORDER: "77"})
    assert "+ 77" in words_of(more)
    assert "+ 200.00" in words_of(more)
    assert "Refund 240.00 EUR" in json.dumps(await pressed(desk, card, more, "Back to the card"))


async def test_somebody_elses_edit_meanwhile_is_told_and_nothing_typed_is_lost(desk: Desk) -> None:
    await desk.installed()
    card = await posted(desk, ARGUMENTS, approve=2)
    bens = await pressed(desk, card, await form(desk, card, "Ben"), SEE, "Ben", **{ORDER: "77"})
    anns = await pressed(desk, card, await form(desk, card), SEE, **{AMOUNT: "200.00"})
    await pressed(desk, card, anns, APPROVE)

    again = await pressed(desk, card, bens, APPROVE, "Ben")
    assert "changed meanwhile" in words_of(again)
    assert (held(again)[AMOUNT], held(again)[ORDER]) == ("200.00", "77")
    changes = await pressed(desk, card, again, SEE, "Ben")
    await pressed(desk, card, changes, APPROVE, "Ben")
    assert (await desk.request()).revision == 3


async def test_a_client_that_only_submits_can_edit_too(desk: Desk, card: Posted) -> None:
    changes = await pressed(desk, card, await form(desk, card), SEE, **{AMOUNT: "200.00"})
    fallback = next(each for each in actions_of(changes) if each["title"] == APPROVE)["fallback"]
    assert (await desk.teams.execute(card, fallback, by="Ann")).status == 200
    assert (await desk.request()).status is Status.APPROVED


async def test_nobody_presses_anothers_changes(desk: Desk, card: Posted) -> None:
    changes = await pressed(desk, card, await form(desk, card), SEE, **{AMOUNT: "200.00"})
    assert "too old, or not yours" in json.dumps(await pressed(desk, card, changes, APPROVE, "Ben"))
    assert (await desk.request()).revision == 1


async def test_whoever_may_not_decide_is_told_so_instead_of_a_form(desk: Desk, card: Posted) -> None:
    desk.teams.tenant.add_person("Cat", "00000000-0000-4000-8000-0000000000c1")
    seen = await form(desk, card, "Cat")
    assert "You are not among the reviewers" in words_of(seen)
    assert held(seen) == {}


@pytest.mark.parametrize(
    "forged", [{"draft": "x"}, {"draft": ["x"]}, {"reference": "x"}, {"shown": 7}], ids=str
)
async def test_a_forged_form_changes_nothing(desk: Desk, card: Posted, forged: dict[str, Any]) -> None:
    opened = await form(desk, card)
    for on, title in ((opened, SEE), (await pressed(desk, card, opened, SEE, **{AMOUNT: "1"}), APPROVE)):
        action = next(each for each in actions_of(on) if each["title"] == title)
        sent = {**action, "data": {**action["data"], **forged}}
        await desk.teams.execute(card, sent, by="Ann", inputs=held(on))
    assert (await desk.request()).revision in (1, 2)


async def test_a_form_that_cannot_be_taken_now_stays_with_what_was_typed(desk: Desk, card: Posted) -> None:
    opened = await form(desk, card)
    send = next(each for each in actions_of(opened) if each["title"] == SEE)
    desk.store.failing = Busy()
    answer = await desk.teams.execute(card, send, by="Ann", inputs=held(opened) | {AMOUNT: "200.00"})
    assert answer.json["type"] == "application/vnd.microsoft.error"
    assert "try again in a moment" in answer.json["value"]["message"]
    desk.store.failing = None
    assert "+ 200.00" in words_of(await pressed(desk, card, opened, SEE, **{AMOUNT: "200.00"}))


async def test_what_is_too_large_for_teams_is_left_to_the_browser(desk: Desk) -> None:
    await desk.installed()
    card = await posted(desk, {"amount": "1", "body": "word " * 9_000})
    opened = await form(desk, card)
    refuse_what_teams_refuses(opened)
    request = await desk.request()
    link = next(each for each in actions_of(opened) if each["type"] == "Action.OpenUrl")
    assert link["url"] == f"https://placet.example.com/requests/{request.id}/edit"
    assert "change them in the browser" in words_of(opened)
    changes = await pressed(desk, card, opened, SEE, **{AMOUNT: "2"})
    await pressed(desk, card, changes, APPROVE)
    stored = await desk.store.read(request.id)
    assert stored is not None
    assert stored.packet.action.arguments == {"amount": "2", "body": "word " * 9_000}


def an_edit(schema: Mapping[str, Any], arguments: Mapping[str, Any], error: str = "") -> EditForm:
    """The form of drawn arguments."""
    found = form_of(arguments, schema)
    return EditForm(
        request_id="apr_1",
        revision=1,
        reference="r" * 200,
        headline=MARKUP,
        form=found,
        errors={each.key: error for each in found} if error else {},
        notice=error,
        draft="drf_1",
        address="https://placet.example.com/requests/apr_1/edit",
    )


def a_review(before: Mapping[str, Any], after: Mapping[str, Any]) -> Review:
    """What changes between these."""
    return Review(
        request_id="apr_1",
        revision=1,
        reference="r" * 300,
        draft="drf_1",
        headline=MARKUP,
        digest=f"sha256:{'0' * 64}",
        differences=differences(before, after),
        arguments=(),
        consequence="Pressing approves it.",
        label=APPROVE,
        address="https://placet.example.com/requests/apr_1/edit",
    )


@given(objects())
@settings(max_examples=100, deadline=None)
def test_any_form_is_one_that_teams_takes(drawn: Drawn) -> None:
    for error in ("", MARKUP):
        made = edit_views.form(an_edit(*drawn, error))
        refuse_what_teams_refuses(made)
        refuse_what_is_not_inert(made)


@given(objects(), objects())
@settings(max_examples=100, deadline=None)
def test_any_change_is_a_card_that_teams_takes(one: Drawn, other: Drawn) -> None:
    made = edit_views.changes(a_review(one[1], other[1]), "ref")
    refuse_what_teams_refuses(made)
    refuse_what_is_not_inert(made)


def test_an_input_is_labelled_with_its_argument_where_markdown_reads_nothing_into_it() -> None:
    made = edit_views.form(an_edit({}, {"card_number": "1", "_odd_": "2", "[x](y)": "3"}))
    labels = [each["label"] for each in made["body"] if each["type"] == "Input.Text"]
    assert labels == ["card_number", "Argument 2", "Argument 3"]
    assert "_odd_" in words_of(made)


@pytest.mark.parametrize("count", [1, 45, 200])
def test_many_and_long_arguments_fit_or_are_left_to_the_browser(count: int) -> None:
    arguments = {f"[argument{n}](https://evil.example)": MARKUP * 3 for n in range(count)}
    made = edit_views.form(an_edit({}, arguments, "Wrong."))
    refuse_what_teams_refuses(made)
    refuse_what_is_not_inert(made)
    assert len(held(made)) == count or "in the browser" in words_of(made)
    changes = edit_views.changes(a_review(arguments, {}), "ref")
    refuse_what_teams_refuses(changes)
    assert (APPROVE in labels_of(changes)) == (count == 1)
