"""Whoever excepts a line from a security rule says why, on that line."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
SHIPPED = [path for folder in ("adapters", "bot", "storage") for path in (ROOT / folder).rglob("*.py")]

_EXCEPTION = re.compile(r"#\s*nosec\b(?P<said>.*)$")


def _exceptions() -> list[tuple[str, str]]:
    """Each line that bandit passes over, by its place, and everything that its comments say."""
    return [
        (f"{path.relative_to(ROOT)}:{number}", line[line.index("  #") :])
        for path in SHIPPED
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1)
        if _EXCEPTION.search(line)
    ]


def test_every_exception_names_the_rule_and_has_its_reason_on_the_line() -> None:
    found = _exceptions()
    assert found
    for place, comments in found:
        assert re.search(r"# nosec B\d{3}(?=$|  #)", comments), f"{place} does not name the rule it excepts"
        reason = re.sub(r"#\s*(noqa: [A-Z0-9, ]+\d|nosec B\d{3})", "", comments).strip(" #-")
        assert reason, f"{place} does not say why"
