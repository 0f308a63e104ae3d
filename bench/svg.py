"""Bars and lines as SVG, readable on light and on dark ground, without any library.

A picture that a page embeds follows the reader's own scheme, not the page's:
https://developer.mozilla.org/en-US/docs/Web/CSS/@media/prefers-color-scheme
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape

_WIDTH = 720
_LEFT, _RIGHT, _TOP = 190, 90, 44
_ROW, _BAR = 26, 16
_PLOT = 260
#: where the plot of lines begins, what goes up written above it
_UNDER = 68
#: blue, orange, green, violet, red: apart from each other also without colour vision
_LIGHT = ("#2563a8", "#c05d00", "#1a7f5a", "#7a4fb5", "#b3263c")
_DARK = ("#6ea8e5", "#f0a04b", "#55c79a", "#b899e8", "#f07f90")

Point = tuple[float, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """One bar of a picture."""

    label: str
    value: float
    #: what is written at its end
    text: str
    #: where a mark stands: what the value has to reach, or must not
    limit: float | None = None
    #: which colour
    kind: int = 0


def bars(title: str, rows: Sequence[Bar]) -> str:
    """Horizontal bars from 0, the limits as marks."""
    most = max([row.value for row in rows] + [row.limit or 0 for row in rows]) or 1
    scale = (_WIDTH - _LEFT - _RIGHT) / most
    parts = [part for number, row in enumerate(rows) for part in _bar(row, _TOP + number * _ROW, scale)]
    return _picture(title, _TOP + len(rows) * _ROW + 12, parts)


def lines(title: str, series: Mapping[str, Sequence[Point]], *, across: str, up: str) -> str:
    """Points joined by lines; from 0 upwards, across by powers of ten where they span more than one."""
    points = [point for some in series.values() for point in some]
    place = _Place(points)
    bottom = _UNDER + _PLOT
    parts = [*place.grid(bottom)]
    parts.append(_text((_LEFT + _WIDTH - _RIGHT) / 2, bottom + 38, across, "middle", "quiet"))
    parts.append(_text(_LEFT - 8, _UNDER - 14, up, "end", "quiet"))
    placed = {name: [place.at(point) for point in some] for name, some in series.items()}
    for kind, places in enumerate(placed.values()):
        parts += _line(kind, places)
    parts += _named({name: places[-1] for name, places in placed.items()})
    return _picture(title, bottom + 52, parts)


class _Place:
    """Where points go."""

    def __init__(self, points: Sequence[Point]) -> None:
        self._xs = sorted({x for x, _ in points})
        self._is_log = self._xs[0] > 0 and self._xs[-1] / self._xs[0] > 10
        self._most = _round_up(max(y for _, y in points))

    def at(self, point: Point) -> Point:
        """The place of a point in the picture."""
        x, y = point
        first, last = self._across(self._xs[0]), self._across(self._xs[-1])
        share = (self._across(x) - first) / (last - first) if last > first else 0.5
        return _LEFT + share * (_WIDTH - _LEFT - _RIGHT), _UNDER + _PLOT * (1 - y / self._most)

    def grid(self, bottom: float) -> list[str]:
        """Lines for four heights, and what was measured written below."""
        parts = []
        for quarter in range(5):
            y = self._most * quarter / 4
            height = self.at((self._xs[0], y))[1]
            parts.append(f'<path class="grid" d="M{_LEFT} {height:.1f}H{_WIDTH - _RIGHT}"/>')
            parts.append(_text(_LEFT - 8, height + 4, _short(y), "end", "quiet"))
        parts += [_text(self.at((x, 0))[0], bottom + 18, _short(x), "middle", "quiet") for x in self._xs]
        return parts

    def _across(self, x: float) -> float:
        return math.log10(x) if self._is_log else x


def _bar(row: Bar, top: float, scale: float) -> list[str]:
    width = max(row.value * scale, 1)
    middle = top + _BAR / 2 + 4
    parts = [
        _text(_LEFT - 8, middle, row.label, "end", ""),
        f'<rect class="fill{row.kind}" x="{_LEFT}" y="{top}" width="{width:.1f}" height="{_BAR}" rx="2"/>',
    ]
    end = width
    if row.limit is not None:
        at = _LEFT + row.limit * scale
        parts.append(f'<path class="limit" d="M{at:.1f} {top - 3}v{_BAR + 6}"/>')
        end = max(end, row.limit * scale) if abs(row.limit * scale - width) < 60 else end
    return [*parts, _text(_LEFT + end + 6, middle, row.text, "start", "")]


def _line(kind: int, places: Sequence[Point]) -> list[str]:
    path = "M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in places)
    dots = [f'<circle class="fill{kind}" cx="{x:.1f}" cy="{y:.1f}" r="3.5"/>' for x, y in places]
    return [f'<path class="line{kind}" d="{path}"/>', *dots]


def _named(ends: Mapping[str, Point]) -> list[str]:
    """The names of lines at their ends, moved down where they would stand on each other."""
    parts, lowest = [], 0.0
    for name, (x, y) in sorted(ends.items(), key=lambda end: end[1][1]):
        lowest = max(y + 4, lowest + 14)
        parts.append(_text(x + 8, lowest, name, "start", ""))
    return parts


def _text(x: float, y: float, text: str, anchor: str, kind: str) -> str:
    named = f' class="{kind}"' if kind else ""
    return f'<text{named} x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}">{escape(text)}</text>'


def _picture(title: str, height: float, parts: Sequence[str]) -> str:
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {height:.0f}" role="img"'
        f' aria-label="{escape(title)}">'
    )
    heading = f'<text class="title" x="12" y="22">{escape(title)}</text>'
    return "\n".join([head, f"<style>{_style()}</style>", heading, *parts, "</svg>\n"])


def _style() -> str:
    still = "text{font:12px system-ui,sans-serif}.title{font-weight:600;font-size:14px}.grid{stroke-width:1}"
    limit = ".limit{stroke-width:2}[class^=line]{fill:none;stroke-width:2}"
    light = _colours(_LIGHT, ink="#1f2328", quiet="#59636e", grid="#d1d9e0")
    dark = _colours(_DARK, ink="#e6edf3", quiet="#9198a1", grid="#3d444d")
    return f"{still}{limit}{light}@media(prefers-color-scheme:dark){{{dark}}}"


def _colours(kinds: Sequence[str], *, ink: str, quiet: str, grid: str) -> str:
    each = "".join(f".fill{n}{{fill:{kind}}}.line{n}{{stroke:{kind}}}" for n, kind in enumerate(kinds))
    return f"text{{fill:{ink}}}.quiet{{fill:{quiet}}}.grid{{stroke:{grid}}}.limit{{stroke:{ink}}}{each}"


def _round_up(value: float) -> float:
    """The next number that divides well by four."""
    if value <= 0:
        return 1.0
    power: float = 10.0 ** math.floor(math.log10(value))
    return next(step * power for step in (1, 2, 4, 6, 8, 10) if value <= step * power)


def _short(value: float) -> str:
    """A number for an axis: 1k, 10k, 1M."""
    for size, letter in ((1e6, "M"), (1e3, "k")):
        if value >= size:
            return f"{value / size:g}{letter}"
    return f"{value:.3g}"
