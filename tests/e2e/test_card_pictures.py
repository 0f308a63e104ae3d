"""Every state of a card as a picture to look at, and checked against Slack's own types."""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import Browser

from adapters.slack import views
from adapters.slack.cards import draw
from adapters.slack.metadata import Origin
from bot.chat.reading import TITLES
from bot.chat.why import REJECT
from bot.domain.card import Press, Tone

from .card_states import card_states
from .render.picture import render_blocks
from .render.typecheck import blocks_errors, view_errors

_PHONE = 390


def test_every_state_of_a_card_is_drawn_and_is_what_slack_takes(browser: Browser, pictures: Path) -> None:
    drawn = {
        name: draw(card, ["U01ANN"] if card.tone is Tone.WAITING else []).blocks
        for name, card in card_states()
    }
    for name, blocks in drawn.items():
        render_blocks(browser, blocks, pictures / f"{name}.png", width=_PHONE)
    assert blocks_errors(*drawn.values()) == []


def test_every_view_is_what_slack_takes() -> None:
    origin = Origin(reference="ref", channel="C0SUPPORT", message="1.0")
    packets = [views.packet(press, card, origin, 0) for press in TITLES for _, card in card_states()]
    assert view_errors(views.why(REJECT, origin), views.loading(Press.DETAILS, origin), *packets) == []
