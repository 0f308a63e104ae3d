"""Turning the requests of a batch card: the same on every chat platform."""

from __future__ import annotations

from bot.batches import Turn
from bot.domain.card import Press

#: where a button leads
TURNS = {Press.OPEN: Turn.FIRST, Press.NEXT: Turn.NEXT, Press.PREVIOUS: Turn.PREVIOUS}
