"""The file of seals: a line a seal, only ever added to, whoever keeps it and however it was left."""

from dataclasses import dataclass, field
from pathlib import Path

import pytest

from storage.audit import GENESIS
from storage.seal_file import SealFile, SealLine, Unreadable
from storage.sealing import FORMAT, seal_hash


@dataclass
class Fields:
    """A row of `audit_seal`."""

    number: int
    previous: str = GENESIS
    root: str = "ab" * 32
    leaves: int = 3
    at: int = 7
    kid: str = "k1"
    signature: str = "c2ln"
    hash: str = field(init=False)

    def __post_init__(self) -> None:
        self.hash = seal_hash(self)


def a_seal(number: int) -> SealLine:
    """The line of some seal."""
    return SealLine(format=FORMAT, **vars(Fields(number)))


def numbers(file: SealFile) -> list[int | bytes]:
    """What its lines are."""
    lines = file.read(file.size())
    return [line.text if isinstance(line, Unreadable) else line.number for line in lines]


@pytest.fixture
def file(tmp_path: Path) -> SealFile:
    """A file with two seals."""
    kept = SealFile(tmp_path / "seals.jsonl")
    kept.append([a_seal(1), a_seal(2)])
    return kept


def test_it_is_added_to_and_nobody_else_may_read_it(file: SealFile) -> None:
    before = file.path.read_bytes()
    file.append([a_seal(3)])

    assert file.path.read_bytes().startswith(before)
    assert numbers(file) == [1, 2, 3]
    assert file.path.stat().st_mode & 0o777 == 0o600
    assert file.last() == a_seal(3)
    assert a_seal(3).is_itself


def test_what_another_process_added_meanwhile_is_not_added_again(file: SealFile) -> None:
    file.append([a_seal(1), a_seal(2), a_seal(3)])
    file.append([a_seal(2), a_seal(3)])

    assert numbers(file) == [1, 2, 3]


def test_what_a_crash_left_of_a_line_is_passed_over_once_the_line_follows(file: SealFile) -> None:
    whole = file.path.read_bytes()
    file.append([a_seal(3)])
    torn = file.path.read_bytes()[len(whole) :][:40]
    file.path.write_bytes(whole + torn)

    assert file.last() == a_seal(2)
    assert numbers(file) == [1, 2, torn]
    file.append([a_seal(3)])
    assert numbers(file) == [1, 2, 3]


@pytest.mark.parametrize("again", [b"", b"\n", b"\n{", b"\n\n"])
def test_what_a_full_disk_left_again_and_again_is_passed_over_once_the_line_follows(
    file: SealFile, again: bytes
) -> None:
    whole = file.path.read_bytes()
    file.append([a_seal(3)])
    torn = file.path.read_bytes()[len(whole) :][:40]
    file.path.write_bytes(whole + torn + again)

    file.append([a_seal(3)])
    file.append([a_seal(4)])

    assert numbers(file) == [1, 2, 3, 4]


def test_a_line_that_is_no_seal_is_told(file: SealFile) -> None:
    with file.path.open("ab") as raw:
        raw.write(b'{"number": "four"}\n')
    file.append([a_seal(5)])

    assert numbers(file) == [1, 2, b'{"number": "four"}', 5]


def test_nothing_is_read_that_was_added_after_its_size_was_taken(file: SealFile) -> None:
    size = file.size()
    file.append([a_seal(3)])

    assert len(list(file.read(size))) == 2


def test_nothing_is_written_for_nothing(file: SealFile) -> None:
    before = file.path.read_bytes()
    file.append([])
    file.append([a_seal(2)])

    assert file.path.read_bytes() == before
