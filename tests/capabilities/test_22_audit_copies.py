"""The audit outside the database: an export verifies alone, shows every change, and feeds monitoring."""

import json
import re
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import pytest

from tests.capabilities.operating import Operator, operator
from tests.capabilities.test_22_audit_trail import RecordedWorld

__all__ = ["operator"]


@pytest.fixture
async def world(database_url: str, tmp_path: Path) -> AsyncIterator[RecordedWorld]:
    async with RecordedWorld(database_url, tmp_path) as world:
        await world.installs()
        yield world


def lines(path: Path) -> list[dict[str, Any]]:
    """The entries of an export."""
    return [json.loads(line) for line in path.read_text().splitlines()]


def changed(path: Path, change: Callable[[list[dict[str, Any]]], object]) -> None:
    """An export with its entries changed."""
    entries = lines(path)
    change(entries)
    path.write_text("".join(f"{json.dumps(entry)}\n" for entry in entries))


async def test_an_export_is_verified_with_neither_database_nor_settings(
    world: RecordedWorld, operator: Operator, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    await world.works()
    await world.counts()
    out, keys = tmp_path / "audit.jsonl", tmp_path / "jwks.json"
    assert (await operator.runs("audit", "export", "--out", str(out))).code == 0
    keys.write_text(await (await world.agent.http.get("/.well-known/jwks.json")).text())
    for name in ("PLACET_SECRET_KEY", "PLACET_DATABASE_URL", "PLACET_POLICY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.chdir(tmp_path)

    ended = await operator.runs("audit", "verify", "--export", str(out), "--jwks", str(keys), "--json")

    report = json.loads(ended.out)
    assert (ended.code, report["ok"], report["problems"]) == (0, True, [])
    assert report["events"] == sum(entry["type"] == "event" for entry in lines(out)) > 40
    assert "Mallory" not in out.read_text()


DAMAGE: dict[str, Callable[[list[dict[str, Any]]], object]] = {
    "a line is missing": lambda entries: entries.pop(40),
    "the end is missing": lambda entries: entries.pop(),
    "the last events are missing": lambda entries: entries.__delitem__(slice(-6, -1)),
    "two lines changed places": lambda entries: entries.insert(30, entries.pop(45)),
    "an actor is another": lambda entries: entries[-5].update(actor="person:eve"),
    "a seal is missing": lambda entries: entries.pop(
        next(n for n, entry in enumerate(entries) if entry["type"] == "seal")
    ),
    "a status is another": lambda entries: next(
        entry for entry in entries if entry.get("status") == "approved"
    ).update(status="rejected"),
    "a line follows the end": lambda entries: entries.append(entries[-2]),
}


async def test_any_change_of_an_export_is_found(
    world: RecordedWorld, operator: Operator, tmp_path: Path
) -> None:
    await world.works()
    await world.counts()
    out = tmp_path / "audit.jsonl"
    await operator.runs("audit", "export", "--out", str(out))
    whole = out.read_bytes()
    assert (await operator.runs("audit", "verify", "--export", str(out))).code == 0
    for what, change in DAMAGE.items():
        out.write_bytes(whole)
        changed(out, change)
        ended = await operator.runs("audit", "verify", "--export", str(out))
        assert ended.code == 1, what
        assert "THE AUDIT TRAIL DOES NOT FIT" in ended.err, what


async def test_an_export_of_another_installation_does_not_pass_under_the_kept_keys(
    world: RecordedWorld, operator: Operator, tmp_path: Path
) -> None:
    await world.counts()
    out, keys = tmp_path / "audit.jsonl", tmp_path / "jwks.json"
    await operator.runs("audit", "export", "--out", str(out))
    keys.write_text('{"keys": []}')
    ended = await operator.runs("audit", "verify", "--export", str(out), "--jwks", str(keys))
    assert ended.code == 1
    assert "The export is not signed by a key of this installation." in ended.out

    keys.write_text("[]")
    ended = await operator.runs("audit", "verify", "--export", str(out), "--jwks", str(keys))
    assert "is no key set" in ended.err
    ended = await operator.runs("audit", "verify", "--export", str(keys))
    assert "This is no export of the audit" in ended.err


async def test_who_kept_a_key_follows_to_the_keys_that_it_vouched_for(
    world: RecordedWorld, operator: Operator, tmp_path: Path
) -> None:
    keys, out = tmp_path / "jwks.json", tmp_path / "audit.jsonl"
    keys.write_text(await (await world.agent.http.get("/.well-known/jwks.json")).text())
    for _ in range(2):
        assert (await operator.runs("keys", "rotate-signing-key", "--at-once")).code == 0
    await operator.runs("audit", "export", "--out", str(out))
    trusted = ("audit", "verify", "--export", str(out), "--jwks", str(keys))
    assert (await operator.runs(*trusted)).code == 0

    def vouched_for_by_nobody(entries: list[dict[str, Any]]) -> None:
        for entry in entries:
            if entry.get("kind") == "signing_key.created":
                entry["facts"] = entry["facts"].replace("endorsement", "endorsemint")

    changed(out, vouched_for_by_nobody)
    ended = await operator.runs(*trusted)
    assert "was not vouched for by a key before it." in ended.out
    assert "The export is not signed by a key of this installation." in ended.out


async def test_a_file_of_seals_that_is_not_there_is_no_proof(operator: Operator, tmp_path: Path) -> None:
    ended = await operator.runs("audit", "verify", "--seal-file", str(tmp_path / "seals.jsonl"))
    assert ended.code == 2
    assert "does not exist" in " ".join(ended.err.split())


async def test_a_request_is_told_in_sentences(world: RecordedWorld, operator: Operator) -> None:
    happened = await world.works()
    await world.counts()

    ended = await operator.runs("audit", "show", happened["approved"])

    assert ended.code == 0
    assert re.search(
        r"Agent support-bot asked for refund\.issue \(sha256:\w+\); rule \w+ says gate", ended.out
    )
    assert re.search(r"ann voted approve on revision 1 \(sha256:\w+\), via slack, on the card", ended.out)
    assert "It was decided: approve, by ann, on revision 1" in ended.out
    assert "everything fits" in ended.err
    for what, request in happened.items():
        told = await operator.runs("audit", "show", request)
        assert (told.code, "–" in told.out) == (0, False), (what, told.out)
    await world.tampers("UPDATE approval SET due_at = 1 WHERE id = :id", id=happened["approved"])
    ended = await operator.runs("audit", "show", happened["approved"])
    assert (ended.code, "IT DOES NOT FIT" in ended.err) == (1, True)
    ended = await operator.runs("audit", "show", "apr_unknown")
    assert "The audit knows nothing of apr_unknown" in ended.err


async def test_monitoring_is_given_every_sealed_event_once(
    world: RecordedWorld, operator: Operator, tmp_path: Path
) -> None:
    await world.works()
    await world.counts()
    cursor, out = tmp_path / "cursor", tmp_path / "events.ndjson"
    options = ("audit", "export", "--format", "ecs", "--cursor", str(cursor), "--out", str(out))
    assert (await operator.runs(*options)).code == 0
    first = lines(out)
    assert (await operator.runs(*options)).code == 0
    assert lines(out) == first
    await world.works()
    await world.counts()
    assert (await operator.runs(*options)).code == 0

    ids = [entry["event"]["id"] for entry in lines(out)]
    hashes = [row.hash for row in await world.rows("SELECT hash FROM audit_event WHERE seal IS NOT NULL")]
    assert sorted(ids) == sorted(hashes)
    vote = next(entry for entry in lines(out) if entry["event"]["action"] == "vote.cast")
    assert (vote["user"]["id"], vote["event"]["category"]) == ("ann", ["process"])
    through = vote["placet"]["facts"]["through"]
    assert (through["via"], through["surface"]) == ("slack", "card")
    assert through["copy"].startswith("slack:")
    assert through["shown"].startswith("sha256:")
    submitted = next(entry for entry in lines(out) if entry["event"]["action"] == "request.submitted")
    assert through["policy"] == submitted["placet"]["facts"]["policy_version"]
    [key] = await world.rows("SELECT id FROM api_key")
    assert submitted["placet"]["facts"]["through"] == {"via": "api", "key": key.id}

    ended = await operator.runs("audit", "export", "--format", "cef")
    rows = ended.out.splitlines()
    assert len(rows) == len(hashes)
    assert all(row.startswith("CEF:0|Placet|Placet|") for row in rows)
