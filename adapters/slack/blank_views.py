"""Forms that are the same for every request: they open at once, as a trigger lives three seconds."""

from __future__ import annotations

from adapters.slack import rating, views
from adapters.slack.metadata import Origin
from bot.chat.why import BY_PRESS
from bot.domain.card import Press


def blank(press: Press, origin: Origin) -> views.View | None:
    """The form that a button opens, None where something has to be read first."""
    if press is Press.RATE:
        return rating.view(origin)
    asked = BY_PRESS.get(press)
    return views.why(asked, origin) if asked else None
