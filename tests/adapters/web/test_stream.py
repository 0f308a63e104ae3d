"""Live changes: what a page is told, and what it is never told."""

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.domain.request import ApprovalRequest
from tests.adapters.web.desk import InboxDesk
from tests.fakes.browser import Browser, Page
from tests.fakes.event_source import SOON, event_source


def _stream(page: Page) -> str:
    return page.text.partition('data-stream="')[2].partition('"')[0].replace("&amp;", "&")


async def _approve(browser: Browser, request: ApprovalRequest) -> None:
    page = await browser.get(f"/requests/{request.id}")
    await browser.send(page.form(f"/requests/{request.id}/press", choice="approve"))


async def test_a_new_request_comes_up_by_itself(desk: InboxDesk) -> None:
    ann = await desk.signed_in("ann")
    async with event_source(ann, _stream(await ann.get("/"))) as source:
        await source.until("at")

        request = await desk.ask()

        event = await source.until("card")
        assert event.data["add"]
        assert f'id="{request.id}"' in event.data["html"]
        assert (await source.until("tabs")).data["waiting"] == 1


async def test_a_decision_made_elsewhere_takes_the_buttons_away(desk: InboxDesk) -> None:
    request = await desk.ask()
    ann, ben = await desk.signed_in("ann"), await desk.signed_in("ben")
    async with event_source(ben, _stream(await ben.get("/"))) as source:
        await source.until("at")

        await _approve(ann, request)

        html = ""
        while "approved" not in html:
            html = (await source.until("card")).data["html"]
        assert 'data-press="approve"' not in html
        assert 'data-press="reject"' not in html


async def test_a_stranger_is_told_nothing_at_all(desk: InboxDesk) -> None:
    cat, ann = await desk.signed_in("cat"), await desk.signed_in("ann")
    async with (
        event_source(cat, _stream(await cat.get("/"))) as cats,
        event_source(ann, _stream(await ann.get("/"))) as anns,
    ):
        await cats.until("at")
        request = await desk.ask()
        await _approve(ann, request)
        await anns.until("card")
        desk.policy.directory = replace(desk.policy.directory, leads={"cat": ("*",)})
        seen_later = await desk.ask()

        await cats.until("card")

        told = " ".join(str(event.data) for event in cats.seen)
        assert request.id not in told
        assert seen_later.id in told


async def test_what_somebody_may_no_longer_see_goes_away(desk: InboxDesk) -> None:
    request = await desk.ask()
    ben, ann = await desk.signed_in("ben"), await desk.signed_in("ann")
    async with event_source(ben, "/events?after=unknown") as source:
        await source.until("at")
        desk.policy.terms = replace(desk.policy.terms)
        people = {name: p for name, p in desk.policy.directory.people.items() if name != "ben"}
        everybody = desk.policy.directory
        desk.policy.directory = replace(everybody, people=people)

        await _approve(ann, request)

        assert (await source.until("gone")).data == {"id": request.id}


async def test_a_channels_page_takes_in_nothing_of_another_channel(desk: InboxDesk) -> None:
    ann = await desk.signed_in("ann")
    async with event_source(ann, "/events?channel=refunds") as source:
        await source.until("at")

        await desk.ask()

        assert not (await source.until("card")).data["add"]


async def test_a_requests_own_page_is_told_of_that_request_only(desk: InboxDesk) -> None:
    one, other = await desk.ask(), await desk.ask()
    ann, ben = await desk.signed_in("ann"), await desk.signed_in("ben")
    async with event_source(ben, _stream(await ben.get(f"/requests/{one.id}"))) as source:
        await source.until("at")
        await _approve(ann, other)
        await _approve(ann, one)

        html = ""
        while "card whole approved" not in html:
            html = (await source.until("card")).data["html"]

        assert one.id in html
        assert not [e for e in source.seen if e.name == "card" and other.id in e.data["html"]]


async def test_what_happened_between_page_and_stream_is_made_up_for(desk: InboxDesk) -> None:
    ann = await desk.signed_in("ann")
    path = _stream(await ann.get("/"))
    async with event_source(ann, path) as other_page:
        await other_page.until("at")
        request = await desk.ask()
        await other_page.until("card")

        async with event_source(ann, path) as source:
            assert request.id in (await source.until("card")).data["html"]


async def test_a_page_that_comes_back_gets_what_it_missed_and_only_that(desk: InboxDesk) -> None:
    old = await desk.ask()
    ann = await desk.signed_in("ann")
    path = _stream(await ann.get("/"))
    async with event_source(ann, path) as source:
        last = await source.until("at")
    assert last.id is not None
    async with event_source(ann, path) as other_page:
        await other_page.until("at")
        missed = await desk.ask()
        await other_page.until("card")

        async with event_source(ann, path, {"Last-Event-ID": last.id}) as back:
            await back.until("at")

    cards = [event.data["html"] for event in back.seen if event.name == "card"]
    assert [missed.id in html for html in cards] == [True]
    assert old.id not in cards[0]


@pytest.mark.parametrize("after", ["", "nonsense", "ffffffff-3", "-1", "²-²", "0" * 4000])
async def test_a_page_from_another_time_gets_everything(desk: InboxDesk, after: str) -> None:
    request = await desk.ask()
    ann = await desk.signed_in("ann")

    async with event_source(ann, f"/events?after={after}") as source:
        only = await source.until("only")

    assert only.data == {"ids": [request.id]}
    assert [e.data["add"] for e in source.seen if e.name == "card"] == [True]


async def test_signing_out_ends_the_streams_of_that_browser(desk: InboxDesk) -> None:
    ann = await desk.signed_in("ann")
    page = await ann.get("/")
    async with event_source(ann, _stream(page)) as source:
        await source.until("at")

        await ann.send(page.form("/sign-out"))

        await source.until("bye")
        await source.end()


async def test_the_server_stops_without_waiting_for_open_pages(desk: InboxDesk) -> None:
    ann = await desk.signed_in("ann")
    async with event_source(ann, _stream(await ann.get("/"))) as source:
        await source.until("at")

        async with asyncio.timeout(SOON):
            await desk.stop()


async def test_nobody_opens_more_pages_than_a_person_has_use_for(desk: InboxDesk) -> None:
    ann = await desk.signed_in("ann")
    opened = [await ann.client.get(f"{desk.site}/events") for _ in range(20)]

    refused = await ann.get("/events")

    assert refused.status == 503
    for response in opened:
        response.close()


async def test_a_reader_that_is_gone_is_forgotten(desk: InboxDesk) -> None:
    ann = await desk.signed_in("ann")
    for _ in range(25):
        async with event_source(ann, "/events") as source:
            await source.until("at")
        async with asyncio.timeout(SOON):
            while desk.web._live.followed_by("ann"):
                await asyncio.sleep(0)


async def test_when_the_store_fails_streams_end_so_that_browsers_come_back(
    desk: InboxDesk, caplog: pytest.LogCaptureFixture
) -> None:
    ann = await desk.signed_in("ann")
    async with event_source(ann, "/events") as source:
        await source.until("at")
        desk.store.failing = ConnectionError("The database is away.")
        desk.web._live.changed(("apr_anything",))
        await source.end()

    desk.store.failing = None
    async with event_source(ann, "/events") as again:
        request = await desk.ask()
        assert request.id in (await again.until("card")).data["html"]
    assert "reconnect" in caplog.text


async def test_a_reminder_stands_under_the_card_and_comes_up_for_those_it_asks(desk: InboxDesk) -> None:
    request = await desk.ask()
    ann, ben = await desk.signed_in("ann"), await desk.signed_in("ben")
    async with (
        event_source(ann, _stream(await ann.get("/"))) as anns,
        event_source(ben, _stream(await ben.get("/"))) as bens,
    ):
        await anns.until("at")
        await bens.until("at")

        await desk.web.channel.ping("web:support", request.id, "Reminder: still waiting.", ["ann"])

        html = (await bens.until("card")).data["html"]
        said = await anns.until("said")
        assert "Reminder: still waiting." in html.partition('class="notes"')[2]
        assert said.data == {
            "sentence": "Reminder: still waiting.",
            "accepted": None,
            "request_id": request.id,
        }
        assert not [event for event in bens.seen if event.name == "said"]


async def test_a_private_answer_reaches_one_person(desk: InboxDesk) -> None:
    ann, ben = await desk.signed_in("ann"), await desk.signed_in("ben")
    async with event_source(ann, "/events") as anns, event_source(ben, "/events") as bens:
        await anns.until("at")
        await bens.until("at")

        await desk.web.channel.tell("web:@ann", "Ben was first.")
        await desk.web.channel.tell("web:@ben", "You were first.")

        assert (await anns.until("said")).data["sentence"] == "Ben was first."
        assert (await bens.until("said")).data["sentence"] == "You were first."


async def test_a_session_that_ended_elsewhere_ends_its_streams_at_the_next_heartbeat(
    desk: InboxDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(desk.web._stream, "_heartbeat", 0.01)
    ann = await desk.signed_in("ann")
    async with event_source(ann, "/events") as source:
        await source.until("at")

        desk.clock.now += timedelta(days=8)

        await source.until("bye")
