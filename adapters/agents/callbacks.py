"""What a callback says: the request as it stood when something happened to it."""

from __future__ import annotations

import msgspec
from msgspec import UNSET

from adapters.agents.receipt_book import ReceiptBook
from adapters.agents.resource import CallbackBody, CallbackData
from adapters.agents.writing import Resources
from bot.domain.effects import CallbackType
from bot.ports import CallbackJob

_encode = msgspec.json.Encoder().encode


class CallbackWriter:
    """Writes bodies; the store keeps the first one of each callback for all its attempts."""

    def __init__(self, resources: Resources, receipts: ReceiptBook) -> None:
        self._resources = resources
        self._receipts = receipts

    async def compose(self, job: CallbackJob) -> bytes:
        """The body of a callback, with the receipt where there is a decision."""
        return self.body(job, await self._receipts.receipt_for(job.stored))

    def body(self, job: CallbackJob, receipt: str | None) -> bytes:
        """The body with this receipt."""
        approval = self._resources.approval(job.stored, receipt=receipt)
        asked = job.type == CallbackType.QUESTION and approval.questions
        # The request stands as it did when this was asked, so the question is its last one.
        data = CallbackData(approval=approval, question=approval.questions[-1] if asked else UNSET)
        return _encode(CallbackBody(type=job.type, timestamp=job.created_at, data=data))
