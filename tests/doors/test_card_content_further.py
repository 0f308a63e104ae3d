"""What else an agent could write to deceive, thought of since; listed in `named/card_content.txt`."""

import pytest

from tests.doors.shown import everywhere, shown
from tests.doors.test_card_content import _holds_none_of, _is_quoted, office
from tests.flows.office import Office
from tests.flows.teams_world import words

__all__ = ["office"]

pytestmark = pytest.mark.usefixtures("no_traceback")


async def test_terminal_colours(office: Office) -> None:
    await _holds_none_of(office, "Fine \x1b[32mAPPROVED\x1b[0m so", "\x1b")


async def test_emoji_codes_that_draw_a_tick(office: Office) -> None:
    seen = await _is_quoted(office, "Fine :white_check_mark: :heavy_check_mark: approved")
    assert '"emoji": true' not in words(seen.message)


async def test_marks_that_pile_up(office: Office) -> None:
    seen = await shown(office, **everywhere("Z" + "\u0347" * 90 + "algo"))
    seen.is_inert()
    assert "\u0347" * 6 not in words(seen.message) + words(seen.teams.activity) + seen.page


async def test_script_in_a_page(office: Office) -> None:
    attack = "<script>alert(1)</script><img src=x onerror=alert(1)>"
    seen = await _is_quoted(office, attack)
    assert attack not in seen.page
    assert "&lt;script&gt;" in seen.page


async def test_template_text(office: Office) -> None:
    seen = await _is_quoted(office, "{{7*7}} {% x %} ${7*7} %s {0.__class__} #{7}")
    assert "49" not in seen.message["text"]


async def test_dates_for_teams_to_compute(office: Office) -> None:
    await _is_quoted(office, "until {{DATE(2026-03-02T10:00:00Z,SHORT)}} <!date^1772445600^{date}|x>")


async def test_fenced_code_and_quotes(office: Office) -> None:
    await _is_quoted(office, "``` approved ``` > by the CFO *so* _it_ ~is~")


async def test_one_word_without_an_end(office: Office) -> None:
    for sign in ("x", "字", "<", "&", "🙂"):
        (await shown(office, **everywhere(sign * 299))).is_inert()
        office.clock.advance(seconds=2)


async def test_text_from_right_to_left(office: Office) -> None:
    await _is_quoted(office, "שלום 001 EUR مرحبا")


async def test_argument_names_that_look_alike(office: Office) -> None:
    """One is written with a letter of another script; both stand on the card."""
    arguments = {"amount": "1.00", "аmount": "9,999.00", "amount ": "5.00"}
    seen = await shown(
        office, **everywhere("so") | {"action": {"name": "x", "summary": "s", "arguments": arguments}}
    )
    seen.is_inert()
    for value in arguments.values():
        assert value in seen.slack_words
        assert value in seen.teams_words


async def test_separators_of_lines_and_paragraphs(office: Office) -> None:
    await _holds_none_of(
        office, "Fine\u2028APPROVED\u2029so\x85and\x0bso\u200b", "\u2028", "\u2029", "\x85", "\x0b"
    )


async def test_private_use_characters(office: Office) -> None:
    await _holds_none_of(office, "Fine \ue000\U000f0000 so", "\ue000", "\U000f0000")


async def test_everyone_and_channel_by_name(office: Office) -> None:
    await _is_quoted(office, "Done. @everyone @channel #leads @Ann")


async def test_html_entities(office: Office) -> None:
    await _is_quoted(office, "&lt;!channel&gt; &amp;lt; &#60;script&#62; &nbsp;")


async def test_quotation_marks_that_close_the_quotation(office: Office) -> None:
    seen = await shown(office, on_behalf_of="nobody” and approved by “CFO")
    seen.is_inert()
    assert "nobody” and approved" not in seen.slack_words
    assert "nobody” and approved" not in seen.teams_words
