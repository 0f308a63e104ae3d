"""Views: what opens for one person alone. All work with inputs and their submit button only.

Titles and submit buttons take 24 characters.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, TypeAlias

from adapters.slack import blocks, details, metadata, parts
from adapters.slack.blocks import plain, section
from adapters.slack.limits import VIEW_TITLE
from adapters.slack.metadata import Origin
from adapters.slack.names import NOTE_VIEW, buttons_block
from bot.chat import passages
from bot.chat.names import (
    ACTIONS,
    CONFIRM,
    DETAILS_VIEW,
    REASON,
    REVIEW_PAGE,
    REVIEW_VIEW,
    WORDS,
)
from bot.chat.presses import MOST_WORDS
from bot.chat.reading import CHANGED, TITLES
from bot.chat.why import WhyForm
from bot.chat.words import SIGNS
from bot.domain.card import Card, Press
from bot.domain.confirming import asked_to_type
from bot.domain.sentences import reason_labels
from bot.reveals import LABEL, SHOWN_TO_YOU, Revealed

View: TypeAlias = dict[str, Any]

_CLOSE = "Close"
#: characters that somebody may type to confirm
MOST_TYPED = 200


def why(asked: WhyForm, origin: Origin) -> View:
    """The form that asks for a reason; built without asking anybody, as a trigger lives three seconds."""
    reasons = reason_labels(acts=asked.acts)
    body = [
        blocks.choice(asked.question, block_id=REASON, action_id=REASON, options=reasons),
        blocks.text_input(
            "In your words", block_id=WORDS, action_id=WORDS, optional=True, max_length=MOST_WORDS
        ),
    ]
    return form(asked.title, body, asked.view, origin, submit=asked.send or asked.title)


def form(title: str, body: list[blocks.Block], callback_id: str, origin: Origin, *, submit: str) -> View:
    """A form of inputs."""
    return _view(title, body, callback_id, origin, submit=submit, close="Cancel")


def plain_view(title: str, body: list[blocks.Block], origin: Origin) -> View:
    """Something to read, with nothing to send."""
    return _view(title, body, NOTE_VIEW, origin)


def loading(press: Press, origin: Origin) -> View:
    """Stands until the packet is read; a trigger does not live long enough to read it first."""
    return _view(TITLES[press], [section(plain("Loading …"))], NOTE_VIEW, origin)


def note(title: str, sentence: str, about: str = "") -> View:
    """One sentence, and what it is about."""
    told = [section(plain(sentence))]
    if about:
        told.append(blocks.context([plain(about, 300)]))
    return _view(title, told, NOTE_VIEW, None)


def packet(press: Press, card: Card, origin: Origin, page: int, notice: str = "") -> View:
    """A page of the whole packet, from 0; a page that does not exist any more is the first.

    As a review its last page carries the approval; as details it can be turned over and over.
    """
    pages = details.pages(card)
    page = page if page < len(pages) else 0
    shown = replace(origin, reference=card.reference, page=page, read=passages.digest(pages[: page + 1]))
    body = [*_top(card, page, len(pages), notice), *pages[page], *_reveal_button(card)]
    approves = press is Press.REVIEW and any(each.press is Press.REVIEW for each in card.buttons)
    title = TITLES[press]
    if page + 1 < len(pages):
        callback_id = REVIEW_PAGE if approves else DETAILS_VIEW
        return _view(title, body, callback_id, shown, submit=f"Next ({page + 2} of {len(pages)})")
    if approves:
        return _view(title, [*body, *confirmation(card.confirm)], REVIEW_VIEW, shown, submit="Approve")
    again = "First page" if len(pages) > 1 else None
    return _view(title, body, DETAILS_VIEW, shown, submit=again)


def revealed(shown: Revealed) -> View:
    """Values that are masked everywhere else, as far as they fit."""
    blocks_of = details.values(shown.arguments)
    body = [section(plain(SHOWN_TO_YOU)), blocks.context([plain(shown.headline, 300)]), *blocks_of]
    return _view(TITLES[Press.REVEAL], body, NOTE_VIEW, None)


def _reveal_button(card: Card) -> list[blocks.Block]:
    if not any(argument.masked for argument in card.arguments):
        return []
    element = blocks.button(LABEL, action_id=ACTIONS[Press.REVEAL], value=card.reference)
    return [blocks.actions([element], buttons_block(card.request_id))]


def confirmation(word: str) -> list[blocks.Block]:
    """The field for a word, nothing for none."""
    if not word:
        return []
    label = asked_to_type(word)
    return [blocks.word_input(label, block_id=CONFIRM, action_id=CONFIRM, max_length=MOST_TYPED)]


def turned(press: Press, card: Card, origin: Origin) -> View:
    """The page after the one that `origin` shows, or the first again when what was read has changed."""
    pages = details.pages(card)
    if passages.digest(pages[: origin.page + 1]) != origin.read:
        return packet(press, card, origin, 0, CHANGED)
    return packet(press, card, origin, origin.page + 1)


def _top(card: Card, page: int, count: int, notice: str) -> list[blocks.Block]:
    found = [parts.prominent(card.status, 300, SIGNS[card.tone])]
    if notice:
        found.append(section(plain(notice)))
    if count > 1:
        found.append(blocks.context([plain(f"Page {page + 1} of {count}")]))
    return found


def _view(
    title: str,
    body: list[blocks.Block],
    callback_id: str,
    origin: Origin | None,
    *,
    submit: str | None = None,
    close: str = _CLOSE,
) -> View:
    view: View = {
        "type": "modal",
        "callback_id": callback_id,
        "title": plain(title, VIEW_TITLE),
        "close": plain(close, VIEW_TITLE),
        "blocks": body,
    }
    if submit:
        view["submit"] = plain(submit, VIEW_TITLE)
    return view | ({"private_metadata": metadata.write(origin)} if origin else {})


def errors(sentence: str, field: str = WORDS) -> Mapping[str, str]:
    """What an acknowledgement shows beside a field of the form, which keeps what was written."""
    return {field: sentence}
