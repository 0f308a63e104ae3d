"""News for one person about what is no request: the policy, a rule."""

from __future__ import annotations

from sqlalchemy import Connection

from bot.domain.effects import Tell
from bot.policy_record import News
from storage.context import Batch
from storage.effect_rows import EffectRows


def tell(connection: Connection, batch: Batch, subject: str, news: News) -> None:
    """Say it in private, wherever the person can be reached, with the transaction that is its cause."""
    rows = EffectRows(batch)
    for address in news.to:
        rows.add_line(subject, Tell(address=address, sentence=news.sentence))
    rows.write(connection)
