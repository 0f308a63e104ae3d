"""The form of a rating as a card for its presser, and what it sends."""

from __future__ import annotations

from adapters.teams import blocks, cards, views
from adapters.teams.blocks import Block, button
from adapters.teams.names import REFERENCE
from adapters.teams.payload import Pressed
from bot.chat.names import GRADE, RATE_VIEW, REASON, WORDS
from bot.chat.rating import Sent
from bot.chat.rating import sent as read
from bot.domain import rate_form
from bot.domain.card import Card
from bot.domain.rating import LONGEST_TEXT
from bot.domain.sentences import reason_labels


def form(card: Card, pressed: Pressed, notice: str = "") -> Block:
    """The form, with what was written in it already."""
    grade, reason, said = (pressed.text(name) for name in (GRADE, REASON, WORDS))
    body = [
        *views.heading(rate_form.TITLE, notice),
        cards.headline(card.headline, views.HEADLINE),
        blocks.choice(
            rate_form.GRADE, name=GRADE, options=rate_form.GRADES, missing=rate_form.CHOOSE, value=grade
        ),
        blocks.menu(rate_form.REASON, name=REASON, options=reason_labels(acts=False), value=reason),
        blocks.text_input(rate_form.WORDS, name=WORDS, most=LONGEST_TEXT, value=said[:LONGEST_TEXT]),
    ]
    carried = {REFERENCE: card.reference}
    submit = button(rate_form.SEND, verb=RATE_VIEW, data=carried, style="positive", takes_inputs=True)
    return blocks.card(body, [submit, views.back(card.reference)])


def sent(pressed: Pressed) -> Sent:
    """What was sent; raises `Incomplete`, `Invalid` or `Malformed`."""
    return read(pressed.text(GRADE), pressed.text(REASON), pressed.text(WORDS))
