"""The examiner: holds the ledger against the database when all is over."""

from __future__ import annotations

from collections import Counter
from typing import Any

from sqlalchemy import Connection, text

from bot.app import App
from storage.verifying import verify as verify_audit
from tests.fakes.slack_server import FakeSlack
from tests.faults.company import CHANNELS
from tests.faults.ledger import Ledger
from tests.faults.load import request_of

#: however a request ends, it ends in one of these
_ENDS = ("request.ruled", "request.decided", "request.expired", "request.cancelled")


async def examine(app: App, ledger: Ledger, slack: FakeSlack) -> str:
    """Assert that nothing acknowledged was lost and nothing happened twice; the figures."""
    requests = {row.id: row for row in await _rows(app, "SELECT id, status FROM approval")}
    events = Counter(
        (row.subject, row.kind) for row in await _rows(app, "SELECT subject, kind FROM audit_event")
    )
    _one_request_for_each_key(ledger, requests)
    _one_end_each(ledger, requests, events)
    await _agents_were_heard(app, ledger, events)
    await _callbacks_are_accounted_for(app, ledger, requests)
    doubled = _posted_twice(slack)
    report = await _sealed(app)
    return f"{ledger.figures()}, {report} audit events, {doubled} cards posted twice; lost 0"


def _one_request_for_each_key(ledger: Ledger, requests: dict[str, Any]) -> None:
    for key, answers in ledger.accepted.items():
        assert len(answers) == 1, f"{key} stands for {answers}"
        assert answers <= requests.keys(), f"{answers} was acknowledged and is lost"


def _one_end_each(ledger: Ledger, requests: dict[str, Any], events: Counter[tuple[str, str]]) -> None:
    for request_id, row in requests.items():
        ends = sum(events[request_id, kind] for kind in _ENDS)
        assert ends == (0 if row.status == "pending" else 1), f"{request_id} ended {ends} times"
    for request_id in ledger.pressed:
        # One that came after the end was refused, which is an event too.
        counted = requests[request_id].status == "approved" or events[request_id, "press.refused"]
        assert counted, f"a press on {request_id} was lost"
    for request_id in ledger.cancelled:
        assert requests[request_id].status == "cancelled", f"{request_id} was not withdrawn"


async def _agents_were_heard(app: App, ledger: Ledger, events: Counter[tuple[str, str]]) -> None:
    for request_id, redemptions in ledger.redeemed.items():
        assert len(redemptions) == 1
        stored = await app.store.read(request_id)
        assert stored is not None
        redemption = stored.request.progress.redemption
        assert redemption is not None, f"the redemption of {request_id} was lost"
        assert {redemption.id} == redemptions, f"{request_id} was taken twice"
        if request_id in ledger.outcomes:
            assert stored.request.progress.outcome is not None, f"the outcome of {request_id} was lost"
    for words, request_id in ledger.said.items():
        stored = await app.store.read(request_id)
        assert stored is not None
        assert words in {said.text for said in stored.said}, f"{words!r} was lost"


async def _callbacks_are_accounted_for(app: App, ledger: Ledger, requests: dict[str, Any]) -> None:
    """Delivered, given up for all to see, or still scheduled; always with one id and one body."""
    query = "SELECT id, request_id, text, state, due_at, body FROM outbox WHERE kind = 'callback'"
    rows = await _rows(app, query)
    silent = [row.id for row in rows if row.state == "waiting" and row.due_at is None]
    assert silent == [], "they stopped trying, and nobody knows"
    told = {(row.request_id, row.text): row for row in rows}
    for request_id, row in requests.items():
        if row.status != "pending":
            assert (request_id, f"approval.{row.status}") in told, f"nobody is told that {request_id} ended"
    for which, arrived in ledger.callbacks.items():
        assert len(arrived) == 1, f"{which} came under several ids or with several bodies"
        [(name, body)] = arrived
        assert (told[which].id, told[which].body) == (name, body.decode())
    missing = [which for which, row in told.items() if row.state == "done" and which not in ledger.callbacks]
    assert missing == [], "the product believes they were taken"


def _posted_twice(slack: FakeSlack) -> int:
    """Posting is at least once, so this is a figure and no verdict."""
    cards = [card for name in range(CHANNELS) for card in slack.cards(f"#c{name}")]
    shown = Counter(request_of(card) for card in cards if any(b["type"] == "actions" for b in card.blocks))
    return sum(count - 1 for count in shown.values())


async def _sealed(app: App) -> int:
    """Seal what is left, and verify every chain; how many events there are."""
    while await _rows(app, "SELECT 1 FROM audit_event WHERE seal IS NULL LIMIT 1"):
        await app.upkeep.seal()
    report = await app.store.query(lambda connection: verify_audit(connection, app.key_ring.is_signed))
    assert report.problems == []
    assert report.unsealed == 0
    return report.events


async def _rows(app: App, query: str) -> list[Any]:
    def run(connection: Connection) -> list[Any]:
        return list(connection.execute(text(query)))

    return await app.store.query(run)
