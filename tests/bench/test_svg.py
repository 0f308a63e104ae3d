"""Pictures: real SVG, in proportion, readable on both grounds, and nothing of it is markup that came in."""

from collections.abc import Sequence
from xml.etree import ElementTree as ET

import pytest

from bench.svg import Bar, bars, lines

SVG = "{http://www.w3.org/2000/svg}"


def parsed(svg: str) -> ET.Element:
    return ET.fromstring(svg)


def texts(svg: str) -> list[str]:
    return [element.text or "" for element in parsed(svg).iter(f"{SVG}text")]


def test_bars_are_as_long_as_their_values() -> None:
    svg = bars("Rates", [Bar(label="a", value=1, text="100 %"), Bar(label="b", value=0.25, text="25 %")])
    widths = [float(each.attrib["width"]) for each in parsed(svg).iter(f"{SVG}rect")]
    assert widths[1] == pytest.approx(widths[0] / 4, abs=0.1)
    assert texts(svg) == ["Rates", "a", "100 %", "b", "25 %"]


def test_a_limit_stands_where_a_bar_of_that_length_would_end() -> None:
    svg = bars("Rates", [Bar(label="a", value=0.5, text="", limit=1.0), Bar(label="b", value=1, text="")])
    [limit] = [each for each in parsed(svg).iter(f"{SVG}path") if each.attrib["class"] == "limit"]
    bar = list(parsed(svg).iter(f"{SVG}rect"))[1]
    ends = float(bar.attrib["x"]) + float(bar.attrib["width"])
    assert limit.attrib["d"].startswith(f"M{ends:.1f} ")


def _dots(svg: str) -> list[tuple[float, float]]:
    return [(float(each.attrib["cx"]), float(each.attrib["cy"])) for each in parsed(svg).iter(f"{SVG}circle")]


def test_powers_of_ten_stand_equally_far_apart() -> None:
    svg = lines("Growth", {"SQLite": [(1e3, 5), (1e4, 5), (1e6, 5)]}, across="stored", up="ms")
    xs = [x for x, _ in _dots(svg)]
    assert xs[2] - xs[1] == pytest.approx(2 * (xs[1] - xs[0]), abs=0.2)
    assert {"1k", "10k", "1M", "SQLite", "stored", "ms"} <= set(texts(svg))


def test_small_spans_are_drawn_as_they_are() -> None:
    xs = [x for x, _ in _dots(lines("Machines", {"": [(1, 1), (2, 1), (4, 1)]}, across="", up=""))]
    assert xs[2] - xs[1] == pytest.approx(2 * (xs[1] - xs[0]), abs=0.2)


@pytest.mark.parametrize("points", [[(1, 0.0)], [(5, 3.0)], [(1, 0.0), (2, 0.0)], [(0, 1.0), (100, 2.0)]])
def test_few_points_and_zeros_are_drawn_all_the_same(points: Sequence[tuple[float, float]]) -> None:
    assert len(_dots(lines("Few", {"a": points}, across="x", up="y"))) == len(points)


def test_text_stays_text() -> None:
    svg = bars("<b>&", [Bar(label="<script>", value=1, text='"')])
    assert texts(svg) == ["<b>&", "<script>", '"']


def test_both_schemes_have_their_colours() -> None:
    style = parsed(bars("a", [Bar(label="a", value=1, text="")])).find(f"{SVG}style")
    assert style is not None
    assert "prefers-color-scheme:dark" in (style.text or "")


def test_names_of_lines_that_end_together_stand_below_each_other() -> None:
    svg = lines("Both", {"SQLite": [(1, 5), (2, 5)], "PostgreSQL": [(1, 4), (2, 5)]}, across="", up="")
    named = {each.text: float(each.attrib["y"]) for each in parsed(svg).iter(f"{SVG}text")}
    assert abs(named["SQLite"] - named["PostgreSQL"]) >= 14
