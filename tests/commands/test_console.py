"""Words of others in a terminal: they neither move the cursor, nor turn, nor hide, nor begin a line."""

import json
from collections.abc import Callable

import pytest

from bot.commands.console import remark, say, say_json, say_table

HOSTILE = "ok\x1b[2J\x9b31m\x07\r\x08\u202egpj\u2066\u2028\U000e0041end"


@pytest.mark.parametrize("print_", [say, remark])
def test_what_a_terminal_would_obey_is_named(
    print_: Callable[[str], None], capsys: pytest.CaptureFixture[str]
) -> None:
    print_(f"{HOSTILE}\nGrüße, 名前\u3000\tend")

    written = "".join(capsys.readouterr())
    first, second = written.rstrip("\n").split("\n")
    assert first.isprintable()
    assert first.startswith("ok⟨U+001B⟩[2J⟨U+009B⟩31m⟨U+0007⟩⟨U+000D⟩")
    assert second == "Grüße, 名前\u3000\tend"


def test_json_holds_the_same_and_shows_nothing_that_a_terminal_would_obey(
    capsys: pytest.CaptureFixture[str],
) -> None:
    say_json({HOSTILE: [HOSTILE, "Grüße"]})

    written = capsys.readouterr().out
    assert json.loads(written) == {HOSTILE: [HOSTILE, "Grüße"]}
    assert written.replace("\n", "").isprintable()
    assert "Grüße" in written


def test_a_cell_is_one_row(capsys: pytest.CaptureFixture[str]) -> None:
    say_table(("Name",), [(f"a\nb {HOSTILE}",), ("c",)])

    rows = [row.strip() for row in capsys.readouterr().out.split("\n") if row.strip()]
    assert len(rows) == 4
    assert rows[2].startswith("a b ok⟨U+001B⟩")
    assert all(row.isprintable() for row in rows)
