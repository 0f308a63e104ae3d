"""The audit outside the database: written out whole, and verified by whoever has the file."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from adapters.agents.key_sets import followed, is_signed_by
from bot.domain.errors import Invalid
from storage.audit_import import Export, imported
from storage.audit_report import AuditReport
from storage.verifying import verify_history
from storage.verifying_kept_seals import Kept, verify_kept
from storage.verifying_keys import endorsements


def verify_export(
    path: Path,
    *,
    jwks: Path | None = None,
    seal_file: Path | None = None,
    progress: Callable[[int], None] = lambda done: None,
) -> tuple[AuditReport, tuple[str, ...]]:
    """Check an export without a database or settings; what was found, and the ids of the keys that it names.

    With a key set that was kept from earlier (`/.well-known/jwks.json`), only its keys count, and those that
    they vouch for. Without one, the export's own keys do, and whoever made all of it anew would pass.
    Raises `Invalid` with a sentence.
    """
    try:
        with imported(path) as export:
            keys = export.keys
            if jwks is not None:
                keys = followed(_key_set(jwks), export.keys, endorsements(export.connection))
            return _verified(export, keys, seal_file, progress), _kids(keys)
    except OSError as error:
        raise Invalid(f"{path} cannot be read: {error.strerror or error}.") from None


def _verified(
    export: Export, keys: dict[str, Any], seal_file: Path | None, progress: Callable[[int], None]
) -> AuditReport:
    report, is_signed = AuditReport(), is_signed_by(keys)
    for problem in export.problems:
        report.problem(problem)
    if export.signed is not None:
        text, kid, signature = export.signed
        if not is_signed(kid, text, signature):
            report.problem("The export is not signed by a key of this installation.")
    verify_history(export.connection, export.standings(), is_signed, report, progress)
    if seal_file is not None:
        # What was sealed after the export was made, it cannot have.
        verify_kept(export.connection, Kept.at(seal_file), is_signed, report, export.made_at)
    return report


def _key_set(path: Path) -> dict[str, Any]:
    try:
        keys = json.loads(path.read_bytes())
    except ValueError:
        keys = None
    if not isinstance(keys, dict) or not isinstance(keys.get("keys"), list):
        raise Invalid(f"{path} is no key set; keep what /.well-known/jwks.json answers.")
    return keys


def _kids(keys: dict[str, Any]) -> tuple[str, ...]:
    return tuple(str(key.get("kid")) for key in keys["keys"] if isinstance(key, dict))
