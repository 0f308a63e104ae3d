"""The page at /docs: drawn from the OpenAPI document, without scripts or anything from elsewhere."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import jinja2
from markupsafe import Markup, escape

from adapters.agents.problems import KINDS
from adapters.agents.schema_rows import rows
from bot.first_request import first_request

_HERE = Path(__file__).parent
_CODE = re.compile(r"`([^`]+)`")
_STRONG = re.compile(r"\*\*([^*]+)\*\*")
#: shown once, in a section of its own
_RESOURCE = "Approval"


def page(document: Mapping[str, Any]) -> tuple[bytes, dict[str, str]]:
    """The page and its headers."""
    style = (_HERE / "docs.css").read_text(encoding="utf-8")
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(_HERE), autoescape=True, trim_blocks=True, lstrip_blocks=True
    )
    environment.filters.update(words=_words, json=_json)
    schemas = document["components"]["schemas"]
    html = environment.get_template("docs.html").render(
        document=document,
        style=Markup(style),  # noqa: S704 - our own file  # nosec B704
        paragraphs=document["info"]["description"].split("\n\n"),
        operations=_operations(document),
        resource=rows(schemas[_RESOURCE], schemas),
        problems=KINDS,
        first_request=first_request(document["servers"][0]["url"], "plc_…"),
        rows=lambda schema: rows(schema, schemas, into=frozenset({_RESOURCE})),
    )
    return html.encode(), _headers(style)


def _operations(document: Mapping[str, Any]) -> list[dict[str, Any]]:
    return [
        {"method": method.upper(), "path": path, **operation}
        for path, methods in document["paths"].items()
        for method, operation in methods.items()
    ]


def _headers(style: str) -> dict[str, str]:
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    policy = f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'; "
    return {
        "Content-Type": "text/html; charset=utf-8",
        "Content-Security-Policy": policy + "frame-ancestors 'none'",
        "Server": "Placet",
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "no-referrer",
    }


def _words(text: str) -> Markup:
    """Text with `code` and **strong** words; everything else is escaped."""
    marked = _CODE.sub(r"<code>\1</code>", str(escape(text)))
    return Markup(_STRONG.sub(r"<strong>\1</strong>", marked))  # noqa: S704 - escaped just above  # nosec B704


def _json(value: Any) -> str:
    return json.dumps(value, indent=2, ensure_ascii=False)
