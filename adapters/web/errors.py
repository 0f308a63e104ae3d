"""What a browser is told when something cannot be done: a page with one sentence, or JSON for the script."""

from __future__ import annotations

from aiohttp import web

from adapters.web.templates import Templates
from bot.domain.errors import Busy, Conflict, Forbidden, Gone, Invalid, NotFound, PlacetError


class SignedOut(PlacetError):
    """Nobody is signed in here. Placet has no passwords: you come in with a link that works once."""

    code = "signed_out"


class UnknownPage(NotFound):
    """There is nothing here that you can see. It may belong to others, or the address is wrong."""


class UsedLink(Gone):
    """This link was used already, or it is older than ten minutes."""

    code = "used_link"


_STATUS: dict[type[PlacetError], tuple[int, str]] = {
    SignedOut: (401, "Sign in to Placet"),
    NotFound: (404, "Nothing to see here"),
    Forbidden: (403, "That was not accepted"),
    Invalid: (400, "That did not work"),
    Conflict: (409, "That has changed"),
    Gone: (410, "This link is used up"),
    Busy: (503, "One moment"),
}
_HOW_TO_SIGN_IN = (
    "Write “inbox” to Placet in your chat to get one, or ask whoever runs it: placet inbox-link --person you"
)


def wants_json(request: web.Request) -> bool:
    """Whether our script asks, rather than a browser that follows a link or a form."""
    return request.headers.get("Accept", "").startswith("application/json")


def answer(request: web.Request, error: PlacetError, templates: Templates) -> web.Response:
    """The answer to a request that could not be done."""
    status, title = next((_STATUS[kind] for kind in type(error).mro() if kind in _STATUS), (500, "Sorry"))
    if wants_json(request):
        body = {"accepted": False, "code": error.code, "sentence": error.sentence}
        return web.json_response(body, status=status)
    asks_for_link = isinstance(error, SignedOut | UsedLink)
    html = templates.draw(
        "message.html",
        {
            "title": title,
            "sentence": error.sentence,
            "hint": _HOW_TO_SIGN_IN if asks_for_link else None,
            "home": not asks_for_link,
        },
    )
    return web.Response(text=html, content_type="text/html", status=status)
