"""The two icons of the app in Teams: a tick, drawn here so that nothing binary has to be kept.

Teams takes a full-colour icon of 192 by 192 pixels, and a white outline of 32 by 32 on nothing
(https://learn.microsoft.com/microsoftteams/platform/concepts/build-and-test/apps-package#app-icons).
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator
from itertools import pairwise
from math import hypot
from typing import TypeAlias

#: red, green, blue, opacity; 0 to 255 each
Pixel: TypeAlias = tuple[int, int, int, int]
#: from the upper left corner; the icon is 1 wide and 1 high
Point: TypeAlias = tuple[float, float]

ACCENT = "#0E6B5C"
COLOR_SIZE = 192
OUTLINE_SIZE = 32

#: the tick of the browser inbox's icon
_TICK: tuple[Point, ...] = ((0.30, 0.52), (0.44, 0.66), (0.71, 0.37))
#: half the width of the pen
_PEN = 0.055
_OUTLINE_PEN = 0.045
_WHITE = (255, 255, 255)
_NOTHING: Pixel = (255, 255, 255, 0)


def color_icon() -> bytes:
    """A white tick on the accent colour, as PNG."""
    red, green, blue = bytes.fromhex(ACCENT.removeprefix("#"))
    return _drawn(COLOR_SIZE, _PEN, (red, green, blue, 255))


def outline_icon() -> bytes:
    """A white tick on nothing, as PNG."""
    return _drawn(OUTLINE_SIZE, _OUTLINE_PEN, _NOTHING)


def _drawn(size: int, pen: float, ground: Pixel) -> bytes:
    return _png(size, [[_pixel(x, y, size, pen, ground) for x in range(size)] for y in range(size)])


def _pixel(x: int, y: int, size: int, pen: float, ground: Pixel) -> Pixel:
    """White where the pen went; its edge is one pixel soft."""
    point = ((x + 0.5) / size, (y + 0.5) / size)
    away = min(_distance(point, start, end) for start, end in pairwise(_TICK))
    ink = min(1.0, max(0.0, (pen - away) * size + 0.5))
    red, green, blue = (round(ink * w + (1 - ink) * g) for w, g in zip(_WHITE, ground[:3], strict=True))
    return red, green, blue, max(ground[3], round(ink * 255))


def _distance(point: Point, start: Point, end: Point) -> float:
    """From a point to a line between two others."""
    along = (end[0] - start[0], end[1] - start[1])
    to = (point[0] - start[0], point[1] - start[1])
    share = (to[0] * along[0] + to[1] * along[1]) / (along[0] ** 2 + along[1] ** 2)
    share = min(1.0, max(0.0, share))
    return hypot(to[0] - share * along[0], to[1] - share * along[1])


def _png(size: int, rows: list[list[Pixel]]) -> bytes:
    """A picture in the Portable Network Graphics format, 8 bits for each of four values (RFC 2083)."""
    header = struct.pack(">IIBBBBB", size, size, 8, 6, 0, 0, 0)
    lines = b"".join(b"\x00" + bytes(value for pixel in row for value in pixel) for row in rows)
    chunks = _chunks((b"IHDR", header), (b"IDAT", zlib.compress(lines, 9)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunks)


def _chunks(*named: tuple[bytes, bytes]) -> Iterator[bytes]:
    for name, data in named:
        yield struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
