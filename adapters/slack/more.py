"""The form behind More… as a view, and what it sends."""

from __future__ import annotations

from dataclasses import replace

from adapters.slack import blocks, views
from adapters.slack.metadata import Origin
from adapters.slack.payload import View as Submitted
from bot.chat.more import Chosen, chosen
from bot.chat.names import MORE_VIEW, MOVE, PERSON, WORDS
from bot.domain import more
from bot.domain.more import MoreForm


def view(form: MoreForm, origin: Origin) -> views.View:
    """The form for one person; a sentence where there is nothing to choose."""
    if not form.moves:
        return views.note(more.TITLE, form.note, form.headline)
    body = [
        blocks.context([blocks.plain(form.headline, 300)]),
        blocks.choice(
            more.WHAT,
            block_id=MOVE,
            action_id=MOVE,
            options={move.choice.value: move.label for move in form.moves},
        ),
        blocks.text_input(
            f"{more.WORDS}. {more.WORDS_HINT}",
            block_id=WORDS,
            action_id=WORDS,
            optional=True,
            max_length=more.LONGEST_WORDS,
        ),
    ]
    if form.people:
        people = dict(form.people)
        body.append(
            blocks.choice(more.PERSON, block_id=PERSON, action_id=PERSON, options=people, optional=True)
        )
    shown = replace(origin, reference=form.reference)
    return views.form(more.TITLE, body, MORE_VIEW, shown, submit=more.SEND)


def sent(view: Submitted) -> Chosen:
    """What was sent; raises `Incomplete` or `Invalid`."""
    words = view.state.values.get(WORDS, {}).get(WORDS)
    said = (words.value or "") if words else ""
    return chosen(_option(view, MOVE), said, _option(view, PERSON))


def _option(view: Submitted, name: str) -> str:
    entry = view.state.values.get(name, {}).get(name)
    return entry.selected_option.value if entry and entry.selected_option else ""
