"""Turning the requests of a batch card: the same on every chat platform."""

from __future__ import annotations

from bot.batches import Turn
from bot.domain.card import Press
from bot.ports import Moved

#: where a button leads
TURNS = {Press.OPEN: Turn.FIRST, Press.NEXT: Turn.NEXT, Press.PREVIOUS: Turn.PREVIOUS}


def after(moved: Moved) -> Turn:
    """Where to go on after a press: what a person has decided, or somebody before them, is behind them."""
    is_over = moved.request is not None and moved.request.status.is_final
    return Turn.NEXT if moved.answer.accepted or is_over else Turn.HERE
