"""From records to lines: what each kind of export takes, and in which shape."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from bot.domain.errors import Invalid
from bot.exporting import decisions, training
from bot.exporting.record import Kind, Record
from bot.exporting.writing import JsonLines, Lines, SafeCsv, as_json


class Format(StrEnum):
    """How rows are written."""

    JSONL = "jsonl"
    CSV = "csv"


class Shape(StrEnum):
    """What trainers call a conversation and its answer."""

    MESSAGES = "messages"  # one list of messages, the answer last
    PROMPT_COMPLETION = "prompt-completion"  # both apart, for those that learn from the answer alone


#: columns of pairs as CSV
_PAIRS = {
    Kind.SFT: ("request", "action", "prompt", "completion"),
    Kind.PREFERENCES: ("request", "action", "reason_code", "prompt", "chosen", "rejected"),
}


@dataclass(slots=True)
class Counted:
    """What came of an export."""

    written: int = 0
    #: erased, so that nothing of them can be told
    erased: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Exporter:
    """One export, as it was asked for."""

    kind: Kind
    format: Format
    shape: Shape = Shape.MESSAGES
    unmask: bool = False

    def __post_init__(self) -> None:
        if self.shape is not Shape.MESSAGES and (self.kind, self.format) != (Kind.SFT, Format.JSONL):
            raise Invalid("Only sft as jsonl has another shape; leave --shape out.")

    def lines(self, records: Iterable[Record], counted: Counted) -> Iterator[str]:
        """The text of the records, a piece a record; `counted` grows with it. `head` goes before."""
        rows, lines = self._rows(), self._lines()
        for record in records:
            if record.request.progress.erased_at is not None:
                counted.erased += 1
                continue
            row = rows(record, unmask=self.unmask)
            if row is not None:
                counted.written += 1
                yield lines.line(self._shaped(row))

    def head(self) -> str:
        """What stands before the first record."""
        return self._lines().head()

    def _rows(self) -> Callable[..., dict[str, Any] | None]:
        rows: Mapping[Kind, Callable[..., dict[str, Any] | None]] = {
            Kind.DECISIONS: decisions.row,
            Kind.SFT: training.sft,
            Kind.PREFERENCES: training.preference,
        }
        return rows[self.kind]

    def _lines(self) -> Lines:
        if self.format is Format.JSONL:
            return JsonLines()
        return SafeCsv(_PAIRS.get(self.kind, decisions.COLUMNS))

    def _shaped(self, row: Mapping[str, Any]) -> Mapping[str, Any]:
        if self.kind is Kind.DECISIONS:
            return row
        if self.format is Format.CSV:
            return _flat(row)
        if self.shape is Shape.PROMPT_COMPLETION:
            *prompt, answer = row["messages"]
            return {"prompt": prompt, "completion": [answer], "metadata": row["metadata"]}
        return row


def _flat(row: Mapping[str, Any]) -> Mapping[str, Any]:
    if "messages" in row:
        *prompt, answer = row["messages"]
        parts = {"prompt": as_json(prompt), "completion": answer["content"]}
    else:
        parts = {name: row[name][0]["content"] for name in ("chosen", "rejected")}
        parts["prompt"] = as_json(row["prompt"])
    return {**row["metadata"], **parts}
