"""Editing in Slack: form, differences, press, and back."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adapters.slack import edit_views
from adapters.slack.metadata import Origin
from bot.domain.differences import differences
from bot.domain.errors import Busy
from bot.domain.form import key_of
from bot.domain.form_building import form_of
from bot.domain.misfits import Misfit
from bot.domain.request import ApprovalRequest
from bot.domain.status import DecisionType, Status
from bot.domain.terms import Confirm, Quorum
from bot.edit_views import APPROVE, EditForm, Review
from tests.adapters.slack.desk import Desk
from tests.domain.schemas_of import Drawn, objects
from tests.fakes.slack_limits import faults_of_view
from tests.fakes.slack_screen import View, words_of
from tests.fakes.slack_server import FakeSlack

ORIGIN = Origin(reference="r" * 200, channel="C0SUPPORT", message="1.1")
ARGUMENTS: dict[str, Any] = {
    "order": "4892",
    "amount": "240.00",
    "body": "Dear <!channel> & *Jo*,\nyour parcel is lost.",
    "card": "4111111111111111",
    "gift": True,
    "tags": ["b"],
}
SCHEMA = (
    '{"type": "object", "properties": {"due": {"type": "string", "format": "date"},'
    ' "tags": {"type": "array", "items": {"enum": ["a", "b", "c"]}}}}'
)


async def _asked(desk: Desk, **changes: Any) -> ApprovalRequest:
    terms = replace(desk.policy.terms, mask=("arguments.card",), arguments_schema=SCHEMA, **changes)
    desk.policy.terms = terms
    return await desk.ask(arguments=ARGUMENTS)


async def _form(slack: FakeSlack, by: str = "U01ANN") -> View:
    card = await slack.card("#support")
    await card.press("Edit…", by=by)
    view = await slack.view(by, "Edit")
    await slack.until(lambda: view.submit_label is not None, lambda: view.words)
    return view


async def test_a_form_is_filled_its_changes_are_shown_and_pressed(desk: Desk, slack: FakeSlack) -> None:
    request = await _asked(desk)
    view = await _form(slack)
    assert view.held("amount") == "240.00"
    assert view.held("body") == ARGUMENTS["body"]
    assert view.held("gift") == "yes"
    assert view.held("card") is None
    assert view.submit_label == "See what changes"

    typed = {
        "amount": "200.00",
        "body": "Dear <!channel> & *Jo*,\nyour parcel was lost.",
        "gift": "no",
        "tags": ["a", "c"],
        "due": "2026-03-02",
    }
    await view.submit(typed)
    await view.expect(
        "What changes", "− 240.00", "+ 200.00", "[−is−][+was+]", "approves it with these changes"
    )
    assert view.submit_label == "Approve"
    assert (await desk.now(request)).revision == 1

    await view.submit()
    await view.expect("Approved with your changes. support-bot may run it now.")
    now = await desk.now(request)
    decision = now.progress.decision
    assert decision is not None
    assert (now.status, decision.type, decision.by) == (Status.APPROVED, DecisionType.EDIT, ("ann",))
    stored = await desk.store.read(request.id)
    assert stored is not None
    assert stored.packet.action.arguments == {
        **ARGUMENTS,
        "amount": "200.00",
        "body": typed["body"],
        "gift": False,
        "tags": ["a", "c"],
        "due": "2026-03-02",
    }
    await desk.settle()
    card = await slack.card("#support")
    await card.expect("Approved with changes by Ann", "Edited by", "240.00 → 200.00")


async def test_a_change_is_confirmed_by_a_word_of_its_own(desk: Desk, slack: FakeSlack) -> None:
    request = await _asked(desk, confirm=Confirm.TYPE)
    view = await _form(slack)
    await view.submit({"amount": "200.00"})
    await view.expect("What changes", "Type 200.00 to approve")
    await view.submit({"Type 200.00 to approve": "240.00"})
    assert "Type 200.00" in view.errors[0]
    assert (await desk.now(request)).status is Status.PENDING
    await view.submit({"Type 200.00 to approve": " 200.00"})
    assert (await desk.now(request)).status is Status.APPROVED


async def test_what_is_approved_in_the_browser_only_is_changed_there_only(
    desk: Desk, slack: FakeSlack
) -> None:
    request = await _asked(desk)
    view = await _form(slack)
    desk.policy.directory = replace(desk.policy.directory, confirmations={"refund.issue": Confirm.BROWSER})
    await view.submit({"amount": "200.00"})
    assert "in the browser only" in view.errors[0]
    assert (await desk.now(request)).revision == 1
    desk.policy.directory = replace(desk.policy.directory, confirmations={})
    await _asked(desk, confirm=Confirm.BROWSER)
    assert "Edit…" not in (await slack.card("#support", count=2)).buttons


async def test_a_form_that_nobody_touched_says_that_nothing_is_changed(desk: Desk, slack: FakeSlack) -> None:
    await _asked(desk)
    view = await _form(slack)
    await view.submit()
    assert view.errors == ["Nothing is changed yet."]


async def test_an_error_stands_at_its_field_and_the_form_keeps_what_was_typed(
    desk: Desk, slack: FakeSlack
) -> None:
    await _asked(desk)
    view = await _form(slack)
    desk.policy.wrong = (Misfit(path=("amount",), sentence="Too much."), Misfit(path=(), sentence="No."))
    delivered = await view.submit({"amount": "9.00"})
    assert delivered.json["response_action"] == "errors"
    assert delivered.json["errors"] == {key_of(("amount",)): "Too much.", key_of(("order",)): "No."}


async def test_the_way_back_leads_to_the_form_as_it_was_left(desk: Desk, slack: FakeSlack) -> None:
    await _asked(desk)
    view = await _form(slack)
    await view.submit({"amount": "200.00"})
    await view.expect("+ 200.00")
    await view.press("Back to the form")
    await desk.settle()
    assert view.held("amount") == "200.00"
    await view.submit({"order": "77"})
    await view.expect("+ 200.00", "+ 77")


async def test_somebody_elses_edit_meanwhile_is_told_and_nothing_typed_is_lost(
    desk: Desk, slack: FakeSlack
) -> None:
    request = await _asked(desk, quorum=Quorum(approve=2, voters=("ann", "ben")))
    bens = await _form(slack, "U01BEN")
    await bens.submit({"order": "77"})
    anns = await _form(slack)
    await anns.submit({"amount": "200.00"})
    await anns.submit()
    await anns.expect("Your change is recorded: 1 of 2 approvals; it waits for Ben.")

    await bens.submit()
    await bens.expect("Edit", "changed meanwhile")
    assert (bens.held("amount"), bens.held("order")) == ("200.00", "77")
    await bens.submit()
    await bens.expect("+ 77", "1 of 2")
    await bens.submit()
    assert (await desk.now(request)).revision == 3


async def test_a_form_that_is_stale_when_it_is_sent_comes_again_over_the_new_arguments(
    desk: Desk, slack: FakeSlack
) -> None:
    await _asked(desk, quorum=Quorum(approve=2, voters=("ann", "ben")))
    bens = await _form(slack, "U01BEN")
    anns = await _form(slack)
    await anns.submit({"amount": "200.00"})
    await anns.submit()
    await bens.submit({"order": "77"})
    await bens.expect("changed meanwhile")
    assert (bens.held("amount"), bens.held("order")) == ("200.00", "77")


async def test_the_same_submission_delivered_twice_is_one_edit(desk: Desk, slack: FakeSlack) -> None:
    request = await _asked(desk, quorum=Quorum(approve=2, voters=("ann", "ben")))
    view = await _form(slack)
    await view.submit({"amount": "200.00"})
    payload = view.payload()
    await slack.deliver(payload)
    await slack.deliver(payload)
    assert (await desk.now(request)).revision == 2


async def test_high_impact_is_edited_in_ones_own_view_alone(desk: Desk, slack: FakeSlack) -> None:
    request = await desk.ask(high_impact=True)
    view = await _form(slack)
    await view.submit({"amount": "200.00"})
    payload = view.payload()
    bens = {**payload, "user": {**payload["user"], "id": "U01BEN"}}
    await slack.deliver(bens)
    assert (await desk.now(request)).status is Status.PENDING
    await view.submit()
    assert (await desk.now(request)).status is Status.APPROVED


async def test_whoever_may_not_decide_is_told_so_instead_of_a_form(desk: Desk, slack: FakeSlack) -> None:
    await _asked(desk)
    await (await slack.card("#support")).press("Edit…", by="U01CAT")
    view = await slack.view("U01CAT", "Edit")
    await view.expect("You are not among the reviewers")


async def test_a_forged_or_foreign_view_records_nothing(desk: Desk, slack: FakeSlack) -> None:
    request = await _asked(desk)
    view = await _form(slack)
    await view.submit({"amount": "200.00"})
    payload = view.payload()
    payload["view"]["private_metadata"] = payload["view"]["private_metadata"].replace(".1.", ".2.")
    delivered = await slack.deliver(payload)
    assert "nothing was recorded" in str(delivered.json)
    assert (await desk.now(request)).revision == 1


async def test_the_press_is_committed_before_slack_hears_of_it(desk: Desk, slack: FakeSlack) -> None:
    request = await _asked(desk)
    view = await _form(slack)
    await view.submit({"amount": "200.00"})
    desk.store.failing = RuntimeError("the disk is full")
    delivered = await view.submit()
    assert "Nothing was recorded" in str(delivered.json)
    desk.store.failing = None
    assert (await desk.now(request)).revision == 1


async def test_a_form_that_cannot_be_taken_now_keeps_what_was_typed(desk: Desk, slack: FakeSlack) -> None:
    request = await _asked(desk)
    view = await _form(slack)
    desk.store.failing = Busy()
    await view.submit({"amount": "200.00"})
    assert view.errors == ["Placet is busy and stored nothing; try again in a moment."]
    assert view.held("order") == "4892"
    desk.store.failing = None
    await view.submit({"amount": "200.00"})
    await view.expect("+ 200.00")
    assert (await desk.now(request)).revision == 1


async def test_what_is_too_long_for_slack_is_left_to_the_browser(desk: Desk, slack: FakeSlack) -> None:
    request = await desk.ask(arguments={"amount": "1", "body": "word " * 900})
    view = await _form(slack)
    assert "body" in view.words
    assert "change them in the browser" in view.words
    assert f"https://placet.example.com/requests/{request.id}/edit" in view.words
    await view.submit({"amount": "2"})
    await view.expect("+ 2", "Everything else stays as it is: 1 argument.")
    await view.submit()
    stored = await desk.store.read(request.id)
    assert stored is not None
    assert stored.packet.action.arguments == {"amount": "2", "body": "word " * 900}


def an_edit(drawn: Drawn, errors: dict[str, str] | None = None) -> EditForm:
    """The form of drawn arguments."""
    form = form_of(drawn[1], drawn[0])
    told = {key_of(each.path): "Wrong <here>." for each in form} if errors is None else errors
    return EditForm(
        request_id="apr_1",
        revision=1,
        reference="r" * 200,
        headline="Do <it>",
        form=form,
        errors=told,
        notice="Look again.",
        draft="drf_1",
        address="https://placet.example.com/requests/apr_1/edit",
    )


def a_review(before: dict[str, Any], after: dict[str, Any]) -> Review:
    """What changes between these."""
    return Review(
        request_id="apr_1",
        revision=1,
        reference="r" * 300,
        draft="drf_1",
        headline="Do <it>",
        digest=f"sha256:{'0' * 64}",
        differences=differences(before, after),
        arguments=(),
        consequence="Pressing approves it.",
        label=APPROVE,
        address="https://placet.example.com/requests/apr_1/edit",
    )


@given(objects(), st.booleans())
@settings(max_examples=100)
def test_any_form_is_one_that_slack_takes(drawn: Drawn, with_errors: bool) -> None:  # noqa: FBT001 - drawn
    view = edit_views.form(an_edit(drawn, None if with_errors else {}), ORIGIN)
    assert faults_of_view(view) == []


@given(objects(), objects())
@settings(max_examples=100)
def test_any_change_is_a_view_that_slack_takes(one: Drawn, other: Drawn) -> None:
    view = edit_views.changes(a_review(one[1], other[1]), ORIGIN)
    assert faults_of_view(view) == []


@pytest.mark.parametrize("count", [1, 45, 300])
def test_many_and_long_arguments_fit_or_are_left_to_the_browser(count: int) -> None:
    arguments = {f"argument{n}": "<&>" * 900 for n in range(count)}
    view = edit_views.form(an_edit(({}, arguments), {}), ORIGIN)
    assert faults_of_view(view) == []
    inputs = [block for block in view["blocks"] if block["type"] == "input"]
    assert len(inputs) == count or "in the browser" in words_of(view["blocks"])
    changes = edit_views.changes(a_review(arguments, {}), ORIGIN)
    assert faults_of_view(changes) == []
    is_whole = "submit" in changes
    assert is_whole == (count < 45)
    assert is_whole or "in the browser only" in words_of(changes["blocks"])


def test_no_field_is_lost_between_the_form_and_the_browser() -> None:
    arguments = {f"argument{n}": "x" for n in range(100)}
    view = edit_views.form(an_edit(({}, arguments), {}), ORIGIN)
    inputs = [block for block in view["blocks"] if block["type"] == "input"]
    assert f"{100 - len(inputs)} arguments do not fit here" in words_of(view["blocks"])
