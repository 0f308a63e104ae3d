"""The pages' templates: everything put into them is escaped, moments become times of the viewer's zone."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape

from adapters.web.assets import Assets
from bot.domain.card import Line
from bot.domain.confirming import asked_to_type
from bot.domain.word_diff import condensed

_FOLDER = Path(__file__).parent / "templates"


class Templates:
    """Draws a template by its name."""

    def __init__(self, assets: Assets) -> None:
        self._environment = Environment(
            loader=FileSystemLoader(_FOLDER),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
            auto_reload=False,
        )
        self._environment.filters["line"] = line
        self._environment.filters["moment"] = moment
        self._environment.filters["condensed"] = condensed
        self._environment.globals["asset"] = assets.address
        self._environment.globals["asked_to_type"] = asked_to_type

    def draw(self, name: str, values: Mapping[str, Any]) -> Markup:
        """The template's HTML."""
        return Markup(self._environment.get_template(name).render(values))  # noqa: S704 - escaped by Jinja  # nosec B704


def line(parts: Line) -> Markup:
    """Words escaped, moments as times."""
    return Markup().join(moment(p) if isinstance(p, datetime) else escape(p) for p in parts)


def moment(at: datetime) -> Markup:
    """A time that the page's script shows in the viewer's own zone, and in UTC without scripts."""
    return Markup('<time datetime="{}">{} UTC</time>').format(f"{at:%Y-%m-%dT%H:%M:%SZ}", f"{at:%H:%M}")
