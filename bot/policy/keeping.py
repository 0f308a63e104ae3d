"""How long the policy has requests kept: `90d`, or `forever`."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import TYPE_CHECKING, Literal, TypeAlias

from bot.domain.retention import Retention
from bot.policy.durations import parse_duration, written
from bot.policy.findings import Finding

if TYPE_CHECKING:
    from bot.policy.schema import Document

FOR_EVER: Literal["forever"] = "forever"
#: longer than anything has to be kept
LONGEST = timedelta(days=36_525)

Kept: TypeAlias = timedelta | Literal["forever"]


def parse_retention(value: object) -> Kept:
    """What a text means; raises UnfitError with a sentence."""
    return FOR_EVER if value == FOR_EVER else parse_duration(value, LONGEST)


def retention_of(document: Document) -> Retention:
    """How long requests are kept under this policy."""
    said = {name: block.retention for name, block in document.actions.items() if block.retention is not None}
    default = document.defaults.retention
    return Retention(
        default=None if default is None else _time(default),
        actions={name: _time(kept) for name, kept in said.items()},
    )


def approvals_outlive_nothing(document: Document) -> Iterator[Finding]:
    """Requests that would be erased while their approvals can still be redeemed."""
    retention = retention_of(document)
    for name, block in document.actions.items():
        kept = retention.of(name)
        if kept is not None and block.valid_for is not None and kept < block.valid_for:
            yield Finding(
                place=("actions", name, "valid_for"),
                sentence=f"It can be redeemed for {written(block.valid_for)} but is kept for {written(kept)};"
                " set a longer retention, or a shorter valid_for.",
            )


def _time(kept: Kept) -> timedelta | None:
    return kept if isinstance(kept, timedelta) else None
