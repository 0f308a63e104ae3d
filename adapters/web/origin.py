"""Where a request comes from: forms are taken from our own pages only."""

from __future__ import annotations

from urllib.parse import urlsplit

from aiohttp import web

from adapters.web.settings import LOOPBACK, WebSettings
from bot.domain.errors import Forbidden

_ELSEWHERE = (
    "This form was sent from another site, so nothing was recorded. Open Placet itself and press there."
)
_NOT_OUR_NAME = "Placet is not reached by this name; use the address in PLACET_PUBLIC_URL."


def require_own_origin(request: web.Request, settings: WebSettings) -> None:
    """Raise `Forbidden` unless the browser says that one of our own pages sent this.

    Browsers set both headers themselves and no page can forge them (Fetch Metadata, Fetch standard).
    `Sec-Fetch-Site` is not sent over plain http, `Origin` always is with a form.
    """
    if request.headers.get("Sec-Fetch-Site", "same-origin") != "same-origin":
        raise Forbidden(_ELSEWHERE)
    if not _is_ours(request.headers.get("Origin", ""), request, settings):
        raise Forbidden(_ELSEWHERE)


def require_own_name(request: web.Request, settings: WebSettings) -> None:
    """On loopback, raise `Forbidden` for a foreign host name: a page that rebinds its name to 127.0.0.1."""
    if settings.is_loopback and _hostname(f"//{request.host}") not in LOOPBACK:
        raise Forbidden(_NOT_OUR_NAME)


def _is_ours(origin: str, request: web.Request, settings: WebSettings) -> bool:
    if origin.lower() == settings.origin:
        return True
    # 127.0.0.1 and localhost are one machine, and a tunnel may change the port.
    return settings.is_loopback and _hostname(origin) in LOOPBACK and urlsplit(origin).netloc == request.host


def _hostname(url: str) -> str | None:
    try:
        return urlsplit(url).hostname
    except ValueError:
        return None
