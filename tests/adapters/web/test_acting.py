"""The demo's switch: there in the demo, and nowhere else."""

import pytest

from tests.adapters.web.desk import InboxDesk
from tests.fakes.event_source import event_source


async def test_the_demo_opens_as_its_first_person_without_signing_in(demo: InboxDesk) -> None:
    request = await demo.ask()

    page = await demo.browser().get("/")

    assert page.status == 200
    assert request.id in page.text
    assert '<button name="person" value="ann" aria-pressed="true">' in page.text


async def test_one_acts_as_somebody_else_in_a_new_session(demo: InboxDesk) -> None:
    browser = demo.browser()
    page = await browser.get("/")
    anns = browser.cookies()["placet_session"]

    page = await browser.send(page.form("/act-as"), person="ben")

    assert '<button name="person" value="ben" aria-pressed="true">' in page.text
    assert browser.cookies()["placet_session"] != anns
    assert await demo.sessions.session(anns) is None


async def test_nobody_acts_as_somebody_the_policy_does_not_name(demo: InboxDesk) -> None:
    browser = demo.browser()
    page = await browser.get("/")

    page = await browser.send(page.form("/act-as"), person="mallory")

    assert page.status == 401


async def test_another_site_switches_nobody(demo: InboxDesk) -> None:
    browser = demo.browser()
    form = (await browser.get("/")).form("/act-as")

    page = await browser.post(form.action, {**form.fields, "person": "ben"}, headers={"Origin": "null"})

    assert page.status == 403


async def test_a_page_that_rebinds_its_name_gets_nothing_of_the_demo(demo: InboxDesk) -> None:
    await demo.ask()

    page = await demo.browser().get("/", {"Host": "evil.example"})

    assert page.status == 403
    assert "Refund" not in page.text


async def test_the_sample_agents_log_is_on_the_page_and_live(demo: InboxDesk) -> None:
    assert demo.web.desk is not None
    browser = demo.browser()
    await browser.get("/")
    async with event_source(browser, "/events") as source:
        await source.until("at")
        demo.web.desk.write(
            at=demo.clock(), tone="good", title="approval.approved", details=("<b>verified</b>",)
        )

        html = (await source.until("panel")).data["html"]

    for text in (html, (await browser.get("/")).text):
        assert "approval.approved" in text
        assert "&lt;b&gt;verified&lt;/b&gt;" in text


async def test_the_button_has_the_agent_ask(demo: InboxDesk) -> None:
    assert demo.web.desk is not None

    async def ask() -> None:
        await demo.ask()

    demo.web.desk.on_ask(ask)
    browser = demo.browser()
    page = await browser.get("/")

    page = await browser.send(page.form("/demo/ask"))

    assert "Refund 240.00 EUR" in page.text


@pytest.mark.parametrize("path", ["/act-as", "/demo/ask"])
async def test_outside_the_demo_there_is_no_switch(desk: InboxDesk, path: str) -> None:
    ann = await desk.signed_in("ann")
    page = await ann.get("/")

    assert "Act as" not in page.text
    assert (await ann.post(path, {"person": "ben"})).status == 404


async def test_outside_the_demo_nobody_is_let_in_without_signing_in(desk: InboxDesk) -> None:
    browser = desk.browser()

    assert (await browser.get("/")).status == 401
    assert browser.cookies() == {}
