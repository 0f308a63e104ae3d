"""Ports for servers that are started later: nobody else is given them meanwhile."""

from __future__ import annotations

import socket
import subprocess
import sys
from pathlib import Path

from tests.ports import LOOPBACK, free_port

_ASK = "from tests.ports import free_port; print(free_port()); input()"


def test_what_is_listened_on_is_not_given_out() -> None:
    with socket.create_server((LOOPBACK, free_port())) as taken:
        number = taken.getsockname()[1]
        assert number not in {free_port() for _ in range(200)}


def test_no_two_processes_are_given_the_same_port_and_the_kernel_gives_none_of_them() -> None:
    others = [
        subprocess.Popen(
            [sys.executable, "-c", _ASK],
            cwd=Path(__file__).parents[1],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for _ in range(3)
    ]
    theirs = [int(each.stdout.readline()) for each in others if each.stdout is not None]
    for each in others:
        each.communicate("\n")
    ours = {free_port() for _ in range(200)}
    assert len(set(theirs)) == len(theirs)
    assert ours.isdisjoint(theirs)
    assert all(number < 32_768 for number in (*ours, *theirs))
