"""Forms: cards that stand in place of the shared card for one person alone, until it changes for everybody.

Each has a way back to the shared card.
"""

from __future__ import annotations

from adapters.teams import blocks, cards, parts
from adapters.teams import details as packets
from adapters.teams.blocks import Block, button, run, words
from adapters.teams.escape import cut
from adapters.teams.names import BACK, PAGE, READ, REFERENCE
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
from bot.chat.words import in_one_line
from bot.domain.card import Card, Press
from bot.domain.confirming import asked_to_type
from bot.domain.sentences import reason_labels
from bot.reveals import LABEL, SHOWN_TO_YOU, Revealed

CHOOSE = "Choose a reason."
#: characters of what a form is about
HEADLINE = 250
_SENTENCE = 600
#: characters that somebody may type to confirm
MOST_TYPED = 200


def why_form(asked: WhyForm, card: Card, *, notice: str = "", reason: str = "", words: str = "") -> Block:
    """The form that asks for a reason; shown again, it keeps what was chosen and written."""
    reasons = reason_labels(acts=asked.acts)
    body = [
        *heading(asked.title, notice),
        cards.headline(card.headline, HEADLINE),
        blocks.choice(asked.question, name=REASON, options=reasons, missing=CHOOSE, value=reason),
        blocks.text_input("In your words (optional)", name=WORDS, most=MOST_WORDS, value=words[:MOST_WORDS]),
    ]
    carried = {REFERENCE: card.reference}
    submit = button(
        asked.send or asked.title, verb=asked.view, data=carried, style="destructive", takes_inputs=True
    )
    return blocks.card(body, [submit, back(card.reference)])


def packet(press: Press, card: Card, page: int = 0, notice: str = "") -> Block:
    """A page of the whole packet, from 0; a page that does not exist any more is the first.

    In a review the last one carries the approval, while there is one to give.
    """
    pages = packets.pages(card)
    page = page if page < len(pages) else 0
    body = [*_top(press, card, page, len(pages), notice), *pages[page]]
    carried = {REFERENCE: card.reference, PAGE: page, READ: passages.digest(pages[: page + 1])}
    approves = press is Press.REVIEW and any(each.press is Press.REVIEW for each in card.buttons)
    actions = [*_reveal_button(card), back(card.reference)]
    if page + 1 < len(pages):
        verb = REVIEW_PAGE if approves else DETAILS_VIEW
        actions.insert(0, button(f"Next ({page + 2} of {len(pages)})", verb=verb, data=carried))
    elif approves:
        body += confirmation(card.confirm)
        takes_inputs = bool(card.confirm)
        actions.insert(
            0,
            button("Approve", verb=REVIEW_VIEW, data=carried, style="positive", takes_inputs=takes_inputs),
        )
    elif len(pages) > 1:
        actions.insert(0, button("First page", verb=DETAILS_VIEW, data=carried))
    return blocks.card(body, actions)


def revealed(shown: Revealed, reference: str) -> Block:
    """Values that are masked everywhere else, as far as they fit."""
    body = [
        *_title(TITLES[Press.REVEAL]),
        words(run(SHOWN_TO_YOU)),
        parts.small_words(cut(in_one_line(shown.headline), HEADLINE)),
        *packets.values(shown.arguments),
    ]
    return blocks.card(body, [back(reference)])


def _reveal_button(card: Card) -> list[Block]:
    if not any(argument.masked for argument in card.arguments):
        return []
    return [button(LABEL, verb=ACTIONS[Press.REVEAL], data={REFERENCE: card.reference})]


def confirmation(word: str) -> list[Block]:
    """The field for a word, nothing for none."""
    if not word:
        return []
    asked = asked_to_type(word)
    return [blocks.word_input(asked, name=CONFIRM, most=MOST_TYPED, missing=f"{asked}.")]


def turned(press: Press, card: Card, page: int, read: str) -> Block:
    """The page after the given one, or the first again when what was `read` so far has changed."""
    pages = packets.pages(card)
    if passages.digest(pages[: page + 1]) != read:
        return packet(press, card, 0, CHANGED)
    return packet(press, card, page + 1)


def note(title: str, sentence: str, about: str = "", reference: str = "") -> Block:
    """One sentence, and what it is about; with a reference there is a way back to the card."""
    body = [*_title(title), words(run(cut(sentence, _SENTENCE)))]
    if about:
        body.append(parts.small_words(cut(in_one_line(about), HEADLINE)))
    return blocks.card(body, [back(reference)] if reference else ())


def refusal(sentence: str, card: Card | None = None) -> Block:
    """Why a press changed nothing: above the card as it stands now, where there is one to show."""
    return cards.draw_card(card, notice=sentence) if card else blocks.card(_notice(sentence))


def taken(sentence: str, card: Card) -> Block:
    """What a press did, above the card as it stands now."""
    return cards.draw_card(card, notice=sentence, style=parts.TAKEN)


def back(reference: str, label: str = "Back") -> Block:
    """The way back to the shared card."""
    return button(label, verb=BACK, data={REFERENCE: reference})


def heading(title: str, notice: str = "") -> list[Block]:
    """What stands above a form."""
    return [*_notice(notice), *_title(title)]


def _top(press: Press, card: Card, page: int, count: int, notice: str) -> list[Block]:
    found = [*_notice(notice), *_title(TITLES[press]), cards.status(card, 300)]
    if count > 1:
        found.append(parts.small_words(f"Page {page + 1} of {count}"))
    return found


def _title(shown: str) -> list[Block]:
    return [words(run(cut(in_one_line(shown), HEADLINE), size="Large", weight="Bolder"))]


def _notice(sentence: str) -> list[Block]:
    return [parts.notice(cut(sentence, _SENTENCE))] if sentence else []
