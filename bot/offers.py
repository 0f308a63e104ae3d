"""Offers: buttons under an answer, or under a line for one person."""

from __future__ import annotations

from dataclasses import dataclass

from bot.domain.card import Press


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """A button."""

    #: `Confirm`, `Undo`
    label: str
    #: what `Speaking.accept` is given when it is pressed; opaque, at most 80 characters, safe in any field
    reference: str
    #: a button of a request's card instead, whose reference is then that of the card
    press: Press | None = None
    request_id: str = ""
