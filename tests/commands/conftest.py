"""Commands, run as their callers run them: arguments in, exit code and two streams out."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

import pytest

from bot.cli import main
from tests.policy.samples import POLICY

KEY = "a-secret-key-of-more-than-32-characters"


@dataclass(frozen=True, kw_only=True)
class Ended:
    """How a command ended."""

    code: int
    out: str
    err: str


Placet: TypeAlias = Callable[..., Ended]


@pytest.fixture
def placet(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Placet:
    """Run a command in this process."""
    monkeypatch.setenv("COLUMNS", "200")
    monkeypatch.setenv("NO_COLOR", "1")

    def run(*arguments: str) -> Ended:
        with pytest.raises(SystemExit) as end:
            main(arguments)
        out, err = capsys.readouterr()
        code = end.value.code
        assert code is None or isinstance(code, int)
        return Ended(code=code or 0, out=out, err=err)

    return run


@pytest.fixture
def installation(monkeypatch: pytest.MonkeyPatch) -> None:
    """A policy and a secret key in the working directory; the database comes by itself."""
    Path("policy.yml").write_text(POLICY)
    monkeypatch.setenv("PLACET_SECRET_KEY", KEY)
