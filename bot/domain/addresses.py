"""Addresses that agents give as evidence: shown as text, with the host they really lead to."""

from __future__ import annotations

from urllib.parse import urlsplit

from bot.domain.text import exact

_WEB = ("http", "https")


def shown_address(url: str) -> str:
    """The address on one line; told apart are other schemes, look-alike letters and names before an `@`."""
    text = " ".join(exact(url.strip()).split())
    try:
        parts = urlsplit(url.strip())
        scheme, host = parts.scheme, parts.hostname
    except ValueError:
        return f"{text} (not an address)"
    if scheme not in _WEB or not host:
        return f"{text} (not a web address)"
    if host.isascii() and "@" not in parts.netloc:
        return text
    return f"{text} (leads to {_in_ascii(host)})"


def _in_ascii(host: str) -> str:
    try:
        return host.encode("idna").decode("ascii")
    except UnicodeError:
        return "an unreadable host"
