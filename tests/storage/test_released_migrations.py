"""Released migrations are never edited: databases out there were made by them as they are."""

import json
from hashlib import sha256
from pathlib import Path

from storage.migrate import known, latest

VERSIONS = Path(__file__).parents[2] / "storage" / "migrations" / "versions"
RELEASED: dict[str, dict[str, str]] = json.loads(
    (Path(__file__).parent / "released_migrations.json").read_text(encoding="utf-8")
)


def test_a_released_migration_stays_byte_for_byte_what_it_was() -> None:
    changed = [
        f"{name} was released in {released['release']} and must not change; write a new migration"
        for name, released in RELEASED.items()
        if sha256((VERSIONS / name).read_bytes()).hexdigest() != released["sha256"]
    ]
    assert changed == []


def test_revisions_are_numbered_in_the_order_in_which_they_run() -> None:
    files = sorted(path.name for path in VERSIONS.glob("0*.py"))
    assert [name[:4] for name in files] == [f"{number:04}" for number in range(1, len(files) + 1)]
    assert sorted(known()) == [name[:4] for name in files]
    assert latest() == max(known())
