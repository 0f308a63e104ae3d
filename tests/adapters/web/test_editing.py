"""Editing in the browser, without scripts: form, differences, press."""

from dataclasses import replace
from typing import Any

import pytest

from bot.domain.form import key_of, option_key
from bot.domain.misfits import Misfit
from bot.domain.packet import Impact
from bot.domain.request import ApprovalRequest
from bot.domain.status import DecisionType, ImpactLevel, Status
from bot.domain.terms import Quorum
from tests.adapters.web.desk import REFUND, InboxDesk
from tests.fakes.browser import Browser, Form, Page

ARGUMENTS: dict[str, Any] = {
    "order": "4892",
    "amount": "240.00",
    "body": "Dear <b>Jo</b>,\nyour parcel is lost.\n",
    "card": "4111111111111111",
    "gift": True,
    "tags": ["b"],
    "lines": [{"sku": "A-1"}],
}
SCHEMA = '{"type": "object", "properties": {"tags": {"type": "array", "items": {"enum": ["a", "b", "c"]}}}}'
AMOUNT, BODY, CARD = key_of(("amount",)), key_of(("body",)), key_of(("card",))
GIFT, TAGS = key_of(("gift",)), key_of(("tags",))


async def _asked(desk: InboxDesk, **changes: Any) -> ApprovalRequest:
    terms = replace(desk.policy.terms, mask=("arguments.card",), arguments_schema=SCHEMA, **changes)
    desk.policy.terms = terms
    return await desk.ask(arguments=ARGUMENTS)


async def _now(desk: InboxDesk, request: ApprovalRequest) -> ApprovalRequest:
    return (await desk.approvals.show(request.id, agent=request.agent)).request


async def _form(browser: Browser, request: ApprovalRequest, query: str = "") -> Form:
    return (await browser.get(f"/requests/{request.id}/edit{query}")).form(f"/requests/{request.id}/edit")


def _press(page: Page, request: ApprovalRequest) -> Form:
    return page.form(f"/requests/{request.id}/changes")


async def test_a_form_is_filled_its_changes_are_shown_and_pressed(desk: InboxDesk) -> None:
    request = await _asked(desk)
    ann = await desk.signed_in("ann")
    own = await ann.get(f"/requests/{request.id}")
    assert f'href="/requests/{request.id}/edit"' in own.text

    form = await _form(ann, request)
    assert form.held(AMOUNT) == ["240.00"]
    assert form.held(BODY) == [ARGUMENTS["body"]]
    typed: dict[str, str | list[str]] = {
        AMOUNT: "200.00",
        BODY: "Dear <b>Jo</b>,\nyour parcel was lost, sorry.\n",
        GIFT: option_key(False),
        TAGS: ["", option_key("a")],
    }
    changes = await ann.fill(form, typed)
    assert changes.status == 200
    assert '<del><span class="unseen">was </span>240.00</del>' in changes.text
    assert "[removed: </span>is<" in changes.text
    assert "[added: </span>was<" in changes.text
    assert "<b>Jo</b>" not in changes.text
    assert "4111111111111111" not in changes.text

    page = await ann.send(_press(changes, request))
    assert page.url == f"{desk.site}/requests/{request.id}"
    assert 'class="flash good"' in page.text
    now = await _now(desk, request)
    assert now.status is Status.APPROVED
    assert now.progress.decision is not None
    assert now.progress.decision.type is DecisionType.EDIT
    stored = await desk.approvals.show(request.id, agent=request.agent)
    assert stored.packet.action.arguments == {
        **ARGUMENTS,
        "amount": "200.00",
        "body": "Dear <b>Jo</b>,\nyour parcel was lost, sorry.\n",
        "gift": False,
        "tags": ["a"],
    }


async def test_a_form_that_nobody_touched_changes_nothing(desk: InboxDesk) -> None:
    request = await _asked(desk)
    ann = await desk.signed_in("ann")
    page = await ann.fill(await _form(ann, request), {})
    assert page.status == 422
    assert "Nothing is changed yet." in page.text


async def test_a_masked_value_is_not_in_the_page_and_can_be_replaced(desk: InboxDesk) -> None:
    request = await _asked(desk)
    ann = await desk.signed_in("ann")
    page = await ann.get(f"/requests/{request.id}/edit")
    assert "411111" not in page.text
    assert "text, 16 characters, ends in 1111" in page.text
    changes = await ann.fill(page.form(f"/requests/{request.id}/edit"), {CARD: "4000000000009999"})
    assert "400000" not in changes.text
    assert "ends in 9999" in changes.text


async def test_an_error_stands_beside_its_field_and_what_was_typed_stays(desk: InboxDesk) -> None:
    request = await _asked(desk)
    ann = await desk.signed_in("ann")
    desk.policy.wrong = (Misfit(path=("amount",), sentence="This has to be <less>."),)
    page = await ann.fill(await _form(ann, request), {AMOUNT: '"><script>'})
    assert page.status == 422
    assert f'id="error-{AMOUNT}">This has to be &lt;less&gt;.' in page.text
    assert "<script>" not in page.text.replace('<script type="module"', "")
    assert page.form(f"/requests/{request.id}/edit").held(AMOUNT) == ['"><script>']


async def test_back_to_the_form_finds_what_was_typed(desk: InboxDesk) -> None:
    request = await _asked(desk)
    ann = await desk.signed_in("ann")
    changes = await ann.fill(await _form(ann, request), {AMOUNT: "200.00"})
    [back] = {part.split('"')[0] for part in changes.text.split('href="') if "draft=" in part.split('"')[0]}
    form = (await ann.get(back)).form(f"/requests/{request.id}/edit")
    assert form.held(AMOUNT) == ["200.00"]


async def test_a_high_impact_can_be_edited_since_the_form_is_ones_own_view(desk: InboxDesk) -> None:
    high = replace(REFUND, impact=Impact(level=ImpactLevel.HIGH))
    request = await desk.ask(high)
    ann = await desk.signed_in("ann")
    changes = await ann.fill(await _form(ann, request), {AMOUNT: "200.00"})
    await ann.send(_press(changes, request))
    now = await _now(desk, request)
    assert now.status is Status.APPROVED
    assert {(view.person, view.revision) for view in now.progress.opened} == {("ann", 2)}


async def test_somebody_elses_edit_meanwhile_is_told_and_nothing_typed_is_lost(desk: InboxDesk) -> None:
    request = await _asked(desk, quorum=Quorum(approve=2, voters=("ann", "ben")))
    ann, ben = await desk.signed_in("ann"), await desk.signed_in("ben")
    bens = await ben.fill(await _form(ben, request), {BODY: "We are sorry."})
    anns = await ann.fill(await _form(ann, request), {AMOUNT: "200.00"})
    await ann.send(_press(anns, request))

    page = await ben.send(_press(bens, request))
    assert "changed meanwhile" in page.text
    form = page.form(f"/requests/{request.id}/edit")
    assert (form.held(AMOUNT), form.held(BODY)) == (["200.00"], ["We are sorry."])
    await ben.send(_press(await ben.fill(form, {}), request))
    now = await _now(desk, request)
    assert now.revision == 3
    assert [vote.person for vote in now.progress.votes] == ["ben"]


async def test_the_same_press_sent_twice_is_one(desk: InboxDesk) -> None:
    request = await _asked(desk, quorum=Quorum(approve=2, voters=("ann", "ben")))
    ann = await desk.signed_in("ann")
    form = _press(await ann.fill(await _form(ann, request), {AMOUNT: "200.00"}), request)
    first, second = await ann.send(form), await ann.send(form)
    assert 'class="flash good"' in first.text
    assert 'class="flash good"' in second.text
    assert (await _now(desk, request)).revision == 2


async def test_who_may_not_see_a_request_finds_no_form(desk: InboxDesk) -> None:
    request = await _asked(desk)
    ann, cat = await desk.signed_in("ann"), await desk.signed_in("cat")
    form = await _form(ann, request)
    press = _press(await ann.fill(form, {AMOUNT: "1"}), request)
    csrf = (await cat.get("/")).form("/sign-out").fields["csrf"]
    assert (await cat.get(f"/requests/{request.id}/edit")).status == 404
    assert (await cat.fill(form, {"csrf": csrf})).status == 404
    assert (await cat.send(press, csrf=csrf)).status == 404
    assert (await _now(desk, request)).revision == 1


async def test_a_page_fetched_ahead_was_not_looked_at(desk: InboxDesk) -> None:
    request = await _asked(desk)
    ann = await desk.signed_in("ann")
    await ann.get(f"/requests/{request.id}/edit", {"Sec-Purpose": "prefetch"})
    assert (await _now(desk, request)).progress.opened == ()


@pytest.mark.parametrize(
    "wrong", [{"csrf": "x"}, {"reference": "x"}, {"csrf": ["a", "b"]}, {"csrf": []}], ids=str
)
async def test_a_form_that_was_tampered_with_is_refused(desk: InboxDesk, wrong: dict[str, Any]) -> None:
    request = await _asked(desk)
    ann = await desk.signed_in("ann")
    page = await ann.fill(await _form(ann, request), {AMOUNT: "1", **wrong})
    assert page.status in (400, 403)


@pytest.mark.parametrize("wrong", [{"csrf": "x"}, {"reference": "x"}, {"nonce": "x"}], ids=str)
async def test_a_press_that_was_tampered_with_is_refused(desk: InboxDesk, wrong: dict[str, str]) -> None:
    request = await _asked(desk)
    ann = await desk.signed_in("ann")
    form = _press(await ann.fill(await _form(ann, request), {AMOUNT: "1"}), request)
    assert (await ann.send(form, **wrong)).status in (400, 403)
    assert (await _now(desk, request)).revision == 1


async def test_a_press_for_another_request_is_none(desk: InboxDesk) -> None:
    one, other = await _asked(desk), await _asked(desk)
    ann = await desk.signed_in("ann")
    form = _press(await ann.fill(await _form(ann, one), {AMOUNT: "1"}), one)
    assert (await ann.post(f"/requests/{other.id}/changes", form.fields)).status == 404
    edit = await _form(ann, one)
    edit.action = f"/requests/{other.id}/edit"
    assert (await ann.fill(edit, {AMOUNT: "1"})).status == 404
    assert (await _now(desk, one)).revision == (await _now(desk, other)).revision == 1


async def test_a_form_larger_than_any_edit_is_refused(desk: InboxDesk) -> None:
    request = await _asked(desk)
    ann = await desk.signed_in("ann")
    form = await _form(ann, request)
    assert "larger than" in (await ann.fill(form, {BODY: "x" * 600_000})).text
    assert (await ann.fill(form, {BODY: ["x"] * 2_100})).status == 400
    assert "64 KiB" in (await ann.fill(form, {BODY: "x" * 70_000})).text


async def test_arguments_of_sixty_kibibytes_can_be_edited(desk: InboxDesk) -> None:
    request = await desk.ask(arguments={"body": "wörd " * 9_000, "amount": "1"})
    ann = await desk.signed_in("ann")
    changes = await ann.fill(await _form(ann, request), {AMOUNT: "2"})
    await ann.send(_press(changes, request))
    stored = await desk.approvals.show(request.id, agent=request.agent)
    assert stored.packet.action.arguments == {"body": "wörd " * 9_000, "amount": "2"}
