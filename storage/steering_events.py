"""Changes of what is set by mention, as audit events: one chain per route, pause and person."""

from __future__ import annotations

from dataclasses import fields

from bot.domain.autonomy.evidence import Evidence
from bot.domain.autonomy.standing import Standing
from bot.domain.events import BY_RULE, Event, EventKind, Fact
from bot.domain.steering import Absence, Entry, MadeRoute, Pause
from bot.steering import Change, Changed, Kind

_BEGUN = {
    Kind.ROUTE: EventKind.ROUTE_MADE,
    Kind.PAUSE: EventKind.PAUSE_BEGUN,
    Kind.ABSENCE: EventKind.PERSON_AWAY,
    Kind.STANDING: EventKind.RULE_MOVED,
}
_ENDED = {
    Kind.ROUTE: EventKind.ROUTE_ENDED,
    Kind.PAUSE: EventKind.PAUSE_ENDED,
    Kind.ABSENCE: EventKind.PERSON_BACK,
    Kind.STANDING: EventKind.RULE_MOVED,
}
_SUBJECTS = {Kind.ROUTE: "route", Kind.PAUSE: "pause", Kind.ABSENCE: "person", Kind.STANDING: "rule"}


def subject_of(change: Change) -> str:
    """`route:refund-1`, `pause:refund.*`, `person:ann`, `rule:small-credit`."""
    return f"{_SUBJECTS[change.kind]}:{change.name}"


def event_of(changed: Changed) -> Event:
    """The event of a change; a condition may hold personal data, so it stands there as a commitment."""
    kinds = _BEGUN if changed.after is not None else _ENDED
    facts: dict[str, Fact] = {"change": changed.id, "undoes": changed.undoes}
    private: dict[str, str] = {}
    if changed.after is not None:
        facts |= _facts(changed.after)
    if isinstance(changed.after, MadeRoute) and changed.after.when is not None:
        private["when"] = changed.after.when
    actor = changed.person if changed.person == BY_RULE else f"person:{changed.person}"
    return Event(kind=kinds[changed.kind], actor=actor, facts=facts, private=private)


def _facts(entry: Entry) -> dict[str, Fact]:
    if isinstance(entry, Standing):
        return _moved(entry)
    until = entry.until.isoformat() if entry.until is not None else None
    match entry:
        case MadeRoute():
            return {"match": entry.match, "to": [target.ref for target in entry.to], "until": until}
        case Pause():
            return {"match": entry.match, "until": until}
        case Absence():
            return {"cover": entry.cover, "until": until}


def _moved(standing: Standing) -> dict[str, Fact]:
    counts = {field.name: str(getattr(standing.evidence, field.name)) for field in fields(Evidence)}
    return {
        "from": standing.base.mode.value,
        "to": standing.rung.mode.value,
        "window_s": int(standing.rung.window.total_seconds()) if standing.rung.window else None,
        "why": standing.why,
        "evidence": counts,
    }
