"""The form of a rating as a view, and what it sends."""

from __future__ import annotations

from adapters.slack import blocks, views
from adapters.slack.metadata import Origin
from adapters.slack.payload import View as Submitted
from bot.chat.names import GRADE, RATE_VIEW, REASON, WORDS
from bot.chat.rating import Sent
from bot.chat.rating import sent as read
from bot.domain import rate_form
from bot.domain.rating import LONGEST_TEXT
from bot.domain.sentences import reason_labels


def view(origin: Origin) -> views.View:
    """The form; built without asking anybody, as a trigger lives three seconds."""
    body = [
        blocks.choice(rate_form.GRADE, block_id=GRADE, action_id=GRADE, options=rate_form.GRADES),
        blocks.choice(
            rate_form.REASON,
            block_id=REASON,
            action_id=REASON,
            options=reason_labels(acts=False),
            optional=True,
        ),
        blocks.text_input(
            rate_form.WORDS, block_id=WORDS, action_id=WORDS, optional=True, max_length=LONGEST_TEXT
        ),
    ]
    return views.form(rate_form.TITLE, body, RATE_VIEW, origin, submit=rate_form.SEND)


def sent(view: Submitted) -> Sent:
    """What was sent; raises `Incomplete` or `Invalid`."""
    words = view.state.values.get(WORDS, {}).get(WORDS)
    return read(_option(view, GRADE), _option(view, REASON), (words.value or "") if words else "")


def _option(view: Submitted, name: str) -> str:
    entry = view.state.values.get(name, {}).get(name)
    return entry.selected_option.value if entry and entry.selected_option else ""
