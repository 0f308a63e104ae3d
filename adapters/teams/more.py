"""The form behind More… as a card for its presser, and what it sends."""

from __future__ import annotations

from adapters.teams import blocks, cards, views
from adapters.teams.blocks import Block, button
from adapters.teams.names import REFERENCE
from adapters.teams.payload import Pressed
from bot.chat.more import Chosen, chosen
from bot.chat.names import MORE_VIEW, MOVE, PERSON, WORDS
from bot.domain import more
from bot.domain.more import MoreForm


def form(form: MoreForm, pressed: Pressed, notice: str = "") -> Block:
    """The form for one person, with what was written in it already; a sentence where nothing can be done."""
    if not form.moves:
        return views.note(more.TITLE, form.note, form.headline, form.reference)
    move, words, person = (pressed.text(name) for name in (MOVE, WORDS, PERSON))
    moves = {each.choice.value: each.label for each in form.moves}
    body = [
        *views.heading(more.TITLE, notice),
        cards.headline(form.headline, views.HEADLINE),
        blocks.choice(more.WHAT, name=MOVE, options=moves, missing=more.CHOOSE, value=move),
        blocks.text_input(
            f"{more.WORDS}. {more.WORDS_HINT}",
            name=WORDS,
            most=more.LONGEST_WORDS,
            value=words[: more.LONGEST_WORDS],
        ),
    ]
    if form.people:
        body.append(blocks.menu(more.PERSON, name=PERSON, options=dict(form.people), value=person))
    carried = {REFERENCE: form.reference}
    submit = button(more.SEND, verb=MORE_VIEW, data=carried, style="positive", takes_inputs=True)
    return blocks.card(body, [submit, views.back(form.reference)])


def sent(pressed: Pressed) -> Chosen:
    """What was sent; raises `Incomplete`, `Invalid` or `Malformed`."""
    return chosen(pressed.text(MOVE), pressed.text(WORDS), pressed.text(PERSON))
