r"""Audit events for security monitoring: ECS (JSON for Elastic) and CEF (ArcSight, and most others).

ECS: https://www.elastic.co/docs/reference/ecs (8.11). CEF: version 0 of the Common Event Format,
"Implementing ArcSight Common Event Format", where `|` and `\` are escaped in the header, `=` and `\` in the
extension, and line breaks as `\n`.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from enum import StrEnum
from typing import Any

from bot.auditing.sentences import sentence
from bot.auditing.told_event import ToldEvent

ECS_VERSION = "8.11.0"

#: by the first word of a kind: what ECS calls its category
_CATEGORIES = {
    **dict.fromkeys(("key", "secret", "signing_key", "installation", "person"), "iam"),
    **dict.fromkeys(("policy", "route", "pause", "rule"), "configuration"),
}
#: by the last word of a kind: what ECS calls its type
_TYPES = {
    **dict.fromkeys(("refused", "undeliverable"), "denied"),
    **dict.fromkeys(("created", "added", "made"), "creation"),
    **dict.fromkeys(("revoked", "erased", "ended"), "deletion"),
    **dict.fromkeys(("submitted", "begun", "started"), "start"),
    **dict.fromkeys(("decided", "ruled", "expired", "cancelled"), "end"),
    **dict.fromkeys(("edited", "loaded", "moved", "rotated", "reverted", "redirected"), "change"),
}
_SEVERE = {"denied": 6, "deletion": 5, "change": 4}
_WATCHED = {"iam": 6, "configuration": 5}
_MILDEST = 2


class SiemFormat(StrEnum):
    """What a monitoring system can take in."""

    ECS = "ecs"
    CEF = "cef"


def line(event: ToldEvent, form: SiemFormat, version: str) -> str:
    """One line without its end; `version` is that of Placet."""
    return _LINES[form](event, version)


def _ecs(event: ToldEvent, version: str) -> str:
    fields: dict[str, Any] = {
        "@timestamp": event.at.isoformat(),
        "ecs": {"version": ECS_VERSION},
        "message": sentence(event),
        "event": {
            "kind": "event",
            "category": [_category(event)],
            "type": [_type(event)],
            "action": event.kind,
            "outcome": "failure" if _type(event) == "denied" else "success",
            "severity": _severity(event),
            "id": event.hash,
            "sequence": event.seq,
            "provider": "placet",
            "dataset": "placet.audit",
        },
        "observer": {"vendor": "Placet", "product": "Placet", "version": version},
        "placet": {"subject": event.subject, "actor": event.actor, "seal": event.seal, "facts": event.plain},
    }
    if event.person is not None:
        fields["user"] = {"id": event.person}
        fields["related"] = {"user": [event.person]}
    # ASCII alone: some collectors end a line at more than a line feed.
    return json.dumps(fields, separators=(",", ":"))


def _cef(event: ToldEvent, version: str) -> str:
    head = ("CEF:0", "Placet", "Placet", version, event.kind, event.kind.replace(".", " "), _severity(event))
    facts = json.dumps(event.plain, ensure_ascii=False, separators=(",", ":"))
    pairs: dict[str, object] = {
        "rt": round(event.at.timestamp() * 1000),
        "externalId": event.hash,
        "act": event.kind,
        "outcome": "failure" if _type(event) == "denied" else "success",
        "suser": event.person or event.actor,
        "cs1Label": "subject",
        "cs1": event.subject,
        "cs2Label": "facts",
        "cs2": facts,
        "cn1Label": "sequence",
        "cn1": event.seq,
        "cn2Label": "seal",
        "cn2": event.seal or 0,
        "msg": sentence(event),
    }
    extension = " ".join(f"{name}={_extended(str(value))}" for name, value in pairs.items())
    return f"{'|'.join(_headed(str(part)) for part in head)}|{extension}"


def _headed(text: str) -> str:
    return _one_line(text.replace("\\", "\\\\").replace("|", "\\|"), " ", " ")


def _extended(text: str) -> str:
    return _one_line(text.replace("\\", "\\\\").replace("=", "\\="), "\\n", "\\r")


def _one_line(text: str, feed: str, back: str) -> str:
    text = text.replace("\n", feed).replace("\r", back)
    # Other breaks that a collector may take for the end of a line.
    return "".join(" " if c in "\v\f\x1c\x1d\x1e\x85\u2028\u2029" else c for c in text)


def _category(event: ToldEvent) -> str:
    return _CATEGORIES.get(event.kind.partition(".")[0], "process")


def _type(event: ToldEvent) -> str:
    return _TYPES.get(event.kind.rpartition(".")[2], "info")


def _severity(event: ToldEvent) -> int:
    """From 0 to 10, as CEF counts."""
    return max(_SEVERE.get(_type(event), _MILDEST), _WATCHED.get(_category(event), _MILDEST))


_LINES: dict[SiemFormat, Callable[[ToldEvent, str], str]] = {SiemFormat.ECS: _ecs, SiemFormat.CEF: _cef}
