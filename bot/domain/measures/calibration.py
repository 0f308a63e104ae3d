"""Calibration: whether what an agent is sure of comes true as often as it says."""

from __future__ import annotations

from collections.abc import Sequence

from bot.domain.measures.findings import Bin, Calibration

#: judged requests below which nothing is said
FEWEST = 100
#: mean distance between stated and true, beyond what chance explains, that is worth looking into
MATTERS = 0.05


def calibration(agent: str, action: str, bins: Sequence[Bin], squares: float) -> Calibration:
    """How far stated confidence is what came true; `squares` is the sum of squared errors.

    The Brier score is the mean squared error of a stated probability (G. W. Brier, Monthly Weather Review 78,
    1950); the expected calibration error is the distance of mean stated from true share, averaged over bins
    by how much is in them (M. P. Naeini, G. Cooper, M. Hauskrecht, AAAI 2015). Of the latter, `certain` is
    only the distance to the nearer Wilson bound of the true share: small bins are off by chance.
    """
    n = sum(each.clean.of for each in bins)
    too_few = n < FEWEST
    ece = sum(each.clean.of * _distance(each) for each in bins) / n if n else 0.0
    certain = sum(each.clean.of * _certain(each) for each in bins) / n if n else 0.0
    is_off = not too_few and certain >= MATTERS
    return Calibration(
        agent=agent,
        action=action,
        n=n,
        bins=tuple(bins),
        brier=squares / n if n else 0.0,
        ece=ece,
        certain=certain,
        is_off=is_off,
        too_few=too_few,
        sentence=_sentence(agent, action, bins, n, is_off=is_off),
    )


def _distance(each: Bin) -> float:
    if each.stated is None or each.clean.value is None:
        return 0.0
    return abs(each.stated - each.clean.value)


def _certain(each: Bin) -> float:
    if each.stated is None:
        return 0.0
    return max(0.0, each.stated - each.clean.high, each.clean.low - each.stated)


def _sentence(agent: str, action: str, bins: Sequence[Bin], n: int, *, is_off: bool) -> str:
    if n < FEWEST:
        return f"Too few judged requests ({n}) to say how sure {agent} may be at {action}."
    stated = sum(each.clean.of * (each.stated or 0) for each in bins) / n
    right = sum(each.clean.hits for each in bins) / n
    told = f"{agent} says {stated:.0%} at {action} on average, and {right:.0%} of {n} turned out right"
    if not is_off:
        return f"{told}: its confidence can be relied on."
    return (
        f"{told}: its confidence is {'too high' if stated > right else 'off'}; do not let rules rely on it."
    )
