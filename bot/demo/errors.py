"""How the demo fails."""

from __future__ import annotations

from bot.domain.errors import PlacetError


class AskRefused(PlacetError):
    """Placet did not take the sample agent's request."""

    code = "ask_refused"


class StoryBroken(PlacetError):
    """The demo did not come to its end."""

    code = "story_broken"
