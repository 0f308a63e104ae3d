"""`placet export`: to a file that is whole or not there, or to standard output."""

import csv
import io
import json
import stat
from pathlib import Path

import pytest

from bot.domain.request import ApprovalRequest
from tests.commands.conftest import Placet
from tests.commands.test_erase import requests

__all__ = ["requests"]


def test_decisions_are_lines_on_standard_output(
    placet: Placet, requests: tuple[ApprovalRequest, ApprovalRequest]
) -> None:
    exported = placet("export", "decisions")
    told = [json.loads(line) for line in exported.out.splitlines()]
    assert {each["id"]: each["status"] for each in told} == {
        requests[0].id: "approved",
        requests[1].id: "pending",
    }
    assert "2 written." in exported.err


@pytest.mark.usefixtures("requests")
def test_a_file_is_its_owners_alone_and_its_csv_parses(placet: Placet) -> None:
    placet("export", "decisions", "--format", "csv", "--out", "decisions.csv")
    path = Path("decisions.csv")
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    head, *lines = list(csv.reader(io.StringIO(path.read_bytes().decode(), newline="")))
    assert (head[0], len(lines), {len(line) for line in lines}) == ("id", 2, {len(head)})
    assert not Path("decisions.csv.part").exists()


@pytest.mark.usefixtures("requests")
def test_what_was_erased_is_counted(placet: Placet) -> None:
    placet("erase", "--subject", "c-118", "--yes")
    exported = placet("export", "sft")
    assert exported.out == ""
    assert "0 written; 1 were left out, because they were erased." in exported.err


@pytest.mark.usefixtures("requests")
def test_pairs_of_an_action_and_some_days(placet: Placet) -> None:
    assert len(placet("export", "sft", "--action", "refund.*").out.splitlines()) == 1
    assert placet("export", "sft", "--action", "letter.*").out == ""
    assert placet("export", "sft", "--until", "2020-01-01").out == ""


@pytest.mark.usefixtures("requests")
def test_a_shape_that_means_nothing_is_refused(placet: Placet) -> None:
    refused = placet("export", "decisions", "--shape", "prompt-completion", "--out", "x")
    assert (refused.code, "leave --shape out" in refused.err) == (1, True)
    assert not Path("x").exists()


@pytest.mark.usefixtures("requests")
def test_masked_values_leave_only_on_record(placet: Placet) -> None:
    assert placet("export", "decisions", "--unmask").code == 0
    assert "everything fits" in placet("audit", "verify").err


@pytest.mark.parametrize(
    "command", [("export", "decisions"), ("audit", "export"), ("audit", "export", "--format", "cef")]
)
def test_a_file_that_cannot_be_written_is_a_sentence(placet: Placet, command: tuple[str, ...]) -> None:
    ended = placet(*command, "--out", "nowhere/out")

    assert (ended.code, ended.out) == (1, "")
    assert "nowhere/out cannot be written: No such file or directory." in ended.err
