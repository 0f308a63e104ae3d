"""Numbers as they are read: with as many digits as they are worth, and their unit."""

from __future__ import annotations

from bench.reading import Reading, Unit


def spelled(value: float, unit: Unit) -> str:
    """A number with its unit."""
    match unit:
        case Unit.SHARE:
            return percent(value)
        case Unit.COUNT:
            return digits(value)
        case Unit.PER_SECOND:
            return f"{digits(value)}/s"
        case _:
            return f"{digits(value)} {unit}"


def digits(value: float) -> str:
    """Three digits that count, or all those before the point."""
    size = abs(value)
    places = 0 if size >= 100 or value == int(value) else 1 if size >= 10 else 2 if size >= 0.1 else 4
    return f"{value:,.{places}f}"


def percent(share: float) -> str:
    """A share, as per cent."""
    return f"{digits(share * 100) if share < 0.1 else round(share * 100)} %"


def ratio(reading: Reading) -> str:
    """What it is of its base; a multiple where it is more."""
    if reading.ratio is None:
        return ""
    return percent(reading.ratio) if reading.ratio <= 1.2 else f"{digits(reading.ratio)} ×"


def limit(reading: Reading) -> str:
    """What it has to keep."""
    told = [("≥", reading.floor), ("≤", reading.bound)]
    return ", ".join(f"{sign} {_limit(reading, value)}" for sign, value in told if value is not None)


def _limit(reading: Reading, value: float) -> str:
    if reading.ratio is None:
        return spelled(value, reading.unit)
    return percent(value) if value <= 1.2 else f"{digits(value)} ×"
