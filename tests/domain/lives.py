"""What lives of requests are made of: people, policies, channels and submissions, most of them ordinary."""

from dataclasses import replace
from datetime import time, timedelta
from decimal import Decimal
from typing import Any

from hypothesis import strategies as st

from bot.domain.hours import Hours
from bot.domain.status import Mode
from bot.domain.terms import Step
from tests.builders import (
    CALLBACK_URL,
    NOW,
    a_directory,
    a_person,
    a_step,
    channel,
    group,
    person,
)

OFFICE = Hours(days=(1, 2, 3, 4, 5), start=time(9), end=time(18), zone="Europe/Berlin")
TARGETS = (
    channel("slack:C1"),
    channel("slack:C2"),
    channel("web:refunds"),
    channel("discord:1"),
    group(),
    group("nobody"),
    person("dan"),
)
DESTINATIONS = (
    "slack:C1",
    "slack:C2",
    "web:refunds",
    "slack:@U01ANN",
    "slack:@U01DAN",
    "web:@ben",
    "slack:C9",
)
PEOPLE = ("ann", "ben", "cat", "dan", "eve")
FIRST = a_directory(platforms=frozenset({"slack", "web"}))
DIRECTORIES = (
    FIRST,
    replace(FIRST, groups={"finance": ("ann", "ben", "cat", "dan")}),
    replace(FIRST, groups={"finance": ()}),
    replace(FIRST, groups={"finance": ("cat",)}),
    replace(FIRST, people={name: each for name, each in FIRST.people.items() if name != "ann"}),
    replace(FIRST, people={**FIRST.people, "ann": a_person("ann", denied=("*",))}),
    replace(FIRST, agents={}),
    replace(FIRST, platforms=frozenset({"web"})),
)


def mostly(usual: Any, *others: Any) -> st.SearchStrategy[Any]:
    """The usual value three times out of four, so that lives are long enough for much to happen."""
    return st.integers(0, 3).flatmap(lambda n: st.sampled_from(others) if n == 3 else st.just(usual))


@st.composite
def steps(draw: st.DrawFn) -> Step:
    return a_step(
        *draw(st.lists(st.sampled_from(TARGETS), min_size=1, max_size=3)),
        wait=draw(st.sampled_from((60, 15, 5, 0))),
        remind_every=draw(st.none() | st.sampled_from((5, 4, 0)).map(lambda every: timedelta(minutes=every))),
        voters=draw(mostly((), ("dan",), ("cat",), ("finance",))),
    )


rarely = st.sampled_from((False, False, False, True))
usually = rarely.map(lambda seldom: not seldom)

submissions: st.SearchStrategy[dict[str, Any]] = st.fixed_dictionaries(
    {
        "mode": mostly(Mode.GATE, Mode.AUTO, Mode.NOTIFY, Mode.REFUSE) | st.just(Mode.VETO),
        "window": st.sampled_from((timedelta(minutes=5), timedelta(hours=12), None)),
        "irreversible": rarely,
        "high_impact": st.booleans(),
        "urgent": st.booleans(),
        "approve": st.sampled_from((1, 2, 2, 0, 3)),
        "reject": st.integers(0, 2),
        "distinct_groups": st.booleans(),
        "voters": mostly(("finance", "dan"), ("finance",), ("dan", "cat"), ()),
        "steps": mostly((a_step(wait=600), a_step(group())), ()) | st.lists(steps(), max_size=3).map(tuple),
        "repeat": st.integers(0, 2),
        "hours": st.sampled_from((None, OFFICE)),
        "needed_by": mostly(None, NOW, NOW + timedelta(minutes=10), NOW + timedelta(days=2)),
        "claim_idle": st.sampled_from((timedelta(0), timedelta(minutes=7))),
        "valid_for": st.sampled_from((None, timedelta(minutes=20))),
        "amount": st.sampled_from((None, Decimal(5), Decimal(900))),
        "callback_url": st.sampled_from((CALLBACK_URL, None)),
        "choices": mostly(("approve", "edit", "reject", "escalate"), ("approve", "reject"), ()),
    }
)
