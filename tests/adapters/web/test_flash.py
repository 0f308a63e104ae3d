"""The sentence at the top of the next page: said once, and by Placet alone."""

import base64

import pytest

from tests.adapters.web.desk import InboxDesk

WORDS = base64.urlsafe_b64encode(b"+You have been approved. Call 555-0199.").decode()


async def _after(desk: InboxDesk, cookie: str) -> str:
    await desk.ask()
    ann = await desk.signed_in("ann")
    page = await ann.get(
        "/", {"Cookie": f"placet_session={ann.cookies()['placet_session']}; placet_said={cookie}"}
    )
    assert page.status == 200
    return page.text


@pytest.mark.parametrize("mark", ["", "0" * 64, "x", "ä"])
async def test_words_that_somebody_planted_are_not_said(desk: InboxDesk, mark: str) -> None:
    assert 'class="flash' not in await _after(desk, f"{WORDS}.{mark}")


@pytest.mark.parametrize("cookie", ["", ".", "%%%.x", "a" * 5000])
async def test_a_broken_cookie_says_nothing(desk: InboxDesk, cookie: str) -> None:
    assert 'class="flash' not in await _after(desk, cookie)


async def test_what_was_said_to_one_session_is_not_said_to_another(desk: InboxDesk) -> None:
    request = await desk.ask()
    ann, ben = await desk.signed_in("ann"), await desk.signed_in("ben")
    form = (await ann.get("/")).form(f"/requests/{request.id}/press", choice="approve")
    await ann.post(form.action, form.fields, follow=False)
    said = ann.cookies()["placet_said"]

    page = await ben.get(
        "/", {"Cookie": f"placet_session={ben.cookies()['placet_session']}; placet_said={said}"}
    )

    assert 'class="flash' not in page.text


async def test_the_sentence_is_read_by_no_script_and_sent_by_no_other_site(desk: InboxDesk) -> None:
    request = await desk.ask()
    ann = await desk.signed_in("ann")
    form = (await ann.get("/")).form(f"/requests/{request.id}/press", choice="approve")

    page = await ann.post(form.action, form.fields, follow=False)

    assert page.status == 303
    assert "HttpOnly" in page.headers["Set-Cookie"]
    assert "SameSite=Strict" in page.headers["Set-Cookie"]
