"""What is not a form of ours is refused before anything is done with it."""

import asyncio
import gzip
from collections.abc import AsyncIterator

import pytest

from adapters.web import forms
from adapters.web.forms import LARGEST, LONGEST_TEXT
from tests.adapters.web.desk import InboxDesk
from tests.fakes.browser import Browser, Form

FORM = "application/x-www-form-urlencoded"


async def _form(desk: InboxDesk, browser: Browser) -> Form:
    request = await desk.ask()
    return (await browser.get("/")).form(f"/requests/{request.id}/press", choice="reject")


async def _send_bytes(browser: Browser, path: str, body: bytes, content_type: str = FORM) -> int:
    headers = {"Origin": browser.site, "Content-Type": content_type}
    async with browser.client.post(browser.site + path, data=body, headers=headers) as response:
        return response.status


@pytest.mark.parametrize(
    "body",
    [
        b"a" * (LARGEST + 1),
        b"reason_text=" + b"x" * LARGEST,
        b"csrf=%ff%fe",
        b"csrf=\xff",
        b"csrf",
        b"&".join(b"f%d=1" % n for n in range(100)),
        b"csrf=1&csrf=2",
        b"choice=approve&choice=reject",
    ],
    ids=lambda body: str(body[:20]),
)
async def test_a_form_that_no_browser_sends_is_refused(desk: InboxDesk, body: bytes) -> None:
    ann = await desk.signed_in("ann")
    form = await _form(desk, ann)

    assert await _send_bytes(ann, form.action, body) == 400


async def test_an_empty_form_is_refused(desk: InboxDesk) -> None:
    ann = await desk.signed_in("ann")

    assert await _send_bytes(ann, (await _form(desk, ann)).action, b"") == 403


@pytest.mark.parametrize(
    "content_type", ["multipart/form-data; boundary=x", "application/json", "text/plain"]
)
async def test_a_form_of_another_kind_is_refused(desk: InboxDesk, content_type: str) -> None:
    ann = await desk.signed_in("ann")
    form = await _form(desk, ann)

    assert await _send_bytes(ann, form.action, b"csrf=x", content_type) == 400


async def test_a_form_that_dribbles_in_is_given_up(desk: InboxDesk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(forms, "WITHIN_S", 0.05)
    ann = await desk.signed_in("ann")
    form = await _form(desk, ann)
    never = asyncio.Event()

    async def dribble() -> AsyncIterator[bytes]:
        yield b"csrf="
        await never.wait()

    headers = {"Origin": desk.site, "Content-Type": FORM, "Expect": ""}
    async with ann.client.post(desk.site + form.action, data=dribble(), headers=headers) as response:
        assert response.status == 400
        assert "seconds to arrive" in await response.text()


async def test_a_compressed_form_is_not_blown_up(desk: InboxDesk) -> None:
    ann = await desk.signed_in("ann")
    form = await _form(desk, ann)
    headers = {"Origin": desk.site, "Content-Type": FORM, "Content-Encoding": "gzip"}
    bomb = gzip.compress(b"reason_text=" + b"x" * 20_000_000)

    async with ann.client.post(desk.site + form.action, data=bomb, headers=headers) as response:
        assert response.status == 400


async def test_a_reason_that_is_too_long_is_refused_with_its_limit(desk: InboxDesk) -> None:
    ann = await desk.signed_in("ann")
    form = await _form(desk, ann)

    page = await ann.send(form, reason_code="other", reason_text="x" * (LONGEST_TEXT + 1))

    assert page.status == 400
    assert str(LONGEST_TEXT) in page.text


@pytest.mark.parametrize(
    "text", ["\u202egnp.exe", "a\x00b\x1b[31m", "\ufeff\u200bhidden\u2066", "{{7777*7777}} %s {0.__class__}"]
)
async def test_a_reviewers_words_are_inert_too(desk: InboxDesk, text: str) -> None:
    request = await desk.ask()
    ann = await desk.signed_in("ann")
    form = (await ann.get("/")).form(f"/requests/{request.id}/press", choice="reject")

    await ann.send(form, reason_code="other", reason_text=text)

    page = await ann.get(f"/requests/{request.id}")
    assert not set("\u202e\u200b\u2066\ufeff\x00\x1b") & set(page.text)
    assert ">60481729<" not in page.text
