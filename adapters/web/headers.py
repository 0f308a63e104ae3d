"""What every answer tells the browser not to do."""

from __future__ import annotations

from collections.abc import Mapping

#: everything is forbidden but our own files; nothing inline runs, nobody frames us, forms stay here
CONTENT_SECURITY_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:; "
    "form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
)

SECURITY_HEADERS: Mapping[str, str] = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=()",
    # Not `no-referrer`: browsers would then send `Origin: null` with our own forms.
    "Referrer-Policy": "same-origin",
    "Server": "Placet",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}

#: for everything that shows requests or knows a session
PRIVATE = {"Cache-Control": "no-store"}
