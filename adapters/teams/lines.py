"""The words of a ping and of a private answer as cards, where the words of others are inert."""

from __future__ import annotations

from collections.abc import Sequence

from adapters.teams import blocks, parts
from adapters.teams.blocks import Block, run, words
from adapters.teams.escape import cut, plain_text
from adapters.teams.names import REFERENCE
from adapters.teams.parts import Called
from bot.chat.names import ACTIONS, OFFER
from bot.offers import Offer
from bot.speaking import Heard

#: characters of one line
_MOST = 2000
_SUMMARY = 300
#: of one answer
_MOST_LINES = 60
_MOST_OFFERS = 6


def ping(line: str, people: Sequence[Called]) -> Block:
    """A line that notifies these people; the line itself is inert."""
    called = [parts.mentions(people)] if people else []
    return blocks.card([*called, _paragraph(line)], entities=parts.entities(people))


def answer(sentence: str, link: str = "", offers: Sequence[Offer] = ()) -> Block:
    """A sentence for one person, a link of ours, and buttons."""
    if offers:
        return heard(Heard(lines=tuple(sentence.splitlines()), offers=tuple(offers), link=link))
    return blocks.card([_paragraph(sentence)], _led(link))


def heard(said: Heard) -> Block:
    """The answer to what somebody said, a line each, above the buttons of what it offers."""
    shown = [words(_with_commands(cut(line, _MOST)), spacing="Small") for line in said.lines[:_MOST_LINES]]
    offered = [
        blocks.button(
            offer.label,
            verb=ACTIONS[offer.press] if offer.press is not None else OFFER,
            data={REFERENCE: offer.reference},
        )
        for offer in said.offers
    ]
    return blocks.card(shown or [_paragraph("Done.")], [*_led(said.link), *offered[:_MOST_OFFERS]])


def _led(link: str) -> list[Block]:
    return [blocks.link("Open Placet in the browser", link)] if link else []


def _with_commands(line: str) -> list[Block]:
    """What stands between backticks can be said to the bot; there is no other mark-up."""
    pieces = line.split("`")
    if len(pieces) % 2 == 0:
        return run(line)
    looks: tuple[dict[str, str], ...] = ({}, {"fontType": "Monospace"})
    return [each for n, piece in enumerate(pieces) if piece for each in run(piece, **looks[n % 2])] or run("")


def summary_of(line: str) -> str:
    """The line as plain text for notifications and lists of conversations."""
    return plain_text(line, _SUMMARY)


def _paragraph(line: str) -> Block:
    return words(run(cut(line, _MOST)))
