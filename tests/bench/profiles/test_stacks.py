"""What py-spy writes, read as stacks."""

from __future__ import annotations

from bench.profiles.stacks import Frame, Stack, read

_AROUND = "_run_code (<frozen runpy>:88);run (asyncio/runners.py:190);Handle._run (asyncio/events.py:80)"


def test_a_line_is_a_stack_and_how_often_it_was_seen() -> None:
    assert read(["submit (bot/intake.py:59);assess (bot/policy/policy.py:92) 7"]) == [
        Stack(
            frames=(
                Frame(function="submit", file="bot/intake.py"),
                Frame(function="assess", file="bot/policy/policy.py"),
            ),
            count=7,
        )
    ]


def test_what_stands_around_every_stack_is_left_out() -> None:
    assert read([f"{_AROUND};submit (bot/intake.py:59) 3"]) == read(["submit (bot/intake.py:59) 3"])


def test_the_loop_by_itself_stays_a_stack() -> None:
    assert [stack.frames[-1].function for stack in read([f"{_AROUND} 2"])] == ["Handle._run"]


def test_one_function_is_one_frame_whatever_line_it_is_on() -> None:
    first, second = read(["submit (bot/intake.py:59) 1", "submit (bot/intake.py:80) 1"])
    assert first.frames == second.frames


def test_what_is_broken_off_is_left_out() -> None:
    assert read(["", " 2", "submit (bot/intake.py:59)", "submit (bot/inta"]) == []
