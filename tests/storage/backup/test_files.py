"""A backup is whole or not there."""

import stat
from pathlib import Path

import pytest

from storage.backup.files import BackupFailed, kind_of, written_whole


def test_a_file_takes_its_name_when_everything_is_in_it(tmp_path: Path) -> None:
    file = tmp_path / "backup"
    with written_whole(file) as partial:
        partial.write_text("whole")
        assert not file.exists()

    assert file.read_text() == "whole"
    assert [path.name for path in tmp_path.iterdir()] == ["backup"]


def test_only_its_owner_can_read_it(tmp_path: Path) -> None:
    with written_whole(tmp_path / "backup") as partial:
        assert stat.S_IMODE(partial.stat().st_mode) == 0o600


def test_nothing_is_left_of_one_that_failed(tmp_path: Path) -> None:
    def half() -> None:
        with written_whole(tmp_path / "backup") as partial:
            partial.write_text("half")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        half()
    assert list(tmp_path.iterdir()) == []


def test_an_older_backup_is_never_written_over(tmp_path: Path) -> None:
    file = tmp_path / "backup"
    file.write_text("older")

    with pytest.raises(BackupFailed, match="is there already"), written_whole(file):
        pass
    assert file.read_text() == "older"


def test_a_folder_that_is_not_there_is_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(BackupFailed, match="No such file or directory"), written_whole(tmp_path / "no" / "b"):
        pass


@pytest.mark.parametrize(
    ("content", "kind"), [(b"SQLite format 3\x00\x10\x00", "sqlite"), (b"PGDMP\x01\x0f", "postgresql")]
)
def test_a_backup_is_known_by_its_beginning(tmp_path: Path, content: bytes, kind: str) -> None:
    (tmp_path / "backup").write_bytes(content)

    assert kind_of(tmp_path / "backup") == kind


@pytest.mark.parametrize("content", [b"", b"SQL", b"-- PostgreSQL database dump"])
def test_another_file_is_no_backup(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "backup").write_bytes(content)

    with pytest.raises(BackupFailed, match="is no backup"):
        kind_of(tmp_path / "backup")
