"""The words of a ping and of a private answer as Slack messages."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from adapters.slack import blocks, limits
from adapters.slack.blocks import markup, plain, section
from adapters.slack.cards import Message
from adapters.slack.escape import cost, cut, escape, pieces
from adapters.slack.names import buttons_block
from bot.chat import passages
from bot.chat.names import ACTIONS, OFFER
from bot.chat.words import in_one_line
from bot.offers import Offer
from bot.speaking import Heard

#: one paragraph of an answer, and how many of them one message holds
_PARAGRAPH = 2_500
_MOST_PARAGRAPHS = 4


def ping(line: str, people: Sequence[str]) -> Message:
    """A line that notifies these Slack users; the line itself is inert."""
    mentions = " ".join(f"<@{each}>" for each in people)
    called = (section(markup(mentions)),) if mentions else ()
    text = escape(cut(in_one_line(line), limits.TEXT))
    return Message(text=f"{mentions} {text}".strip(), blocks=(*called, section(plain(line))))


def heard(said: Heard) -> Message:
    """The answer to what somebody said, a line each, above the buttons of what it offers."""
    paragraphs = passages.paragraphs(said.lines, _PARAGRAPH, _cost, _pieces)
    shown = [section(plain("\n".join(paragraph))) for paragraph in paragraphs][:_MOST_PARAGRAPHS]
    offered = [
        blocks.button(offer.label, action_id=f"{OFFER}_{at}", value=offer.reference)
        for at, offer in enumerate(said.offers[: limits.BUTTONS])
        if offer.press is None
    ]
    buttons = (*((blocks.actions(offered, OFFER),) if offered else ()), *_of_cards(said.offers))
    text = escape(cut(in_one_line(" ".join(said.lines)), limits.TEXT))
    return Message(text=text, blocks=(*(shown or [section(plain("Done."))]), *_led(said.link), *buttons))


def _of_cards(offers: Sequence[Offer]) -> Iterator[blocks.Block]:
    """Buttons as they stand on the cards of requests, each in a block that names its request."""
    for offer in offers:
        if offer.press is not None:
            pressed = blocks.button(offer.label, action_id=ACTIONS[offer.press], value=offer.reference)
            yield blocks.actions([pressed], buttons_block(offer.request_id))


def answer(sentence: str, link: str = "", offers: Sequence[Offer] = ()) -> Message:
    """A sentence for one person, a link of ours, and buttons."""
    if offers:
        return heard(Heard(lines=tuple(sentence.splitlines()), offers=tuple(offers), link=link))
    text = escape(cut(in_one_line(sentence), limits.TEXT))
    return Message(text=text, blocks=(section(plain(sentence)), *_led(link)))


def _led(link: str) -> tuple[blocks.Block, ...]:
    """A link of ours, which nobody else wrote."""
    return (section(markup(f"<{link}|Open Placet in the browser>")),) if link else ()


def _cost(line: str) -> int:
    return cost(line) + 1


def _pieces(line: str) -> list[str]:
    return pieces(line, _PARAGRAPH - 10)
