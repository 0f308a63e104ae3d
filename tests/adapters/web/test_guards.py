"""What browsers are told not to do, and which forms are not taken."""

import pytest

from tests.adapters.web.desk import InboxDesk

PAGES = ["/", "/?show=decided", "/?channel=support", "/requests/apr_01k000000000000000000000000"]
OURS = "Reload it and press again"


@pytest.mark.parametrize("path", [*PAGES, "/sign-in/" + "x" * 43, "/assets/any/style.css"])
async def test_every_page_forbids_what_it_does_not_need(desk: InboxDesk, path: str) -> None:
    ann = await desk.signed_in("ann")

    page = await ann.get(path)

    policy = page.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "script-src 'self'" in policy
    assert "unsafe" not in policy
    assert page.headers["X-Content-Type-Options"] == "nosniff"
    assert page.headers["Referrer-Policy"] == "same-origin"


@pytest.mark.parametrize("path", PAGES)
async def test_no_page_can_be_framed(desk: InboxDesk, path: str) -> None:
    page = await (await desk.signed_in("ann")).get(path)

    assert "frame-ancestors 'none'" in page.headers["Content-Security-Policy"]
    assert page.headers["X-Frame-Options"] == "DENY"


@pytest.mark.parametrize("path", PAGES)
async def test_what_shows_requests_is_kept_nowhere(desk: InboxDesk, path: str) -> None:
    page = await (await desk.signed_in("ann")).get(path)

    assert page.headers["Cache-Control"] == "no-store"


async def test_pages_hold_no_inline_script_or_style(desk: InboxDesk) -> None:
    request = await desk.ask()
    ann = await desk.signed_in("ann")

    for path in ("/", f"/requests/{request.id}"):
        page = await ann.get(path)
        assert " style=" not in page.text
        assert " onclick=" not in page.text
        assert "<style" not in page.text
        assert page.text.count("<script") == page.text.count('<script type="module" src="/assets/') == 1


@pytest.mark.parametrize("csrf", ["", "0" * 64, "ä"])
async def test_a_form_without_the_sessions_mark_is_refused(desk: InboxDesk, csrf: str) -> None:
    request = await desk.ask()
    ann = await desk.signed_in("ann")
    form = (await ann.get("/")).form(f"/requests/{request.id}/press", choice="approve")

    page = await ann.send(form, csrf=csrf)

    assert page.status == 403
    assert OURS in page.text
    assert (await desk.approvals.show(request.id, agent="support-bot")).request.progress.votes == ()


async def test_a_form_without_any_mark_is_refused(desk: InboxDesk) -> None:
    request = await desk.ask()
    ann = await desk.signed_in("ann")
    form = (await ann.get("/")).form(f"/requests/{request.id}/press", choice="approve")
    del form.fields["csrf"]

    assert (await ann.send(form)).status == 403


async def test_the_mark_of_one_session_is_no_use_in_another(desk: InboxDesk) -> None:
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
async def test_a_form_from_elsewhere_is_refused_even_with_the_right_mark(
    desk: InboxDesk, headers: dict[str, str]
) -> None:
    request = await desk.ask()
    ann = await desk.signed_in("ann")
    form = (await ann.get("/")).form(f"/requests/{request.id}/press", choice="approve")

    page = await ann.post(form.action, form.fields, headers=headers)

    assert page.status == 403
    assert "another site" in page.text
    assert (await desk.approvals.show(request.id, agent="support-bot")).request.progress.votes == ()


async def test_a_form_from_the_same_machine_under_its_other_name_is_taken(desk: InboxDesk) -> None:
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


async def test_a_foreign_name_that_was_bound_to_this_machine_gets_nothing(desk: InboxDesk) -> None:
    ann = await desk.signed_in("ann")

    page = await ann.get("/", {"Host": "evil.example:8080"})

    assert page.status == 403
    assert "PLACET_PUBLIC_URL" in page.text


async def test_pages_are_not_for_those_who_are_not_signed_in(desk: InboxDesk) -> None:
    request = await desk.ask()
    nobody = desk.browser()

    for path in ("/", "/events", f"/requests/{request.id}"):
        page = await nobody.get(path)
        assert page.status == 401
        assert "Refund" not in page.text
    assert (await nobody.post(f"/requests/{request.id}/press", {})).status == 401


async def test_nothing_else_is_answered_to_other_methods(desk: InboxDesk) -> None:
    ann = await desk.signed_in("ann")

    for method in ("PUT", "DELETE", "TRACE", "PATCH"):
        async with ann.client.request(method, f"{desk.site}/") as response:
            assert response.status == 405
