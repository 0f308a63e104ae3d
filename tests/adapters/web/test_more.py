"""What else can be done in the browser: looking into it, asking, handing over, escalating, taking back."""

from bot.domain.choice import Choice
from bot.domain.request import ApprovalRequest
from bot.domain.status import Status
from tests.adapters.web.desk import InboxDesk
from tests.fakes.browser import Browser, Page


async def _now(desk: InboxDesk, request: ApprovalRequest) -> ApprovalRequest:
    return (await desk.approvals.show(request.id, agent=request.agent)).request


async def _more(browser: Browser, request: ApprovalRequest, path: str = "/", **typed: str) -> Page:
    [form] = [
        form
        for form in (await browser.get(path)).forms
        if form.action.endswith(f"{request.id}/press") and "choice" not in form.fields
    ]
    return await browser.send(form, **typed)


async def test_looking_into_it_is_told_to_everybody(desk: InboxDesk) -> None:
    request = await desk.ask()
    ann, ben = await desk.signed_in("ann"), await desk.signed_in("ben")

    page = await _more(ann, request, choice="claim")

    assert "You look into it; reminders rest until" in page.text
    assert "Ann is looking into it" in (await ben.get("/")).text
    assert "I look into it instead of Ann" in (await ben.get("/")).text
    assert "I am not looking into it any more" in (await ann.get("/")).text


async def test_a_claim_is_given_up(desk: InboxDesk) -> None:
    request = await desk.ask()
    ann = await desk.signed_in("ann")
    await _more(ann, request, choice="claim")

    await _more(ann, request, choice="release")

    assert (await _now(desk, request)).progress.claim is None


async def test_a_question_is_asked_from_the_page_of_a_request(desk: InboxDesk) -> None:
    request = await desk.ask()
    ann = await desk.signed_in("ann")

    page = await _more(ann, request, f"/requests/{request.id}", choice="ask", words="Was it\r\npaid?\x00")

    [question] = (await _now(desk, request)).progress.questions
    assert question.text == "Was it\npaid?"
    assert f"Ann asked {request.agent} · no answer yet" in page.text


async def test_it_is_handed_to_those_who_could_decide_it_and_no_others(desk: InboxDesk) -> None:
    request = await desk.ask()
    ann = await desk.signed_in("ann")
    assert '<option value="ben">Ben</option>' in (await ann.get("/")).text

    await _more(ann, request, choice="hand_over", to="ben", words="You know her.")
    claim = (await _now(desk, request)).progress.claim
    assert claim is not None
    assert (claim.person, claim.handed_by) == ("ben", ("ann",))

    page = await _more(ann, request, choice="hand_over", to="nobody")
    assert "Say to whom; nothing was recorded." in page.text


async def test_it_is_escalated_with_a_reason_that_the_next_ones_read(desk: InboxDesk) -> None:
    request = await desk.ask()
    ann = await desk.signed_in("ann")

    page = await _more(ann, request, choice="escalate", words="Above my head.")

    now = await _now(desk, request)
    assert now.progress.step == 2
    assert "Ann on why it was escalated" in page.text
    assert "Above my head." in page.text


async def test_a_question_without_words_is_not_sent(desk: InboxDesk) -> None:
    request = await desk.ask()
    ann = await desk.signed_in("ann")

    page = await _more(ann, request, choice="ask")

    assert "Write the question" in page.text
    assert (await _now(desk, request)).progress.questions == ()


async def test_nothing_is_offered_when_it_is_over(desk: InboxDesk) -> None:
    request = await desk.ask()
    ann = await desk.signed_in("ann")
    await ann.send((await ann.get("/")).form(f"/requests/{request.id}/press", choice="approve"))

    assert (await _now(desk, request)).status is Status.APPROVED
    assert Choice.HAND_OVER.value not in (await ann.get(f"/requests/{request.id}")).text
