"""What is installed is added up as `deploy/install.sh` and the Dockerfile put it together."""

from pathlib import Path

import pytest

import bench.image
from bench.image import image_bytes, installed_bytes, packages

ROOT = Path(__file__).parents[2]


def test_what_only_builds_placet_is_not_counted() -> None:
    counted = packages()
    assert {"aiohttp", "sqlalchemy", "psycopg"} <= set(counted)
    assert not {"hatchling", "pathspec", "pluggy", "trove-classifiers"} & set(counted)


def test_packages_count_their_files_and_the_image_what_is_compiled_of_them(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(bench.image, "_OWN", ("storage/backup",))
    monkeypatch.setattr(bench.image, "packages", lambda: ["msgspec", "not-for-this-system"])
    own = sum(path.stat().st_size for path in (ROOT / "storage" / "backup").glob("*.py"))

    assert own < installed_bytes() < image_bytes() < 10_000_000
