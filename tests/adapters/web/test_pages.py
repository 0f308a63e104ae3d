"""Which requests somebody finds, where, and in which order."""

import re
from dataclasses import replace
from datetime import timedelta

import pytest

from adapters.web.pages import MOST_CARDS
from bot.domain.packet import Impact
from bot.domain.request import ApprovalRequest
from bot.domain.status import ImpactLevel
from bot.domain.terms import Quorum, Step, Target, TargetKind
from tests.adapters.web.desk import REFUND, InboxDesk
from tests.fakes.browser import Page


def _cards(page: Page) -> list[str]:
    return re.findall(r'<article class="(?:card|row)[^"]*" id="(apr_\w+)"', page.text)


def _tabs(page: Page) -> str:
    return page.text.partition('id="tabs"')[2].partition("</nav>")[0]


async def test_the_inbox_shows_what_waits(desk: InboxDesk) -> None:
    request = await desk.ask()

    page = await (await desk.signed_in("ann")).get("/")

    assert _cards(page) == [request.id]
    assert "Refund 240.00 EUR to order 4892" in page.text
    assert "<title>(1) Inbox" in page.text


async def test_somebody_who_is_not_asked_sees_nothing_of_it(desk: InboxDesk) -> None:
    await desk.ask()

    page = await (await desk.signed_in("cat")).get("/")

    assert _cards(page) == []
    assert "support" not in _tabs(page)
    assert "Nothing waits for you" in page.text


@pytest.mark.parametrize("path", ["/requests/{id}", "/?show=decided", "/?channel=support"])
async def test_a_stranger_finds_it_on_no_page(desk: InboxDesk, path: str) -> None:
    request = await desk.ask()

    page = await (await desk.signed_in("cat")).get(path.format(id=request.id))

    assert "Refund" not in page.text
    assert page.status == (404 if "requests" in path else 200)


@pytest.mark.parametrize(
    "name",
    ["apr_" + "0" * 26, "apr_x", "..%2f..", "%00", "'; drop", "a" * 5000, "{{7777*7777}}", "%3Cscript%3E"],
)
async def test_what_is_not_there_looks_like_what_one_may_not_see(desk: InboxDesk, name: str) -> None:
    ann = await desk.signed_in("ann")

    page = await ann.get(f"/requests/{name}")

    assert page.status == 404
    assert "60481729" not in page.text
    assert "<script>" not in page.text


async def test_a_lead_sees_what_they_do_not_decide_and_reads_who_does(desk: InboxDesk) -> None:
    desk.policy.directory = replace(desk.policy.directory, leads={"cat": ("refund.*",)})
    request = await desk.ask()

    page = await (await desk.signed_in("cat")).get("/")

    assert _cards(page) == [request.id]
    assert "You can look; Ann or Ben can decide." in page.text
    assert not [form for form in page.forms if form.action.endswith("/press")]


async def test_looking_at_a_request_that_one_does_not_decide_approves_nothing(desk: InboxDesk) -> None:
    desk.policy.directory = replace(desk.policy.directory, leads={"cat": ("*",)})
    request = await desk.ask()

    page = await (await desk.signed_in("cat")).get(f"/requests/{request.id}")

    assert page.status == 200
    assert not [form for form in page.forms if form.action.endswith("/press")]


async def _in_room(desk: InboxDesk, room: str, wait: timedelta = timedelta(minutes=5)) -> ApprovalRequest:
    target = Target(kind=TargetKind.CHANNEL, ref=f"web:{room}", label=f"#{room}")
    steps = (Step(to=(target,), wait=wait),)
    desk.policy.terms = replace(desk.policy.terms, steps=steps)
    return await desk.ask()


async def test_each_channel_has_a_tab_that_counts_what_waits(desk: InboxDesk) -> None:
    support = await _in_room(desk, "support")
    refunds = [await _in_room(desk, "refunds"), await _in_room(desk, "refunds")]
    ann = await desk.signed_in("ann")

    page = await ann.get("/?channel=refunds")

    assert set(_cards(page)) == {request.id for request in refunds}
    assert support.id not in page.text
    assert re.search(r"<span>refunds</span><span class=\"count\">2<", _tabs(page))
    assert re.search(r"<span>support</span><span class=\"count\">1<", _tabs(page))


async def test_a_channel_keeps_its_tab_when_nothing_waits_in_it(desk: InboxDesk) -> None:
    request = await _in_room(desk, "refunds")
    ann = await desk.signed_in("ann")
    await ann.send((await ann.get("/")).form(f"/requests/{request.id}/press", choice="approve"))

    page = await ann.get("/")

    assert "<span>refunds</span></a>" in _tabs(page)


async def test_what_was_sent_to_oneself_has_its_own_tab(desk: InboxDesk) -> None:
    target = Target(kind=TargetKind.PERSON, ref="ann", label="@ann")
    desk.policy.terms = replace(desk.policy.terms, steps=(Step(to=(target,), wait=timedelta(minutes=5)),))
    request = await desk.ask()
    ann, ben = await desk.signed_in("ann"), await desk.signed_in("ben")

    assert _cards(await ann.get("/?channel=%40me")) == [request.id]
    assert "For me" in _tabs(await ann.get("/"))
    assert _cards(await ben.get("/?channel=%40me")) == []
    assert "For me" not in _tabs(await ben.get("/"))


async def test_what_could_cost_most_comes_first_and_then_what_waits_longest(desk: InboxDesk) -> None:
    old, young = await desk.ask(), await desk.ask()
    desk.policy.irreversible = True
    riskier = await desk.ask()

    page = await (await desk.signed_in("ann")).get("/")

    assert _cards(page) == [riskier.id, *sorted([old.id, young.id])]


async def test_a_long_queue_shows_the_most_urgent_and_says_so(desk: InboxDesk) -> None:
    for _ in range(MOST_CARDS + 3):
        await desk.ask()

    page = await (await desk.signed_in("ann")).get("/")

    assert len(_cards(page)) == MOST_CARDS
    assert f"{MOST_CARDS + 3} waiting, the first {MOST_CARDS} are shown" in page.text


async def test_thirty_at_once_are_a_list_that_is_decided_one_by_one(desk: InboxDesk) -> None:
    requests = [await desk.ask() for _ in range(30)]
    ann = await desk.signed_in("ann")
    page = await ann.get("/")
    listed = _cards(page)
    assert sorted(listed) == sorted(request.id for request in requests)
    for left, request_id in enumerate(reversed(listed)):
        assert len(_cards(page)) == 30 - left
        await ann.send(page.form(f"/requests/{request_id}/press", choice="approve"))
        page = await ann.get("/")
    assert "Nothing waits for you" in page.text


async def test_what_is_decided_leaves_the_inbox_and_is_found_under_decided(desk: InboxDesk) -> None:
    request, other = await desk.ask(), await desk.ask()
    ann = await desk.signed_in("ann")
    await ann.send((await ann.get("/")).form(f"/requests/{request.id}/press", choice="approve"))

    assert _cards(await ann.get("/")) == [other.id]
    assert _cards(await ann.get("/?show=decided")) == [request.id]


async def test_somebody_asked_by_a_later_step_sees_it_from_then_on(desk: InboxDesk) -> None:
    cats = Step(
        to=(Target(kind=TargetKind.CHANNEL, ref="web:leads", label="#leads"),),
        wait=timedelta(minutes=5),
        voters=("cat",),
    )
    desk.policy.terms = replace(
        desk.policy.terms, quorum=Quorum(voters=("ann",)), steps=(*desk.policy.terms.steps[:1], cats)
    )
    request = await desk.ask()
    cat = await desk.signed_in("cat")
    assert _cards(await cat.get("/")) == []

    desk.clock.advance(minutes=16)
    await desk.store.fire_due(10)

    assert _cards(await cat.get("/")) == [request.id]


async def test_a_card_with_very_many_arguments_shows_the_first_and_says_where_the_others_are(
    desk: InboxDesk,
) -> None:
    request = await desk.ask(
        arguments={"amount": "1.00", "currency": "EUR", **{f"row{n}": n for n in range(150)}}
    )
    ann = await desk.signed_in("ann")

    inbox, whole = await ann.get("/"), await ann.get(f"/requests/{request.id}")

    assert inbox.text.count('<th scope="row">') == 100
    assert ">52 more arguments are in the details<" in inbox.text
    assert whole.text.count('<th scope="row">') == 152
    assert "more arguments" not in whole.text


async def test_what_the_agent_says_comes_before_how_it_came_here(desk: InboxDesk) -> None:
    request = await desk.ask()
    ann = await desk.signed_in("ann")

    for page in (await ann.get("/"), await ann.get(f"/requests/{request.id}")):
        assert page.text.index("The agent says") < page.text.index("Why here")


async def test_a_page_with_thousands_of_arguments_says_how_many_there_are_and_shows_all_when_asked(
    desk: InboxDesk,
) -> None:
    request = await desk.ask(
        arguments={"amount": "1.00", "currency": "EUR", **{f"row{n}": n for n in range(1_298)}}
    )
    ann = await desk.signed_in("ann")

    first = await ann.get(f"/requests/{request.id}")
    everything = await ann.get(f"/requests/{request.id}?arguments=all")

    assert first.text.count('<th scope="row">') == 200
    assert "The first 200 of 1,300 arguments" in first.text
    assert "1,100 more arguments would run too and are not shown yet" in first.text
    assert request.proposal.digest in first.text
    assert f'href="/requests/{request.id}?arguments=all">Show all 1,300 arguments<' in first.text
    assert everything.text.count('<th scope="row">') == 1_300
    assert "Show all" not in everything.text
    assert "arguments=all" in everything.text.partition("data-stream=")[2].partition(">")[0]


async def test_what_is_approved_with_everything_in_view_has_everything_in_view(desk: InboxDesk) -> None:
    grave = replace(REFUND, impact=Impact(level=ImpactLevel.HIGH))
    request = await desk.ask(grave, arguments={f"row{n}": n for n in range(300)})
    ann = await desk.signed_in("ann")

    page = await ann.get(f"/requests/{request.id}")

    assert page.text.count('<th scope="row">') == 300
    assert "Show all" not in page.text
