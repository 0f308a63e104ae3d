"""The picture of what follows a press."""

from bench.figures.following import following_picture
from bench.times import times


def test_the_picture_has_a_bar_for_each_time_to_the_callback() -> None:
    base = list(times("relayed alone/sqlite", [0.002]))
    told = list(times("told alone/sqlite", [0.012], {"p50": 25.0}))
    shares = [each.beside(other) for each, other in zip(told, base, strict=True)]
    svg = following_picture([*base, *times("shown alone/sqlite", [0.01]), *told, *shares])
    assert svg.count("alone SQLite p50") == 2
    assert "12 ms" in svg
    assert "shown" not in svg
