"""Keys: agents' API keys have to be what their events tell, and signing keys vouched for by those before.

Whoever can write the database could otherwise let themselves in: with a key that nobody made, one that opens
for another agent, or one that was revoked.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, select

from bot.domain.events import EventKind
from bot.signing_keys import endorsed
from storage import codec
from storage.access_tables import ApiKeyRow, CallbackSecretRow, SigningKeyRow
from storage.audit_tables import AuditRow
from storage.keys import PROOF, key_proof
from storage.signing_keys import SUBJECT
from storage.stamps import to_stamp
from storage.verifying_seals import IsSigned

_audit = AuditRow.__table__  # type: ignore[attr-defined]  # SQLModel adds it at class creation
_api_key = ApiKeyRow.__table__  # type: ignore[attr-defined]  # likewise
_secret = CallbackSecretRow.__table__  # type: ignore[attr-defined]  # likewise
_signing_key = SigningKeyRow.__table__  # type: ignore[attr-defined]  # likewise

_OF_API_KEYS = "key:"


def unendorsed(connection: Connection, is_signed: IsSigned) -> Iterator[str]:
    """A sentence for every signing key after the first that no key before it vouches for."""
    before: set[str] = set()
    for kid, after, endorsement in endorsements(connection):
        if before and not (after in before and is_signed(after, endorsed(after, kid), endorsement)):
            yield f"The signing key {kid} was not vouched for by a key before it."
        before.add(kid)


def endorsements(connection: Connection) -> Iterator[tuple[str, str, str]]:
    """Every signing key, the one that vouches for it, and by which signature (base64url), as events tell."""
    for kid, facts in _signing_events(connection):
        endorsement = str(facts.get("endorsement"))
        yield kid, str(facts.get("after")), endorsement + "=" * (-len(endorsement) % 4)


def changed_keys(connection: Connection) -> Iterator[str]:
    """A sentence for every stored key that is not what its events tell."""
    told = {kid for kid, _ in _signing_events(connection)}
    kept = set(connection.execute(select(_signing_key.c.kid)).scalars())
    yield from (f"The signing key {kid} is missing; events tell of it." for kid in sorted(told - kept))
    yield from (f"No event tells that the signing key {kid} was made." for kid in sorted(kept - told))
    yield from _changed_api_keys(connection)
    owned = _secret.outerjoin(_api_key, _secret.c.key_id == _api_key.c.id)
    others = (
        select(_secret.c.key_id).select_from(owned).where(_secret.c.agent.is_distinct_from(_api_key.c.agent))
    )
    for key_id in connection.execute(others.distinct()).scalars():
        yield f"A callback secret of the API key {key_id} is another agent's; it was changed."


def _changed_api_keys(connection: Connection) -> Iterator[str]:
    told = _api_key_events(connection)
    for row in connection.execute(select(_api_key).order_by(_api_key.c.id)):
        events = told.pop(row.id, [])
        if not events or events[0].kind != EventKind.KEY_CREATED.value:
            yield f"No event tells that the API key {row.id} of {row.agent} was made."
        elif wrong := _wrong(row, events):
            yield f"The API key {row.id} of {row.agent} {wrong}."
    yield from (f"The API key {key_id} is missing; events tell of it." for key_id in sorted(told))


def _wrong(row: Row[Any], events: Sequence[Row[Any]]) -> str | None:
    """What a key is otherwise than its events tell."""
    made = _facts(events[0])
    if made.get("agent") != row.agent:
        return f"was made for {made.get('agent')}; its agent was changed"
    if made.get(PROOF, key_proof(row.token_hash)) != key_proof(row.token_hash):
        return "does not open with what was made; it was changed"
    ends = [_end(event) for event in events if event.kind == EventKind.KEY_REVOKED.value]
    if ends and (row.revoked_at is None or row.revoked_at > min(ends)):
        return "was revoked, and holds for longer than its events tell"
    if row.revoked_at is not None and not ends:
        return "was not revoked by anybody, and does not hold any more"
    return None


def _end(event: Row[Any]) -> int:
    until = _facts(event).get("holds_until")
    return int(event.at) if until is None else to_stamp(datetime.fromisoformat(str(until)))


def _signing_events(connection: Connection) -> Iterator[tuple[str, dict[str, Any]]]:
    query = select(_audit.c.kind, _audit.c.facts).where(_audit.c.subject == SUBJECT).order_by(_audit.c.seq)
    for event in connection.execute(query).all():
        if event.kind == EventKind.SIGNING_KEY_CREATED.value:
            facts = _facts(event)
            yield str(facts.get("kid")), facts


def _api_key_events(connection: Connection) -> dict[str, list[Row[Any]]]:
    columns = (_audit.c.subject, _audit.c.kind, _audit.c.at, _audit.c.facts)
    mine = _audit.c.subject.startswith(_OF_API_KEYS, autoescape=True)
    found: dict[str, list[Row[Any]]] = {}
    for event in connection.execute(select(*columns).where(mine).order_by(_audit.c.subject, _audit.c.seq)):
        found.setdefault(event.subject.removeprefix(_OF_API_KEYS), []).append(event)
    return found


def _facts(event: Row[Any]) -> dict[str, Any]:
    try:
        return codec.from_text(event.facts, dict[str, Any])
    except ValueError:  # found by its hash
        return {}
