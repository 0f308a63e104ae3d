"""Reviews of rules in the database: one for a rule and month, asked and answered on the audit record."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from sqlalchemy import Connection, select, update

from bot.domain.autonomy.evidence import COUNTS
from bot.domain.events import BY_CLOCK, Event, EventKind
from bot.rule_reviews import Answer, Review
from storage import codec
from storage.context import Batch
from storage.effect_rows import EffectRows
from storage.rule_review_tables import RuleReviewRow
from storage.store import SqlStore
from storage.subject_chain import lock, record
from storage.upsert import insert_new

_review = RuleReviewRow.__table__  # type: ignore[attr-defined]  # SQLModel adds it at class creation


class RuleReviewBook:
    """`bot.rule_reviews.RuleReviews` in the database."""

    def __init__(self, store: SqlStore) -> None:
        self._store = store

    async def seen(self, month: date) -> frozenset[str]:
        """The rules that have their review of a month, or were first seen in it."""
        query = select(_review.c.rule).where(_review.c.month == month.isoformat())
        return await self._store.query(lambda connection: frozenset(connection.execute(query).scalars()))

    async def begin(self, review: Review, to: tuple[str, ...]) -> bool:
        """Keep a review, once for its rule and month, and ask the owner; whether somebody is asked."""
        return await self._store.write(lambda connection, batch: _begin(connection, batch, review, to))

    async def get(self, review_id: str) -> Review | None:
        """A review by its id."""
        return await self._store.query(lambda connection: _get(connection, review_id))

    async def answer(self, review_id: str, answer: Answer) -> Review | None:
        """Keep the first answer, on the audit record; the review as it is answered."""
        return await self._store.write(
            lambda connection, batch: _answer(connection, batch, review_id, answer)
        )


def _begin(connection: Connection, batch: Batch, review: Review, to: tuple[str, ...]) -> bool:
    subject = _subject(review.rule)
    lock(connection, subject)
    known = connection.execute(
        select(_review.c.id, _review.c.month).where(_review.c.rule == review.rule)
    ).all()
    if any(row.id == review.id for row in known):
        # The answer of its COMMIT may have been lost.
        return len(known) > 1
    if any(row.month == review.month.isoformat() for row in known):
        return False
    row = {"id": review.id, "rule": review.rule, "month": review.month.isoformat()}
    insert_new(connection, _review, [{**row, "body": codec.to_text(review)}])
    if not known:
        return False
    counts = {name: str(getattr(review.evidence, name)) for name in COUNTS}
    facts = {"review": review.id, "month": row["month"], "mode": review.rung.mode.value, "evidence": counts}
    record(connection, batch, subject, Event(kind=EventKind.RULE_REVIEWED, actor=BY_CLOCK, facts=facts))
    rows = EffectRows(batch)
    for destination in to:
        rows.add_review(review.id, destination)
    rows.write(connection)
    return True


def _get(connection: Connection, review_id: str) -> Review | None:
    row = connection.execute(select(_review).where(_review.c.id == review_id)).first()
    if row is None:
        return None
    answer = codec.from_text(row.answer, Answer) if row.answer is not None else None
    return replace(codec.from_text(row.body, Review), answer=answer)


def _answer(connection: Connection, batch: Batch, review_id: str, answer: Answer) -> Review | None:
    review = _get(connection, review_id)
    if review is None:
        return None
    subject = _subject(review.rule)
    lock(connection, subject)
    mine = update(_review).where(_review.c.id == review_id, _review.c.answer.is_(None))
    if connection.execute(mine.values(answer=codec.to_text(answer))).rowcount:
        facts = {"review": review_id, "answer": answer.choice.value, "mode": answer.rung.mode.value}
        actor = f"person:{answer.person}"
        record(connection, batch, subject, Event(kind=EventKind.RULE_REVIEWED, actor=actor, facts=facts))
    return _get(connection, review_id)


def _subject(rule: str) -> str:
    return f"rule:{rule}"
