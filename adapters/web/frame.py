"""The page around the cards: channels with what waits in them, who one is, and the demo's sample agent."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from aiohttp import web
from markupsafe import Markup

from adapters.web import flash
from adapters.web.desk import Desk
from adapters.web.inbox import tabs, visible
from adapters.web.live import Live
from adapters.web.templates import Templates
from adapters.web.visitor import Visitor
from bot.domain.directory import Directory
from bot.ports import Stored


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Which page it is."""

    #: the channel, `decided`, the request's id, or empty for the whole inbox
    here: str
    title: str
    #: what the page's stream is asked for
    follows: dict[str, str]


class Frame:
    """Draws whole pages for people who are signed in."""

    def __init__(
        self,
        *,
        templates: Templates,
        directory: Callable[[], Directory],
        live: Live,
        desk: Desk | None,
        is_measured: bool = False,
    ) -> None:
        """`is_measured` tells whether there is a dashboard to lead to."""
        self._live = live
        self._templates = templates
        self._directory = directory
        self._desk = desk
        self._is_measured = is_measured

    def draw(
        self,
        template: str,
        request: web.Request,
        visitor: Visitor,
        place: Place,
        *,
        pending: Sequence[Stored],
        stamp: str,
        items: Sequence[Markup],
        subtitle: str = "",
    ) -> web.Response:
        """The page, with the answer to the last press at its top."""
        values = {
            "subtitle": subtitle,
            "items": Markup("\n").join(items),
            "stream": f"/events?{urlencode({**place.follows, 'after': stamp})}",
            "panel": self.panel(visitor),
        }
        return self.plain(template, request, visitor, place.here, place.title, pending, values)

    def plain(  # noqa: PLR0917 - the parts of a page, in the order in which they are seen
        self,
        template: str,
        request: web.Request,
        visitor: Visitor,
        here: str,
        title: str,
        pending: Sequence[Stored],
        more: Mapping[str, Any],
    ) -> web.Response:
        """A page that follows nothing; `more` is what its template shows beside the frame."""
        values: dict[str, Any] = {
            "here": here,
            "title": title,
            "tabs_html": self.tabs(visitor, here, pending),
            "waiting": len(pending),
            "person": visitor.person,
            "csrf": visitor.csrf,
            "stream": "",
            "flash": flash.take(request, visitor),
            "people": list(self._directory().people.values()) if self._desk else [],
            "panel": None,
            **more,
        }
        html = self._templates.draw(template, values)
        response = web.Response(text=html, content_type="text/html")
        flash.forget(request, response)
        return response

    def tabs(self, visitor: Visitor, here: str, pending: Sequence[Stored]) -> Markup:
        """The channels, with how many requests of this person wait in each."""
        lately = visible(self._live.known, self._directory(), visitor.person.id)
        values = {
            "here": here,
            "waiting": len(pending),
            "tabs": tabs(pending, lately, visitor.person.id),
            "is_measured": self._is_measured,
            "owns_rules": self._is_measured and visitor.person.id in self._directory().rule_owners.values(),
        }
        return self._templates.draw("tabs.html", values)

    def panel(self, visitor: Visitor) -> Markup | None:
        """The sample agent's log, None outside the demo."""
        if self._desk is None:
            return None
        return self._templates.draw("panel.html", {"entries": self._desk.entries, "csrf": visitor.csrf})
