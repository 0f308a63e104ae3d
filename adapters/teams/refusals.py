"""Why the door for Teams stays shut; each becomes a status of HTTP."""

from __future__ import annotations

from bot.domain.errors import Forbidden, PlacetError


class Unauthenticated(PlacetError):
    """The bearer token is missing, wrong or too old."""

    code = "unauthenticated"


class NotForUs(Forbidden):
    """This does not come from a tenant that Placet serves."""

    code = "not_for_us"


class KeysAway(PlacetError):
    """The keys that prove who sent this cannot be fetched; try again in a moment."""

    code = "keys_away"


class Malformed(PlacetError):
    """This is not an activity of Teams'."""

    code = "malformed"
