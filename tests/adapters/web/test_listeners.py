"""Presses from the browser."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest

from bot.domain.directory import Limit
from bot.domain.events import EventKind
from bot.domain.money import Money
from bot.domain.packet import Impact
from bot.domain.request import ApprovalRequest
from bot.domain.status import ImpactLevel, ReasonCode, Status
from bot.domain.terms import Quorum
from tests.adapters.web.desk import REFUND, InboxDesk
from tests.fakes.browser import Browser, Form, Page

JSON = {"Accept": "application/json"}


async def _now(desk: InboxDesk, request: ApprovalRequest) -> ApprovalRequest:
    return (await desk.approvals.show(request.id, agent=request.agent)).request


async def _form(browser: Browser, request: ApprovalRequest, choice: str, path: str = "/") -> Form:
    return (await browser.get(path)).form(f"/requests/{request.id}/press", choice=choice)


async def test_a_press_approves_and_the_presser_is_told(desk: InboxDesk) -> None:
    request = await desk.ask()
    ann = await desk.signed_in("ann")

    page = await ann.send(await _form(ann, request, "approve"))

    assert (await _now(desk, request)).status is Status.APPROVED
    assert page.url == f"{desk.site}/"
    assert 'class="flash good"' in page.text
    assert "Approved. support-bot may run it now." in page.text


async def test_who_is_one_of_two_is_told_that_others_still_have_to_say(desk: InboxDesk) -> None:
    desk.policy.terms = replace(desk.policy.terms, quorum=Quorum(voters=("ann", "ben"), approve=2, reject=2))
    approving, rejecting = await desk.ask(), await desk.ask()
    ann = await desk.signed_in("ann")

    approved = await ann.send(await _form(ann, approving, "approve"))
    rejected = await ann.send(await _form(ann, rejecting, "reject"), reason_code="tone")

    assert "Your approval is recorded: 1 of 2 approvals; it waits for Ben." in approved.text
    assert "Your rejection is recorded: 1 of 2 rejections; others still have to decide." in rejected.text


async def test_the_answer_is_said_once(desk: InboxDesk) -> None:
    ann = await desk.signed_in("ann")
    await ann.send(await _form(ann, await desk.ask(), "approve"))

    assert 'class="flash' not in (await ann.get("/")).text


async def test_the_decision_names_the_person_and_the_browser(desk: InboxDesk) -> None:
    request = await desk.ask()
    ann = await desk.signed_in("ann")

    await ann.send(await _form(ann, request, "approve"))

    [vote] = (await _now(desk, request)).progress.votes
    assert (vote.person, vote.via) == ("ann", "web")


async def test_a_rejection_carries_its_reason(desk: InboxDesk) -> None:
    request = await desk.ask()
    ann = await desk.signed_in("ann")
    form = await _form(ann, request, "reject")

    await ann.send(form, reason_code="wrong_amount", reason_text="Shipping is\r\nnot refunded.\x00")

    decision = (await _now(desk, request)).progress.decision
    assert decision is not None
    assert decision.reason is not None
    assert decision.reason.code is ReasonCode.WRONG_AMOUNT
    assert decision.reason.text == "Shipping is\nnot refunded."


async def test_a_rejection_without_a_reason_is_asked_for_one(desk: InboxDesk) -> None:
    request = await desk.ask()
    ann = await desk.signed_in("ann")

    page = await ann.send(await _form(ann, request, "reject"))

    assert 'class="flash bad"' in page.text
    assert (await _now(desk, request)).status is Status.PENDING


async def test_the_same_rejection_with_a_reason_is_taken_afterwards(desk: InboxDesk) -> None:
    request = await desk.ask()
    ann = await desk.signed_in("ann")
    form = await _form(ann, request, "reject")
    await ann.send(form)

    await ann.send(form, reason_code="tone")

    assert (await _now(desk, request)).status is Status.REJECTED


async def test_escalating_asks_the_next_step(desk: InboxDesk) -> None:
    request = await desk.ask()
    ann = await desk.signed_in("ann")

    await ann.send(await _form(ann, request, "escalate"))

    assert (await _now(desk, request)).progress.step == 2


async def test_a_form_sent_twice_presses_once(desk: InboxDesk) -> None:
    desk.policy.terms = replace(desk.policy.terms, steps=desk.policy.terms.steps * 2)
    request = await desk.ask()
    ann = await desk.signed_in("ann")
    form = await _form(ann, request, "escalate")

    first = await ann.post(form.action, form.fields, headers=JSON)
    second = await ann.post(form.action, form.fields, headers=JSON)

    assert '"code": "recorded"' in first.text
    assert '"code": "recorded"' in second.text
    assert (await _now(desk, request)).progress.step == 2
    escalations = [e for e in desk.store.events(request.id) if e.kind is EventKind.REQUEST_ESCALATED]
    assert len(escalations) == 1


async def test_two_people_who_send_the_same_number_are_two_presses(desk: InboxDesk) -> None:
    desk.policy.terms = replace(
        desk.policy.terms, quorum=replace(desk.policy.terms.quorum, approve=2, reject=2)
    )
    request = await desk.ask()
    ann, ben = await desk.signed_in("ann"), await desk.signed_in("ben")
    anns, bens = await _form(ann, request, "approve"), await _form(ben, request, "approve")

    await ann.send(anns)
    await ben.send(bens, nonce=anns.fields["nonce"])

    assert (await _now(desk, request)).status is Status.APPROVED


async def test_whoever_comes_second_is_told_who_was_first(desk: InboxDesk) -> None:
    request = await desk.ask()
    ann, ben = await desk.signed_in("ann"), await desk.signed_in("ben")
    late = await _form(ben, request, "reject")
    await ann.send(await _form(ann, request, "approve"))

    page = await ben.send(late, reason_code="policy")

    assert "Ann approved this" in page.text
    assert (await _now(desk, request)).status is Status.APPROVED


async def test_a_high_impact_is_not_approved_on_the_card(desk: InboxDesk) -> None:
    request = await desk.ask(replace(REFUND, impact=Impact(level=ImpactLevel.HIGH)))
    ann = await desk.signed_in("ann")
    inbox = await ann.get("/")
    reject = inbox.form(f"/requests/{request.id}/press", choice="reject")

    assert not [form for form in inbox.forms if form.fields.get("choice") == "approve"]
    page = await ann.send(reject, choice="approve")

    assert "Review" in page.text
    assert (await _now(desk, request)).status is Status.PENDING


async def test_a_high_impact_is_approved_on_its_own_page_which_records_the_look(desk: InboxDesk) -> None:
    request = await desk.ask(replace(REFUND, impact=Impact(level=ImpactLevel.HIGH)))
    ann = await desk.signed_in("ann")
    own_page = f"/requests/{request.id}"

    form = await _form(ann, request, "approve", own_page)
    opened = (await _now(desk, request)).progress.opened
    page = await ann.send(form)

    assert [(view.person, view.revision) for view in opened] == [("ann", 1)]
    assert page.url == f"{desk.site}{own_page}"
    assert (await _now(desk, request)).status is Status.APPROVED


async def test_one_persons_look_is_not_anothers(desk: InboxDesk) -> None:
    request = await desk.ask(replace(REFUND, impact=Impact(level=ImpactLevel.HIGH)))
    ann, ben = await desk.signed_in("ann"), await desk.signed_in("ben")
    await ann.get(f"/requests/{request.id}")
    form = (await ben.get("/")).form(f"/requests/{request.id}/press", choice="reject")

    await ben.send(form, choice="approve", face="page")

    assert (await _now(desk, request)).status is Status.PENDING


@pytest.mark.parametrize("purpose", [{"Sec-Purpose": "prefetch;prerender"}, {"Purpose": "prefetch"}], ids=str)
async def test_a_page_fetched_ahead_was_not_looked_at(desk: InboxDesk, purpose: dict[str, str]) -> None:
    request = await desk.ask(replace(REFUND, impact=Impact(level=ImpactLevel.HIGH)))
    ann = await desk.signed_in("ann")

    await ann.get(f"/requests/{request.id}", purpose)
    await ann.client.head(f"{desk.site}/requests/{request.id}")

    assert (await _now(desk, request)).progress.opened == ()


async def test_a_button_of_another_request_presses_nothing(desk: InboxDesk) -> None:
    one, other = await desk.ask(), await desk.ask(summary="Refund 9,000.00 EUR")
    ann = await desk.signed_in("ann")
    form = await _form(ann, one, "approve")

    page = await ann.post(f"/requests/{other.id}/press", form.fields)

    assert page.status == 400
    assert (await _now(desk, other)).progress.votes == ()
    assert (await _now(desk, one)).progress.votes == ()


@pytest.mark.parametrize(
    "wrong",
    [
        {"reference": "apr_forged.1.1.1.mark"},
        {"reference": ""},
        {"reference": "ä" * 50},
        {"choice": "delegate"},
        {"choice": "edit"},
        {"choice": ""},
        {"face": "row"},
        {"face": ""},
        {"nonce": "mine"},
        {"nonce": "cmd_" + "u" * 26},
    ],
    ids=str,
)
async def test_a_form_that_was_tampered_with_presses_nothing(desk: InboxDesk, wrong: dict[str, str]) -> None:
    request = await desk.ask()
    ann = await desk.signed_in("ann")

    page = await ann.send(await _form(ann, request, "approve"), **wrong)

    assert page.status == 400
    assert (await _now(desk, request)).status is Status.PENDING


async def test_an_unknown_reason_is_not_recorded(desk: InboxDesk) -> None:
    request = await desk.ask()
    ann = await desk.signed_in("ann")

    page = await ann.send(await _form(ann, request, "reject"), reason_code="because")

    assert page.status == 400
    assert (await _now(desk, request)).status is Status.PENDING


async def test_somebody_who_may_not_see_a_request_cannot_press_it(desk: InboxDesk) -> None:
    request = await desk.ask()
    ann, cat = await desk.signed_in("ann"), await desk.signed_in("cat")
    anns = await _form(ann, request, "approve")
    cats = (await cat.get("/")).form("/sign-out")

    page = await cat.post(anns.action, {**anns.fields, "csrf": cats.fields["csrf"]})

    assert page.status == 404
    assert (await _now(desk, request)).progress.votes == ()


async def _limited_ann(desk: InboxDesk) -> Page:
    limit = Limit(match="*", up_to=Money(amount=Decimal(100), currency="EUR"))
    people = dict(desk.policy.directory.people)
    people["ann"] = replace(people["ann"], limits=(limit,))
    desk.policy.directory = replace(desk.policy.directory, people=people)
    await desk.ask(replace(REFUND, impact=Impact(amount="240.00", currency="EUR")))
    return await (await desk.signed_in("ann")).get("/")


async def test_somebody_whose_limit_is_lower_is_told_before_they_press(desk: InboxDesk) -> None:
    page = await _limited_ann(desk)

    assert "above your limit" in page.text
    choices = {form.fields.get("choice") for form in page.forms}
    assert "approve" not in choices
    assert {"reject", "escalate"} <= choices


async def test_the_script_gets_the_answer_and_the_card_as_it_is_now(desk: InboxDesk) -> None:
    request = await desk.ask()
    ann = await desk.signed_in("ann")
    form = await _form(ann, request, "approve")

    page = await ann.post(form.action, form.fields, headers=JSON)

    assert page.status == 200
    assert page.headers["Content-Type"].startswith("application/json")
    assert '"accepted": true' in page.text
    assert "card approved" in page.text


async def test_the_script_gets_refusals_as_sentences_too(desk: InboxDesk) -> None:
    request = await desk.ask()
    ann = await desk.signed_in("ann")
    form = await _form(ann, request, "approve")

    page = await ann.post(form.action, {**form.fields, "csrf": "wrong"}, headers=JSON)

    assert page.status == 403
    assert '"sentence": "This page belongs to another sign-in' in page.text


async def test_a_press_after_the_end_says_that_it_has_expired(desk: InboxDesk) -> None:
    desk.policy.terms = replace(desk.policy.terms, steps=desk.policy.terms.steps[:1])
    request = await desk.ask()
    ann = await desk.signed_in("ann")
    form = await _form(ann, request, "approve")
    desk.clock.now += timedelta(minutes=16)
    await desk.store.fire_due(10)

    page = await ann.send(form)

    assert "expired" in page.text
    assert (await _now(desk, request)).status is Status.EXPIRED
