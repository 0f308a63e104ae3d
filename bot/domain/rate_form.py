"""The words of the form in which a decision is rated afterwards, on every platform."""

from __future__ import annotations

from bot.domain.ratings import Grade

TITLE = "Rate"
GRADE = "Was it the right decision?"
REASON = "What was wrong (for a wrong one)"
WORDS = "In your words (optional; the agent is not told)"
SEND = "Save"
#: leads to the form in which arguments are corrected
CORRECT = "Say what the arguments should have been…"
GRADES = {Grade.RIGHT.value: "Right", Grade.WRONG.value: "Wrong"}
CHOOSE = "Choose whether it was right or wrong, and what was wrong with it."
