"""What people say to the bot."""

from __future__ import annotations

from hypothesis import strategies as st

from bot.domain.mentions.commands import NotUnderstood
from bot.domain.mentions.grammar import parse
from bot.domain.mentions.printing import printed
from tests.domain.mentions.strategies import COMMANDS
from tests.domain.mentions.test_grammar import WORDS
from tests.domain.test_text import hostile_text
from tests.fuzzing.target import Target


@st.composite
def _misspelt(draw: st.DrawFn) -> str:
    text = printed(draw(COMMANDS))
    for _ in range(draw(st.integers(0, 4))):
        at, length = draw(st.integers(0, len(text))), draw(st.integers(0, 5))
        text = text[:at] + draw(WORDS | hostile_text) + text[at + length :]
    return text


def check(text: str) -> str:
    """It is a command that prints and reads as itself, or an answer with an example that is one."""
    command = parse(text)
    if isinstance(command, NotUnderstood):
        assert not isinstance(parse(command.example), NotUnderstood)
        return "not understood"
    assert parse(printed(command)) == command
    return "understood"


TARGET = Target(
    name="the mention grammar",
    inputs=st.one_of(
        _misspelt(), st.lists(WORDS | hostile_text, max_size=15).map(" ".join), st.text(max_size=200)
    ),
    check=check,
    known=(
        "",
        " ",
        "away for 999999 weeks",
        "until 31.2.2026 route x here",
        "route refund.* to #x " * 400,
        "to teams:»00000000-0000-0000-0000-0000000000a1/19:abc123@thread.tacv2",
        'to #a"b c"d',
        'pause "everything"',
        'rou** to web:refunds and "teams:Customer Support/Approroute',
        "TEAMS: TO TO 0 TEAMS:/ ROUTE",
    ),
)
