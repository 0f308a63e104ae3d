"""The flame graph: whole, in proportion, and unharmed by any name."""

from __future__ import annotations

from xml.etree import ElementTree as ET

from bench.profiles.flame import flame_graph
from bench.profiles.stacks import Frame, Stack

_SVG = "{http://www.w3.org/2000/svg}"


def stack(count: int, *functions: str) -> Stack:
    return Stack(frames=tuple(Frame(function=name, file="bot/intake.py") for name in functions), count=count)


def boxes(svg: str) -> dict[str, tuple[float, float]]:
    """By its function: where a box begins, and how wide it is."""
    found = {}
    for group in ET.fromstring(svg).iter(f"{_SVG}g"):
        title, box = group.find(f"{_SVG}title"), group.find(f"{_SVG}rect")
        assert title is not None
        assert title.text is not None
        assert box is not None
        found[title.text.partition(" ")[0]] = (float(box.attrib["x"]), float(box.attrib["width"]))
    return found


def test_time_is_across_and_the_busiest_comes_first() -> None:
    told = boxes(flame_graph("t", [stack(1, "run", "rare"), stack(3, "run", "often")]))
    assert (told["run"][0], told["often"][0], told["rare"][0]) == (0.0, 0.0, 900.0)
    assert told["often"][1] > 2.9 * told["rare"][1]


def test_what_is_seen_in_two_recordings_is_one_box() -> None:
    told = boxes(flame_graph("t", [stack(1, "run", "often"), stack(3, "run", "often")]))
    assert set(told) == {"run", "often"}


def test_what_is_too_narrow_to_see_is_left_out() -> None:
    assert "rare" not in boxes(flame_graph("t", [stack(10_000, "often"), stack(1, "rare")]))


def test_names_are_text() -> None:
    assert "<listcomp>" in next(iter(boxes(flame_graph("a < b & c", [stack(1, "<listcomp>")]))))


def test_nothing_recorded_is_an_empty_picture() -> None:
    assert boxes(flame_graph("t", [])) == {}
