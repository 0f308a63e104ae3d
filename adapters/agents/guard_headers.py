"""What an answer tells browsers not to do with it, where its page has not said so itself."""

from __future__ import annotations

from collections.abc import Mapping

from aiohttp import hdrs

#: also how an answer is recognised that has its own headers already
NO_SNIFFING = "X-Content-Type-Options"

#: nothing of it runs, nothing is loaded for it, nobody frames it, and no address leaks from it
GUARD_HEADERS: Mapping[str, str] = {
    "Content-Security-Policy": (
        "default-src 'none'; form-action 'none'; frame-ancestors 'none'; base-uri 'none'"
    ),
    "Referrer-Policy": "no-referrer",
    # Otherwise aiohttp tells its version and Python's, and with them what they are known for.
    hdrs.SERVER: "Placet",
    NO_SNIFFING: "nosniff",
    "X-Frame-Options": "DENY",
}

#: for what tells why something was refused
GUARDED_REFUSAL: Mapping[str, str] = {**GUARD_HEADERS, hdrs.CACHE_CONTROL: "no-store"}
