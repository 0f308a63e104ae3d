"""Every state of a card in Teams, drawn by the renderer of Adaptive Cards, as a picture to look at."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser

from adapters.teams import lines, views
from adapters.teams.cards import draw_card
from adapters.teams.parts import Called
from bot.chat.reading import CHANGED
from bot.chat.why import REJECT
from bot.domain.card import Press, Quotation, Tone
from tests.adapters.slack.cards_of import many_arguments
from tests.adapters.teams.cards_of import MARKUP, refuse_what_teams_refuses
from tests.builders import opened
from tests.domain.card_reading import card_of

from .card_states import card_states
from .render.adaptive import render_card

ANN = Called(id="00000000-0000-0000-0000-0000000000a1", name="Ann")


def test_every_state_of_a_card_is_drawn_on_a_phone(browser: Browser, pictures: Path) -> None:
    for name, card in card_states():
        drawn = draw_card(card, [ANN] if card.tone is Tone.WAITING else [])
        refuse_what_teams_refuses(drawn)
        seen = render_card(browser, drawn, pictures / f"{name}.png")
        assert "{{" not in seen
        assert "Details" in seen


def test_a_card_is_drawn_on_a_desk(browser: Browser, pictures: Path) -> None:
    _, card = next(card_states())
    seen = render_card(browser, draw_card(card, [ANN]), pictures / "waiting-wide.png", width=760)
    assert "11:00" in seen, "ten o'clock in UTC is eleven in Berlin"


def test_every_form_is_drawn_on_a_phone(browser: Browser, pictures: Path) -> None:
    for name, form in _forms():
        refuse_what_teams_refuses(form)
        render_card(browser, form, pictures / f"{name}.png")


def test_markup_of_an_agent_is_seen_as_it_was_written(browser: Browser, pictures: Path) -> None:
    hostile = replace(
        card_of(opened(valid_for=timedelta(hours=1))),
        headline=MARKUP,
        warnings=(MARKUP,),
        quotations=(Quotation(heading="Reasoning", text=MARKUP),),
    )
    for name, drawn in (
        ("hostile", draw_card(hostile)),
        ("hostile-details", views.packet(Press.DETAILS, hostile)),
    ):
        seen = render_card(browser, drawn, pictures / f"{name}.png")
        for written in ("<at>Ann</at>", "{{TIME(2026-03-02T10:00:00Z)}}", "](https://evil.example)"):
            assert written in seen


def _forms() -> Iterator[tuple[str, dict[str, Any]]]:
    card = card_of(opened(valid_for=timedelta(hours=1)))
    grave = card_of(opened(high_impact=True))
    long = replace(grave, arguments=many_arguments(200))
    yield "reject", views.why_form(REJECT, card)
    yield (
        "reject-again",
        views.why_form(REJECT, card, notice="Not recorded; press again.", reason="tone", words="No."),
    )
    yield "details", views.packet(Press.DETAILS, card)
    yield "review", views.packet(Press.REVIEW, grave)
    yield "review-of-many-pages", views.packet(Press.REVIEW, long, notice=CHANGED)
    yield "refusal", views.refusal("Only Finance may decide this. Nothing was recorded.", card)
    yield "refusal-alone", views.refusal("This button does not come from a card of this installation.")
    yield "note", views.note("Recorded", "You approved this.", "Refund 240.00 EUR", reference="ref")
    yield "ping", lines.ping("Refund 240.00 EUR to order 4892 still waits for a decision.", [ANN])
    yield "answer", lines.answer("Two requests wait for you.")
