"""What tests of the store do again and again: submit, claim, settle, look into the tables."""

import asyncio
import hashlib
import threading
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, TypeVar

from sqlalchemy import Connection, text

from bot.domain.directory import AgentEntry, Directory
from bot.domain.ids import new_id
from bot.domain.request import ApprovalRequest
from bot.ports import (
    Attempted,
    CallbackJob,
    CardJob,
    Compose,
    Composed,
    Done,
    GiveUp,
    Job,
    LineJob,
    RetryLater,
    Stored,
)
from bot.submissions import Submission
from storage.store import SqlStore
from storage.verifying import AuditReport, verify
from tests.builders import AGENT, a_directory, a_packet, a_request

T = TypeVar("T")

LEASE = timedelta(seconds=60)


class Company:
    """A directory that a test may change while stores use it."""

    def __init__(self) -> None:
        self.directory = a_directory(
            agents={name: AgentEntry(name=name, owner="cat") for name in (AGENT, "other-bot")}
        )

    def __call__(self) -> Directory:
        return self.directory

    def limit_open_requests(self, most: int, agent: str = AGENT) -> None:
        """How many requests the agent may have open from now on."""
        entry = replace(self.directory.agents[agent], open_requests=most)
        self.directory = replace(self.directory, agents={**self.directory.agents, agent: entry})

    def drop(self, person: str) -> None:
        """Somebody is removed from the policy."""
        people = {name: entry for name, entry in self.directory.people.items() if name != person}
        self.directory = replace(self.directory, people=people)


def a_submission(request: ApprovalRequest | None = None, body: str = "", **changes: Any) -> Submission:
    """A request as a use case hands it over; `body` stands for the HTTP body it came in."""
    given: dict[str, Any] = {
        "request": request or a_request(),
        "packet": a_packet(),
        "key_id": None,
        "body_digest": hashlib.sha256(body.encode()).hexdigest(),
    }
    return Submission(**(given | changes))


async def submitted(store: SqlStore, **changes: Any) -> ApprovalRequest:
    """Submit a request with these changes; the request as it was stored."""
    answer = await store.submit(a_submission(a_request(**changes)))
    assert answer.code == "created"
    assert answer.request is not None
    return answer.request


async def current(store: SqlStore, request: ApprovalRequest) -> ApprovalRequest:
    """The request as it stands."""
    return (await stored(store, request)).request


async def stored(store: SqlStore, request: ApprovalRequest) -> Stored:
    """The request as it stands, with its packet."""
    found = await store.read(request.id)
    assert found is not None
    return found


def saying(body: bytes) -> Compose:
    """Every callback says this, and nothing is signed."""

    def compose(job: CallbackJob, *, receipt: str | None, decided_in: str | None) -> Composed:
        return Composed(body=body, receipt=receipt)

    return compose


async def claimed(
    store: SqlStore,
    *,
    limit: int = 64,
    busy: Mapping[str, int] | None = None,
    lease: timedelta = LEASE,
    compose: Compose | None = None,
) -> Sequence[Job]:
    """Lease what is due."""
    return await store.claim(limit=limit, busy=busy or {}, lease=lease, compose=compose)


async def cards(store: SqlStore) -> list[CardJob]:
    """Lease what is due; the cards among it."""
    return [job for job in await claimed(store) if isinstance(job, CardJob)]


async def lines(store: SqlStore) -> list[LineJob]:
    """Lease what is due; the lines among it."""
    return [job for job in await claimed(store) if isinstance(job, LineJob)]


async def callbacks(store: SqlStore, compose: Compose | None = None) -> list[CallbackJob]:
    """Lease what is due; the callbacks among it."""
    return [job for job in await claimed(store, compose=compose) if isinstance(job, CallbackJob)]


def done(job: Job, message: str = "m1", **changes: Any) -> Attempted:
    """It worked; a card then shows what was wanted."""
    shown = job.wanted_version if isinstance(job, CardJob) else 0
    given: dict[str, Any] = {"job": job, "sent": Done(message=message), "retry_at": None}
    return Attempted(**(given | {"shown_version": shown, "shown_digest": "d1"} | changes))


def later(job: Job, at: datetime, *, uncertain: bool = False, why: str = "It did not answer.") -> Attempted:
    """It did not work, and is to be tried again."""
    return Attempted(job=job, sent=RetryLater(why=why, uncertain=uncertain), retry_at=at)


def given_up(job: Job, why: str = "The channel is gone.") -> Attempted:
    """It will never work."""
    return Attempted(job=job, sent=GiveUp(why=why), retry_at=None)


async def posted(store: SqlStore, request: ApprovalRequest, message: str = "m1") -> CardJob:
    """Post the request's due copy; the job that did it. Everything else that is due stays leased."""
    job = next(job for job in await cards(store) if job.request_id == request.id)
    await store.settle([done(job, message)])
    return job


async def rows(store: SqlStore, query: str, **values: Any) -> Sequence[Any]:
    """What a query finds."""
    return await store.query(lambda connection: connection.execute(text(query), values).all())


async def count(store: SqlStore, table: str, where: str = "1 = 1", **values: Any) -> int:
    """How many rows there are."""
    found = await rows(store, f"SELECT count(*) FROM {table} WHERE {where}", **values)
    return int(found[0][0])


async def execute(store: SqlStore, statement: str, *values: dict[str, Any]) -> None:
    """Change the database behind the store's back."""

    def run(connection: Connection, _: object) -> None:
        connection.execute(text(statement), list(values) or None)

    await store.write(run)


async def at_once(calls: Sequence[Awaitable[T]]) -> list[T]:
    """Make calls that arrive together."""
    return list(await asyncio.gather(*calls))


async def in_one_batch(store: SqlStore, *calls: Awaitable[T]) -> list[T]:
    """Make calls that arrive while the writer is at work, and so share the transaction after that."""
    began, go_on = threading.Event(), threading.Event()

    def hold(_connection: Connection, _batch: object) -> None:
        began.set()
        go_on.wait(60)

    holding = asyncio.ensure_future(store.write(hold))
    await asyncio.to_thread(began.wait, 60)
    asked = [asyncio.ensure_future(call) for call in calls]
    await asyncio.sleep(0)
    assert store.depth == len(calls)
    go_on.set()
    await holding
    return list(await asyncio.gather(*asked))


async def audit(
    store: SqlStore, is_signed: Callable[[str, bytes, str], bool] = lambda *_: True
) -> AuditReport:
    """Verify the whole audit."""
    return await store.query(lambda connection: verify(connection, is_signed))


def a_command() -> str:
    """A fresh command id."""
    return new_id("cmd")
