"""A flame graph as SVG: who called downwards, time across; hovering tells the name and the share.

What it shows: https://www.brendangregg.com/flamegraphs.html
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from html import escape

from bench.profiles.layers import LAYERS, layer_of
from bench.profiles.stacks import Frame, Stack

_WIDTH, _ROW, _TOP = 1200, 16, 52
#: narrower ones are left out (pixels)
_NARROWEST = 1.0
#: of a letter, about (pixels)
_LETTER = 6.2
#: one for each layer, in their order, with dark letters readable on all of them
_COLOURS = (
    "#c7d3e0",
    "#9cc3ec",
    "#8fd0d6",
    "#f3cf87",
    "#b5dd94",
    "#d6c2f0",
    "#f2b492",
    "#ee9fae",
    "#c9bba8",
)
_OTHER = "#e4e4e4"


@dataclass(slots=True)
class _Node:
    """A function as it was called from those above it."""

    frame: Frame | None = None
    count: int = 0
    below: dict[Frame, _Node] = field(default_factory=dict)

    def add(self, stack: Stack) -> None:
        self.count += stack.count
        node = self
        for frame in stack.frames:
            node = node.below.setdefault(frame, _Node(frame))
            node.count += stack.count


def flame_graph(title: str, stacks: Sequence[Stack]) -> str:
    """The picture of a recording."""
    root = _Node()
    for stack in stacks:
        root.add(stack)
    drawn = list(_drawn(root, 0.0, 0, _WIDTH / max(root.count, 1), root.count))
    depth = max((row for row, _ in drawn), default=0) + 1
    boxes = [box for _, box in drawn]
    return "\n".join([*_head(title, _TOP + depth * _ROW + 8), *_legend(), *boxes, "</svg>\n"])


def _drawn(node: _Node, left: float, row: int, scale: float, total: int) -> Iterator[tuple[int, str]]:
    """Rows and boxes of everything below a node, the busiest first."""
    for below in sorted(node.below.values(), key=lambda each: -each.count):
        width = below.count * scale
        if width < _NARROWEST:
            return
        assert below.frame is not None
        yield row, _box(below.frame, left, row, width, below.count / total)
        yield from _drawn(below, left, row + 1, scale, total)
        left += width


def _box(frame: Frame, left: float, row: int, width: float, share: float) -> str:
    top = _TOP + row * _ROW
    letters = int((width - 4) / _LETTER)
    name = frame.function if len(frame.function) <= letters else frame.function[: max(letters - 1, 0)] + "…"
    text = f'<text x="{left + 2:.1f}" y="{top + 12}">{escape(name)}</text>' if letters > 2 else ""
    told = escape(f"{frame.function} ({frame.file}): {share:.1%}")
    box = f'x="{left:.1f}" y="{top}" width="{max(width - 0.5, 0.5):.1f}" height="{_ROW - 1}"'
    return f'<g><title>{told}</title><rect {box} fill="{_colour(frame)}"/>{text}</g>'


def _colour(frame: Frame) -> str:
    name = layer_of(frame)
    return _OTHER if name is None else _COLOURS[list(LAYERS).index(name)]


def _head(title: str, height: float) -> list[str]:
    size = f'viewBox="0 0 {_WIDTH} {height:.0f}" role="img"'
    return [
        f'<svg xmlns="http://www.w3.org/2000/svg" {size} aria-label="{escape(title)}">',
        "<style>text{font:11px ui-monospace,monospace;fill:#1f2328}.title{font:600 14px system-ui}</style>",
        f'<rect width="{_WIDTH}" height="{height:.0f}" fill="#ffffff"/>',
        f'<text class="title" x="6" y="18">{escape(title)}</text>',
    ]


def _legend() -> Iterator[str]:
    left = 6.0
    for name, colour in zip(LAYERS, _COLOURS, strict=True):
        yield f'<rect x="{left:.0f}" y="28" width="12" height="12" fill="{colour}"/>'
        yield f'<text x="{left + 16:.0f}" y="38">{escape(name)}</text>'
        left += 30 + _LETTER * 1.1 * len(name)
