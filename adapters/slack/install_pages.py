"""The pages that somebody sees who installs the Slack app: plain, with nothing in them that runs."""

from __future__ import annotations

import html
import secrets

from aiohttp import web

_PAGE = """<!doctype html>
<html lang="en"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex"><title>{title}</title>
<style nonce="{nonce}">
body {{ font: 1rem/1.5 system-ui, sans-serif; max-width: 40rem; margin: 15vh auto; padding: 0 1rem }}
body {{ color: #1c2624; background: #fff }}
@media (prefers-color-scheme: dark) {{
  body {{ color: #e5ecea; background: #141a19 }}
  a {{ color: #8fd0c4 }}
}}
</style></head>
<body><main><h1>{title}</h1>{paragraphs}</main></body></html>
"""


def page(title: str, *paragraphs: str, status: int = 200, again: str = "") -> web.Response:
    """A page of sentences, which are shown as they are; `again` is the path of a link to begin anew."""
    lines = [f"<p>{html.escape(paragraph)}</p>" for paragraph in paragraphs]
    if again:
        lines.append(f'<p><a href="{html.escape(again)}">Install again</a></p>')
    nonce = secrets.token_urlsafe(16)
    text = _PAGE.format(title=html.escape(title), paragraphs="".join(lines), nonce=nonce)
    response = web.Response(text=text, content_type="text/html", status=status)
    close(response, nonce)
    return response


def close(response: web.StreamResponse, nonce: str = "") -> None:
    """Forbid a browser everything that these pages do not do: scripts, frames, telling where it came from."""
    style = f" style-src 'nonce-{nonce}';" if nonce else ""
    response.headers.update(
        {
            "Content-Security-Policy": f"default-src 'none';{style} frame-ancestors 'none'; base-uri 'none'",
            "Referrer-Policy": "no-referrer",
            "Cache-Control": "no-store",
            "X-Content-Type-Options": "nosniff",
        }
    )
