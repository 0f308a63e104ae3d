"""What a callback says: the request as it stood when something happened to it."""

from __future__ import annotations

import msgspec
from msgspec import UNSET

from adapters.agents.receipt_book import ReceiptBook
from adapters.agents.resource import CallbackBody, CallbackData
from adapters.agents.writing import Resources
from bot.domain.effects import CallbackType
from bot.ports import CallbackJob, Composed

_encode = msgspec.json.Encoder().encode


class CallbackWriter:
    """Writes bodies; the store keeps the one of a callback's first attempt for all of them."""

    def __init__(self, resources: Resources, receipts: ReceiptBook) -> None:
        self._resources = resources
        self._receipts = receipts

    def compose(self, job: CallbackJob, *, receipt: str | None, decided_in: str | None) -> Composed:
        """A callback with the receipt that was kept, or with a new one where there is a decision."""
        receipt = receipt or self._receipts.signed(job.stored.request, decided_in)
        return Composed(body=self._body(job, receipt), receipt=receipt)

    def _body(self, job: CallbackJob, receipt: str | None) -> bytes:
        approval = self._resources.approval(job.stored, receipt=receipt)
        asked = job.type == CallbackType.QUESTION and approval.questions
        # The request stands as it did when this was asked, so the question is its last one.
        data = CallbackData(approval=approval, question=approval.questions[-1] if asked else UNSET)
        return _encode(CallbackBody(type=job.type, timestamp=job.created_at, data=data))
