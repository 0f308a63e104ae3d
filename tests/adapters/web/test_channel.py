"""The browser as a platform on which cards stand."""

from bot.ports import Done
from tests.adapters.web.desk import InboxDesk


async def test_a_card_stands_as_soon_as_it_is_posted(desk: InboxDesk) -> None:
    request = await desk.ask()
    card = await desk.approvals.card(request.id)

    assert await desk.web.channel.post("web:support", card) == Done(message=request.id)
    assert await desk.web.channel.redraw("web:support", request.id, card) == Done(message=request.id)


async def test_a_post_is_never_uncertain(desk: InboxDesk) -> None:
    assert await desk.web.channel.find("web:support", "apr_x", desk.clock()) is None


async def test_the_last_lines_of_a_request_stay_with_it_and_end_with_it(desk: InboxDesk) -> None:
    request = await desk.ask()
    ann = await desk.signed_in("ann")
    for number in range(5):
        await desk.web.channel.ping("web:support", request.id, f"Reminder {number}.", ["ann"])

    page = await ann.get("/")
    await ann.send(page.form(f"/requests/{request.id}/press", choice="approve"))

    assert [f"Reminder {number}." in page.text for number in range(5)] == [False, False, True, True, True]
    assert "Reminder" not in (await ann.get(f"/requests/{request.id}")).text


async def test_a_line_with_markup_is_words(desk: InboxDesk) -> None:
    request = await desk.ask()

    await desk.web.channel.ping("web:support", request.id, "support-bot: <img src=x onerror=alert(1)>", [])

    page = await (await desk.signed_in("ann")).get("/")
    assert "<img" not in page.text
    assert "&lt;img" in page.text


async def test_a_line_that_hides_or_turns_words_is_inert(desk: InboxDesk) -> None:
    request = await desk.ask()

    await desk.web.channel.ping("web:support", request.id, "bot: \u202egnp.exe\u200b" + "\n" * 200 + "x", [])

    page = await (await desk.signed_in("ann")).get("/")
    note = page.text.partition('class="notes"')[2].partition("</ul>")[0]
    assert not {"\u202e", "\u200b"} & set(note)
    assert note.count("\n") < 20


async def test_lines_about_very_many_requests_do_not_pile_up(desk: InboxDesk) -> None:
    for number in range(2000):
        await desk.web.channel.ping("web:support", f"apr_{number}", "Reminder.", [])

    assert len(desk.web.channel._notes._lines) == 500


async def test_a_reminder_that_is_repeated_stands_once(desk: InboxDesk) -> None:
    request = await desk.ask()
    for words in ("Still waiting.", "bot: It is urgent.", "Still waiting.", "Still waiting."):
        await desk.web.channel.ping("web:support", request.id, words, ["ann"])

    page = await (await desk.signed_in("ann")).get("/")

    note = page.text.partition('class="notes"')[2].partition("</ul>")[0]
    assert note.count("Still waiting.") == 1
    assert note.index("It is urgent.") < note.index("Still waiting.")
