"""Verification of a million events: minutes at most, and no more memory than of a tenth of them."""

import os
import subprocess  # nosec B404
import sys
from collections.abc import Iterator
from dataclasses import replace
from itertools import islice
from pathlib import Path
from time import monotonic
from typing import Any

import pytest
from sqlalchemy import Connection

from adapters.agents.key_ring import KeyRing
from bot.domain import lifecycle
from bot.domain.events import Event
from bot.domain.ids import COMMAND, new_id
from bot.domain.moves import CardPosted, Redeem, ReportOutcome
from bot.domain.request import ApprovalRequest
from bot.domain.status import OutcomeStatus
from bot.secrets import SecretBox
from bot.settings import Settings
from storage import codec, mapping
from storage.audit import GENESIS, Chain
from storage.audit_tables import AuditRow
from storage.context import Batch
from storage.promises import Promised, new_salts
from storage.sealing import seal
from storage.signing_keys import SigningKeyStore
from storage.store import SqlStore
from storage.tables import ApprovalRow, PacketRow
from storage.terms_book import TermsBook
from tests.builders import AGENT, DIGEST, a_packet, a_press, a_request, facts
from tests.storage.conftest import Opener

pytestmark = [pytest.mark.soak, pytest.mark.timeout(3600)]

SECRET = "s" * 32
EVENTS = 1_000_000
#: requests in one transaction
AT_ONCE = 2000
#: what all of it may take (seconds), on a machine that others use as well
LONGEST = 600

_BEGINS_AT = 1_772_000_000_000_000


def a_life() -> tuple[ApprovalRequest, list[Event]]:
    """A request that was decided on, taken and carried out, and all that happened to it."""
    opened = lifecycle.open_request(a_request(approve=1), facts())
    request, events = opened.request, list(opened.events)
    of_agent: dict[str, Any] = {"request_id": request.id, "agent": AGENT}
    moves = (
        CardPosted(request_id=request.id, command_id="", destination="slack:C0REFUNDS", shown_digest="d1"),
        a_press(request),
        Redeem(**of_agent, command_id=new_id(COMMAND), digest=DIGEST, redemption_id="run-1"),
        ReportOutcome(**of_agent, command_id=new_id(COMMAND), status=OutcomeStatus.SUCCEEDED, detail="Paid."),
    )
    for move in moves:
        transition = lifecycle.fold(request, move, facts())
        request = transition.request
        events += transition.events
    return request, events


def lives(book: TermsBook) -> Iterator[tuple[dict[str, Any], dict[str, Any], list[dict[str, Any]]]]:
    """Rows of one request after the other: its own, its packet's and its events'."""
    request, events = a_life()
    packet, at = codec.to_text(a_packet()), _BEGINS_AT
    while True:
        at += 1000
        one, salts = replace(request, id=new_id("apr")), new_salts()
        row = mapping.new_row(one, book.hash_of(request.terms), salts)
        chain, promised = Chain(one.id, 0, GENESIS), Promised(salts, row, packet)
        told = chain.extend(events, at, promised)
        row |= {
            "audit_seq": chain.seq,
            "audit_head": chain.head,
            "idempotency_key": None,
            "body_digest": None,
        }
        yield row, {"request_id": one.id, "revision": 1, "packet": packet}, told


async def filled(store: SqlStore, ring: KeyRing, events: int) -> None:
    """Write so many events, sealed as they come."""
    book = TermsBook()
    made, written = lives(book), 0
    tables = [kind.__table__ for kind in (ApprovalRow, PacketRow, AuditRow)]  # type: ignore[union-attr]  # SQLModel adds it at class creation

    def write(connection: Connection, batch: Batch) -> int:
        some = list(islice(made, AT_ONCE))
        book.store(connection, [a_life()[0].terms])
        rows = [[own for own, _, _ in some], [packet for _, packet, _ in some]]
        told = [event for _, _, all_events in some for event in all_events]
        for table, each in zip(tables, [*rows, told], strict=True):
            connection.execute(table.insert(), each)
        return len(told)

    while written < events:
        written += await store.write(write)
        while await store.write(lambda connection, batch: seal(connection, batch, ring.sign)):
            pass


def measured(*arguments: str, url: str, folder: Path) -> tuple[float, int]:
    """Seconds and mebibytes that a command of Placet took, which has to end well."""
    environment = os.environ | {"PLACET_SECRET_KEY": SECRET, "PLACET_DATABASE_URL": url}
    began = monotonic()
    script = (
        "import resource, subprocess, sys\n"
        "code = subprocess.run([sys.executable, '-m', 'bot.cli', *sys.argv[1:]]).returncode\n"
        "print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024, file=sys.stderr)\n"
        "sys.exit(code)"
    )
    done = subprocess.run(
        [sys.executable, "-c", script, *arguments],
        env=environment,
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return monotonic() - began, int(done.stderr.splitlines()[-1])


async def test_a_million_events_are_verified_in_minutes_and_bounded_memory(
    open_at: Opener, url: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    store = open_at(url)
    ring = KeyRing(SigningKeyStore(store, SecretBox(Settings(secret_key=SECRET).secret_keys)))
    await ring.load()
    figures: dict[int, list[tuple[float, int]]] = {}
    for events in (EVENTS // 10, EVENTS):
        await filled(store, ring, events - sum(figures) if figures else events)
        export = str(tmp_path / "audit.jsonl")
        figures[events] = [
            measured("audit", "verify", url=url, folder=tmp_path),
            measured("audit", "export", "--out", export, url=url, folder=tmp_path),
            measured("audit", "verify", "--export", export, url="", folder=tmp_path),
        ]

    with capsys.disabled():
        for events, (verify, write, alone) in figures.items():
            print(  # noqa: T201 - the figures are what this is for
                f"\n{url.split(':', maxsplit=1)[0]}, {events} events:"
                f" verified in {verify[0]:.0f} s with {verify[1]} MiB, exported in {write[0]:.0f} s with"
                f" {write[1]} MiB, the export verified in {alone[0]:.0f} s with {alone[1]} MiB"
            )
    small, large = figures[EVENTS // 10], figures[EVENTS]
    for (_, before), (seconds, after) in zip(small, large, strict=True):
        assert seconds < LONGEST
        assert after < before * 1.2 + 10, "memory grows with the number of events"
