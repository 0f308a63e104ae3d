"""What browsers are told not to do, which forms are not taken, and whose session it is."""

import asyncio
from collections import Counter
from contextlib import AsyncExitStack

import pytest

from adapters.web.stream import MOST_PAGES
from tests.adapters.web.desk import InboxDesk
from tests.adapters.web.test_signing_in import ELSEWHERE, follow, link_for

PAGES = ["/", "/?show=decided", "/?channel=support", "/requests/apr_01k000000000000000000000000"]
OURS = "Reload it and press again"


@pytest.mark.parametrize("path", [*PAGES, "/sign-in/" + "x" * 43, "/assets/any/style.css"])
async def test_content_security_policy_of_every_page(desk: InboxDesk, path: str) -> None:
    ann = await desk.signed_in("ann")

    page = await ann.get(path)

    policy = page.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "script-src 'self'" in policy
    assert "unsafe" not in policy
    assert page.headers["X-Content-Type-Options"] == "nosniff"
    assert page.headers["Referrer-Policy"] == "same-origin"


@pytest.mark.parametrize("path", PAGES)
async def test_clickjacking(desk: InboxDesk, path: str) -> None:
    page = await (await desk.signed_in("ann")).get(path)

    assert "frame-ancestors 'none'" in page.headers["Content-Security-Policy"]
    assert page.headers["X-Frame-Options"] == "DENY"


@pytest.mark.parametrize("path", PAGES)
async def test_page_from_the_cache_of_a_shared_machine(desk: InboxDesk, path: str) -> None:
    page = await (await desk.signed_in("ann")).get(path)

    assert page.headers["Cache-Control"] == "no-store"


async def test_inline_script_and_style(desk: InboxDesk) -> None:
    request = await desk.ask()
    ann = await desk.signed_in("ann")

    for path in ("/", f"/requests/{request.id}"):
        page = await ann.get(path)
        assert " style=" not in page.text
        assert " onclick=" not in page.text
        assert "<style" not in page.text
        assert page.text.count("<script") == page.text.count('<script type="module" src="/assets/') == 1


@pytest.mark.parametrize("csrf", ["", "0" * 64, "ä"])
async def test_form_with_a_wrong_csrf_mark(desk: InboxDesk, csrf: str) -> None:
    request = await desk.ask()
    ann = await desk.signed_in("ann")
    form = (await ann.get("/")).form(f"/requests/{request.id}/press", choice="approve")

    page = await ann.send(form, csrf=csrf)

    assert page.status == 403
    assert OURS in page.text
    assert (await desk.approvals.show(request.id, agent="support-bot")).request.progress.votes == ()


async def test_form_without_a_csrf_mark(desk: InboxDesk) -> None:
    request = await desk.ask()
    ann = await desk.signed_in("ann")
    form = (await ann.get("/")).form(f"/requests/{request.id}/press", choice="approve")
    del form.fields["csrf"]

    assert (await ann.send(form)).status == 403


async def test_csrf_mark_of_another_session(desk: InboxDesk) -> None:
    request = await desk.ask()
    ann, ben = await desk.signed_in("ann"), await desk.signed_in("ben")
    form = (await ben.get("/")).form(f"/requests/{request.id}/press", choice="approve")

    assert (await ann.send(form)).status == 403


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Origin": ""},
        {"Origin": "http://127.0.0.1:1"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Sec-Fetch-Site": "none"},
        {"Origin": "http://[broken"},
    ],
    ids=str,
)
async def test_form_from_another_site(desk: InboxDesk, headers: dict[str, str]) -> None:
    request = await desk.ask()
    ann = await desk.signed_in("ann")
    form = (await ann.get("/")).form(f"/requests/{request.id}/press", choice="approve")

    page = await ann.post(form.action, form.fields, headers=headers)

    assert page.status == 403
    assert "another site" in page.text
    assert (await desk.approvals.show(request.id, agent="support-bot")).request.progress.votes == ()


async def test_form_from_the_same_machine_under_its_other_name(desk: InboxDesk) -> None:
    request = await desk.ask()
    ann = await desk.signed_in("ann")
    form = (await ann.get("/")).form(f"/requests/{request.id}/press", choice="approve")
    port = desk.site.rpartition(":")[2]

    page = await ann.post(
        form.action,
        form.fields,
        follow=False,
        headers={"Origin": f"http://localhost:{port}", "Host": f"localhost:{port}"},
    )

    assert page.status == 303


async def test_dns_rebinding(desk: InboxDesk) -> None:
    ann = await desk.signed_in("ann")

    page = await ann.get("/", {"Host": "evil.example:8080"})

    assert page.status == 403
    assert "PLACET_PUBLIC_URL" in page.text


async def test_nobody_signed_in(desk: InboxDesk) -> None:
    request = await desk.ask()
    nobody = desk.browser()

    for path in ("/", "/events", f"/requests/{request.id}"):
        page = await nobody.get(path)
        assert page.status == 401
        assert "Refund" not in page.text
    assert (await nobody.post(f"/requests/{request.id}/press", {})).status == 401


async def test_other_methods(desk: InboxDesk) -> None:
    ann = await desk.signed_in("ann")

    for method in ("PUT", "DELETE", "TRACE", "PATCH"):
        async with ann.client.request(method, f"{desk.site}/") as response:
            assert response.status == 405


async def test_session_fixation(desk: InboxDesk) -> None:
    browser = desk.browser()
    browser.client.cookie_jar.update_cookies({"placet_session": "p" * 43})

    assert await follow(browser, await link_for(desk)) == 200

    assert browser.cookies()["placet_session"] != "p" * 43
    assert await desk.sessions.session("p" * 43) is None


async def test_session_of_who_signed_in_before(desk: InboxDesk) -> None:
    browser = await desk.signed_in("ann")
    earlier = browser.cookies()["placet_session"]

    await follow(browser, await link_for(desk, "ben"))

    assert await desk.sessions.session(earlier) is None
    assert "Ben" in (await browser.get("/")).text


async def test_signing_out_by_another_site(desk: InboxDesk) -> None:
    ann = await desk.signed_in("ann")

    page = await ann.post("/sign-out", {}, headers=ELSEWHERE)

    assert page.status == 403
    assert (await ann.get("/")).status == 200


@pytest.mark.parametrize("query", ["?next=https://evil.example", "?next=//evil.example", "?to=/\\evil"])
async def test_open_redirect(desk: InboxDesk, query: str) -> None:
    browser = desk.browser()

    page = await browser.post(f"{await link_for(desk)}{query}", {}, follow=False)

    assert page.status == 303
    assert page.headers["Location"] == "/"


@pytest.mark.parametrize("token", ["short", "x" * 43, "x" * 500, "%00" * 43, "../../etc/passwd", "ä" * 43])
async def test_sign_in_link_that_nobody_made(desk: InboxDesk, token: str) -> None:
    browser = desk.browser()

    page = await browser.post(f"/sign-in/{token}", {})

    assert page.status in {404, 410}
    assert browser.cookies() == {}


async def test_sign_in_link_pressed_from_another_site(desk: InboxDesk) -> None:
    link = await link_for(desk)
    browser = desk.browser()

    page = await browser.post(link, {}, headers=ELSEWHERE)

    assert page.status == 403
    assert await follow(desk.browser(), link) == 200


async def test_session_cookie_for_scripts_and_other_sites(desk: InboxDesk) -> None:
    browser = desk.browser()

    page = await browser.post(await link_for(desk), {}, follow=False)

    cookie = page.headers["Set-Cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    assert "Path=/" in cookie
    assert "Domain" not in cookie


@pytest.mark.parametrize(
    "origin",
    ["https://evil.example", "null", "http://localhost.evil.example", "http://127.0.0.1.evil.example"],
)
async def test_reading_across_origins(desk: InboxDesk, origin: str) -> None:
    ann = await desk.signed_in("ann")

    for path in ("/", "/events"):
        async with ann.client.get(f"{desk.site}{path}", headers={"Origin": origin}) as answer:
            assert not [name for name in answer.headers if name.startswith("Access-Control-")]
    async with ann.client.options(f"{desk.site}/", headers={"Origin": origin}) as preflight:
        assert preflight.status == 405
        assert not [name for name in preflight.headers if name.startswith("Access-Control-")]


async def test_two_session_cookies(desk: InboxDesk) -> None:
    token = (await desk.signed_in("ann")).cookies()["placet_session"]
    nobody = desk.browser()

    planted = await nobody.get("/", {"Cookie": f"placet_session={'p' * 43}"})
    odd = await nobody.get("/", {"Cookie": f'placet_session="{token}\\073 x"; placet_session=; $Version=1'})

    assert planted.status == 401
    assert odd.status == 401


@pytest.mark.parametrize("name", ["../web.py", "..%2fweb.py", "%2e%2e%2fdoor.py", "style.css%00"])
async def test_file_that_is_no_asset(desk: InboxDesk, name: str) -> None:
    page = await desk.browser().get(f"/assets/x/{name}")

    assert page.status == 404
    assert "import" not in page.text


async def test_more_streams_at_once_than_one_person_may_open(
    desk: InboxDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """All of them come before the first one is let in."""
    ann, ben = await desk.signed_in("ann"), await desk.signed_in("ben")
    live, come, start = desk.web._live, [0], desk.web._live.start
    everybody = asyncio.Event()

    async def together() -> None:
        come[0] += 1
        if come[0] == 2 * MOST_PAGES:
            everybody.set()
        await everybody.wait()
        await start()

    monkeypatch.setattr(live, "start", together)
    async with AsyncExitStack() as opened:
        calls = [ann.client.get(f"{ann.site}/events") for _ in range(2 * MOST_PAGES)]
        answers = await asyncio.gather(*(opened.enter_async_context(call) for call in calls))
        assert Counter(answer.status for answer in answers) == {200: MOST_PAGES, 503: MOST_PAGES}
        async with ben.client.get(f"{ben.site}/events") as other:
            assert other.status == 200
