"""What owners write into `policy.yml`."""

from __future__ import annotations

from datetime import date

from hypothesis import strategies as st

from bot.policy import parse_policy
from bot.policy.problems import PolicyError
from bot.policy.ready import READY, ready_policy
from bot.policy.starter import starter_policy
from tests.domain.test_text import hostile_text
from tests.fuzzing.target import Target, refused

_TODAY = date(2026, 3, 2)
_WHOLE = (starter_policy(), *(ready_policy(name, _TODAY) for name in READY))
_BITS = (
    *(
        "{",
        "}",
        "[",
        "]",
        ":",
        "- ",
        "&a ",
        "*a",
        "<<: *a",
        "!!python/object:os.system ",
        "|",
        ">",
        "'",
        '"',
        "#",
    ),
    *(
        "---\n",
        "\t",
        "\n",
        "null",
        "~",
        "true",
        "0",
        "-1",
        "1e999",
        "2026-02-30",
        "!!binary ",
        "? ",
        "%YAML 9.9\n",
    ),
    *(
        "impact.amount",
        "&& ",
        "(" * 50,
        "*",
        "{order}",
        "${x}",
        "50 EUR",
        "15m",
        "-3h",
        "99999999d",
        "slack:#",
        "\ud800",
    ),
)


@st.composite
def _edited(draw: st.DrawFn) -> str:
    lines = draw(st.sampled_from(_WHOLE)).split("\n")
    for _ in range(draw(st.integers(0, 5))):
        at = draw(st.integers(0, len(lines) - 1))
        line = lines[at]
        where, length = draw(st.integers(0, len(line))), draw(st.integers(0, 12))
        match draw(st.integers(0, 5)):
            case 0:
                del lines[at : at + draw(st.integers(1, 4))]
            case 1:
                lines.insert(at, draw(st.sampled_from(lines)))
            case 2:
                lines[at] = "  " * draw(st.integers(0, 3)) + line.strip()
            case _:
                lines[at] = (
                    line[:where] + draw(st.sampled_from(_BITS) | hostile_text) + line[where + length :]
                )
        lines = lines or [""]
    return "\n".join(lines)


def check(text: str) -> str:
    """It is a policy, or problems in sentences that name their place."""
    try:
        parse_policy(text, today=_TODAY)
    except PolicyError as error:
        return refused(str(error).replace("\n", " "), 200_000)
    return "loaded"


TARGET = Target(
    name="the policy loader",
    inputs=st.one_of(_edited(), st.text(max_size=100)),
    check=check,
    known=(
        "\xadowner: ann",
        "\ue000owner: ann",
        "\u202eowner: ann",
        "",
        "a: *a",
        "a: &a [*a]",
        "[" * 5000,
        "{" * 5000,
        "? " * 3000,
        "- " * 3000,
        "owner: [",
        "\x00",
        "\ud800",
    ),
)
