"""One-time links, sessions and their cookie."""

from dataclasses import replace

import pytest
from aiohttp import web

from adapters.web.devices import device_of
from adapters.web.settings import WebSettings
from adapters.web.visitor import SessionCookie
from tests.adapters.web.desk import InboxDesk
from tests.fakes.browser import Browser

ELSEWHERE = {"Origin": "https://evil.example", "Sec-Fetch-Site": "cross-site"}


async def link_for(desk: InboxDesk, person: str = "ann") -> str:
    return f"/sign-in/{await desk.sessions.create_link(person)}"


async def follow(browser: Browser, link: str) -> int:
    return (await browser.send((await browser.get(link)).forms[0])).status


async def test_a_link_signs_its_person_in(desk: InboxDesk) -> None:
    browser = desk.browser()

    page = await browser.send((await browser.get(await link_for(desk))).forms[0])

    assert page.status == 200
    assert page.url == f"{desk.site}/"
    assert "Ann" in page.text


async def test_opening_a_link_uses_nothing_up(desk: InboxDesk) -> None:
    link = await link_for(desk)
    scanner, ann = desk.browser(), desk.browser()

    for _ in range(3):
        assert (await scanner.get(link)).status == 200

    assert scanner.cookies() == {}
    assert await follow(ann, link) == 200


async def test_a_link_works_once(desk: InboxDesk) -> None:
    link = await link_for(desk)
    assert await follow(desk.browser(), link) == 200

    second = desk.browser()

    assert await follow(second, link) == 410
    assert second.cookies() == {}


async def test_a_link_is_too_old_after_ten_minutes(desk: InboxDesk) -> None:
    link = await link_for(desk)
    desk.clock.advance(minutes=10)

    assert await follow(desk.browser(), link) == 410


async def test_a_session_ends_after_a_week(desk: InboxDesk) -> None:
    ann = await desk.signed_in("ann")
    desk.clock.advance(days=7)

    page = await ann.get("/")

    assert page.status == 401
    assert "inbox-link" in page.text


async def test_signing_out_ends_the_session_for_good(desk: InboxDesk) -> None:
    ann = await desk.signed_in("ann")
    token = ann.cookies()["placet_session"]

    page = await ann.send((await ann.get("/")).form("/sign-out"))

    assert page.status == 401
    assert await desk.sessions.session(token) is None
    assert "placet_session" not in ann.cookies()


async def test_somebody_who_left_the_policy_is_out_at_once(desk: InboxDesk) -> None:
    ann = await desk.signed_in("ann")
    people = {name: person for name, person in desk.policy.directory.people.items() if name != "ann"}

    desk.policy.directory = replace(desk.policy.directory, people=people)

    assert (await ann.get("/")).status == 401


async def test_a_link_that_was_made_for_a_request_leads_to_it(desk: InboxDesk) -> None:
    request = await desk.ask()
    link = f"/sign-in/{await desk.sessions.create_link('ann', request.id)}"
    browser = desk.browser()
    page = await browser.send((await browser.get(f"{link}?to=//evil.example")).forms[0])
    assert page.url == f"{desk.site}/requests/{request.id}"


@pytest.mark.parametrize(
    ("goal", "leads_to"),
    [
        ("/measures/rule?weeks=4", "/measures/rule?weeks=4"),
        ("//evil.example", "/"),
        ("https://evil.example", "/"),
        ("/sign-out", "/"),
        ("apr_x", "/"),
    ],
)
async def test_a_link_leads_to_one_of_our_own_pages(desk: InboxDesk, goal: str, leads_to: str) -> None:
    link = await desk.sessions.create_link("ann", goal)

    page = await desk.browser().post(f"/sign-in/{link}", {}, follow=False)

    assert page.headers["Location"] == leads_to


async def test_somebody_sees_where_they_are_signed_in(desk: InboxDesk) -> None:
    ann, elsewhere = await desk.signed_in("ann"), desk.browser()
    await desk.signed_in("ben")
    firefox = {"User-Agent": "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"}
    await elsewhere.post(await link_for(desk), {}, headers=firefox)
    page = await ann.get("/sign-ins")
    assert "Firefox on Linux" in page.text
    assert page.text.count("(this one)") == 1
    assert page.text.count("<li>") == 2
    assert ann.cookies()["placet_session"] not in page.text


async def test_signing_out_everywhere_ends_every_session_and_unused_links(desk: InboxDesk) -> None:
    here, there, ben = [await desk.signed_in(name) for name in ("ann", "ann", "ben")]
    unused = await link_for(desk)
    page = await here.send((await here.get("/sign-ins")).form("/sign-out-everywhere"))
    assert page.status == 401
    assert (await there.get("/")).status == 401
    assert await follow(desk.browser(), unused) == 410
    assert (await ben.get("/")).status == 200


@pytest.mark.parametrize("path", ["/sign-out", "/sign-out-everywhere"])
async def test_no_form_is_taken_without_the_mark_of_its_session(desk: InboxDesk, path: str) -> None:
    ann, ben = await desk.signed_in("ann"), await desk.signed_in("ben")
    foreign = (await ben.get("/sign-ins")).form("/sign-out-everywhere").fields["csrf"]
    for fields in ({}, {"csrf": ""}, {"csrf": foreign}):
        assert (await ann.post(path, fields)).status == 403
    assert (await ann.post(path, {"csrf": "x"}, headers=ELSEWHERE)).status == 403
    assert (await ann.get("/")).status == 200
    assert (await desk.browser().post(path, {})).status == 401


@pytest.mark.parametrize(
    ("agent", "device"),
    [
        ("", "A browser"),
        ("curl/8.0 <script>", "A browser"),
        (
            "Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/140.0 Safari/537.36 Edg/140.0",
            "Edge on Windows",
        ),
        (
            "Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) Version/19.0 Safari/604.1",
            "Safari on an iPhone",
        ),
    ],
)
def test_a_browser_is_named_in_words_of_ours(agent: str, device: str) -> None:
    assert device_of(agent) == device


def test_over_https_the_cookie_belongs_to_this_host_alone() -> None:
    response = web.Response()

    SessionCookie(secure=True).write(response, "t" * 43)

    [cookie] = response.cookies.values()
    assert cookie.key == "__Host-placet_session"
    assert cookie["secure"]


@pytest.mark.parametrize(
    ("public_url", "origin"),
    [
        ("https://Placet.Example.com", "https://placet.example.com"),
        ("https://placet.example.com:443", "https://placet.example.com"),
        ("http://10.0.0.5:8080", "http://10.0.0.5:8080"),
        ("http://[::1]:80", "http://[::1]"),
    ],
)
def test_the_public_address_is_compared_as_browsers_write_it(public_url: str, origin: str) -> None:
    assert WebSettings(public_url=public_url, secure_cookies=False).origin == origin
