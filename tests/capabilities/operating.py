"""The operator at the command line, beside the installation that a story is about.

ended = await operator.runs("audit", "verify")
assert "everything fits" in ended.err
"""

from __future__ import annotations

import asyncio
import json
from dataclasses import dataclass
from typing import Any

import pytest

from bot.cli import main
from tests.commands.conftest import Ended
from tests.flows.world import SECRET_KEY


@dataclass(frozen=True, slots=True)
class Operator:
    """Runs commands against the story's database, while the application goes on."""

    capsys: pytest.CaptureFixture[str]

    async def runs(self, *arguments: str) -> Ended:
        """Run a command to its end; in a thread, as commands have an event loop of their own."""
        return await asyncio.to_thread(self._run, arguments)

    async def lines(self, *arguments: str) -> list[dict[str, Any]]:
        """What a command prints as one JSON object a line."""
        ended = await self.runs(*arguments)
        assert ended.code == 0, ended.err
        return [json.loads(line) for line in ended.out.splitlines()]

    def _run(self, arguments: tuple[str, ...]) -> Ended:
        self.capsys.readouterr()
        with pytest.raises(SystemExit) as end:
            main(arguments)
        out, err = self.capsys.readouterr()
        return Ended(code=int(end.value.code or 0), out=out, err=err)


@pytest.fixture
def operator(
    database_url: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> Operator:
    """The settings of the story's installation, in the environment of commands."""
    monkeypatch.setenv("PLACET_DATABASE_URL", database_url)
    monkeypatch.setenv("PLACET_SECRET_KEY", SECRET_KEY)
    monkeypatch.setenv("COLUMNS", "240")
    monkeypatch.setenv("NO_COLOR", "1")
    return Operator(capsys)
