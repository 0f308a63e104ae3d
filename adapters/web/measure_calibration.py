"""The calibration curve: stated confidence against what came true, of the agents that state it most often."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence

from adapters.web.filters import Filters
from adapters.web.measure_charts import Chart, Entry
from bot.domain.measures.findings import Calibration
from bot.domain.measures.query import Dimension
from bot.domain.measures.words import NOTHING, number, percent

#: more curves than this are a tangle; the table has all
_MOST_CURVES = 3
_TOO_FEW = "No agent has stated its confidence often enough to tell."
_LOOKS = (("approved", None), ("rejected", [8, 4]), ("auto", [2, 3]))


def calibration(found: Sequence[Calibration], filters: Filters) -> Chart:
    """The chart of all that have enough decisions to say something."""
    known = sorted((each for each in found if not each.too_few), key=lambda each: -each.n)
    return Chart(
        id="calibration",
        title="Confidence against what came true",
        told=_told(known),
        data=_data(known[:_MOST_CURVES]),
        headings=("Agent, action", "Stated", "Came true", "Of"),
        rows=[row for each in known for row in _rows(each, filters)],
        is_empty=not known,
    )


def _told(known: Sequence[Calibration]) -> str:
    worst = next((each for each in known if each.is_off), None)
    if worst is not None:
        return worst.sentence
    return "What agents state is about what comes true." if known else _TOO_FEW


def _data(known: Sequence[Calibration]) -> str:
    curves = [dict(_points(each)) for each in known]
    places = sorted({0.0, 100.0, *(place for curve in curves for place in curve)})
    ideal = {"name": "as stated", "tone": "soft", "dash": [1, 5], "is_quiet": True, "values": places}
    series = [
        {
            "name": _name(each),
            "tone": tone,
            "dash": dash,
            "values": [curve.get(place) for place in places],
        }
        for each, curve, (tone, dash) in zip(known, curves, _LOOKS, strict=False)
    ]
    axis = {"x_unit": "percent", "x_name": "stated", "x": places, "is_joined": True}
    return json.dumps({"kind": "lines", "unit": "percent", **axis, "series": [ideal, *series]})


def _points(each: Calibration) -> Iterator[tuple[float, float]]:
    """What was stated and what came true, in hundredths."""
    for bin_ in each.bins:
        if bin_.stated is not None and bin_.clean.of:
            yield round(100 * bin_.stated, 1), round(100 * bin_.clean.hits / bin_.clean.of, 1)


def _rows(each: Calibration, filters: Filters) -> Iterator[list[Entry]]:
    link = filters.with_(Dimension.AGENT, each.agent).with_(Dimension.ACTION, each.action).address()
    for bin_ in each.bins:
        if bin_.clean.of:
            stated = NOTHING if bin_.stated is None else f"{100 * bin_.stated:.0f}%"
            came = f"{percent(bin_.clean)} ({100 * bin_.clean.low:.0f}–{100 * bin_.clean.high:.0f}%)"
            entries = (_name(each), stated, came, number(bin_.clean.of))
            yield [Entry(text=text, link=link if n == 0 else "") for n, text in enumerate(entries)]


def _name(each: Calibration) -> str:
    return f"{each.agent}, {each.action}"
