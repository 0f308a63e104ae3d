"""Words from outside on their way to people."""

from __future__ import annotations

import html
import re

from hypothesis import strategies as st

from adapters.slack import escape as slack
from adapters.teams import escape as teams
from bot.domain.text import exact, inert, one_line, quoted
from tests.domain.test_text import hostile_text
from tests.fuzzing.target import Target

#: what turns, hides or commands: none of it may be left
_LIVE = re.compile(
    "[\u202a-\u202e\u2066-\u2069\u200b\u200e\u200f\u061c\ufeff\x00-\x08\x0b-\x1f\x7f\ud800-\udfff\ue000-\uf8ff]"
)
_SLACKS = re.compile(r"[<>]|&(?!(amp|lt|gt);)")
_TEAMS = re.compile(r"\{\{|<at|\$\{|://|</")
_BAITS = (
    "<!channel>",
    "<@U1>",
    "<at>x</at>",
    "{{DATE(x)}}",
    "${x}",
    "https://x",
    "&lt;",
    "[a](b)",
    "*",
    "`",
    "www.",
)


def check(text: str) -> str:
    """Nothing of it is alive in any form that is shown, and making it inert twice is once."""
    tamed = inert(text)
    assert inert(tamed) == tamed
    for shown in (tamed, exact(text), one_line(text), quoted(text)):
        assert not _LIVE.search(shown), repr(shown)
    assert "\n" not in one_line(text)
    escaped = slack.escape(tamed)
    assert not _SLACKS.search(escaped), escaped
    assert html.unescape(escaped) == tamed or "&" in tamed
    assert "".join(slack.pieces(tamed, 40)) == tamed
    runs = teams.runs_of(tamed)
    assert "".join(runs) == tamed
    assert not any(_TEAMS.search(run) for run in runs), runs
    assert not re.search("[<>]", teams.plain_text(tamed, 80))
    return "as it was" if tamed == text else "changed"


TARGET = Target(
    name="the escapers",
    inputs=st.lists(st.one_of(hostile_text, st.sampled_from(_BAITS), st.text(max_size=30)), max_size=6).map(
        "".join
    ),
    check=check,
    known=("", "<at", "\u202e", "&amp;lt;", "a\u0301" * 40, "{" * 20, "\r\n" * 50),
)
