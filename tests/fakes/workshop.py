"""A worker with everything around it, over any store; the clock stands until the test moves it."""

from collections.abc import Mapping, Sequence
from datetime import timedelta

from bot.carriers.batches import BatchCarrier
from bot.carriers.callbacks import CallbackCarrier
from bot.carriers.cards import CardCarrier
from bot.carriers.lines import LineCarrier
from bot.domain import drawing
from bot.domain.batch_card import BatchCard
from bot.domain.batch_drawing import draw_batch
from bot.domain.card import Card
from bot.domain.directory import Directory
from bot.domain.forecast import Queue
from bot.domain.request import ApprovalRequest
from bot.metrics import Metrics
from bot.outbox import Outbox
from bot.pace import PACES, Pace
from bot.pacing import Pacing
from bot.ports import CallbackJob, CardChannel, Composed, Store, Stored
from bot.worker import LEASE, Worker
from tests.fakes.channels import FakeChannel
from tests.fakes.clock import MovedClock
from tests.fakes.receivers import FakeReceivers


class Workshop:
    """One process: `worker` carries the store's jobs to `slack`, `web` and `receivers`."""

    def __init__(
        self,
        store: Store,
        clock: MovedClock,
        *,
        paces: Mapping[str, Pace] = PACES,
        longest_attempt: timedelta = timedelta(seconds=45),
        lease: timedelta = LEASE,
    ) -> None:
        self.store, self.clock = store, clock
        self.slack, self.web, self.receivers = FakeChannel("slack"), FakeChannel("web"), FakeReceivers()
        self.metrics = Metrics()
        self.pacing = Pacing(clock, paces)
        #: what the next callback says
        self.words = b"{}"
        #: the id of a callback that cannot be written
        self.unwritable = ""
        self.secrets = ["whsec_1"]
        self.outbox = self._outbox(longest_attempt)
        self.worker = Worker(
            store=store,
            outbox=self.outbox,
            clock=clock,
            metrics=self.metrics,
            pacing=self.pacing,
            alarm=clock.alarm,
            lease=lease,
        )

    def _outbox(self, longest_attempt: timedelta) -> Outbox:
        channels: dict[str, CardChannel] = {"slack": self.slack, "web": self.web}
        return Outbox(
            cards=CardCarrier(store=self.store, channels=channels, draw=draw),
            batches=BatchCarrier(store=self.store, channels=channels, draw=draw_all),
            lines=LineCarrier(store=self.store, channels=channels),
            callbacks=CallbackCarrier(sender=self.receivers, secrets_of=self._secrets_of),
            words=self._compose,
            clock=self.clock,
            lot=lambda: 1.0,
            longest_attempt=longest_attempt,
        )

    def _compose(self, job: CallbackJob, *, receipt: str | None, decided_in: str | None) -> Composed:
        if job.id == self.unwritable:
            raise ValueError("This cannot be written.")
        return Composed(body=self.words, receipt=receipt)

    async def _secrets_of(self, agent: str) -> list[str]:
        return self.secrets

    def figure(self, name: str, **labels: str) -> float:
        """What a metric stands at."""
        return self.metrics.registry.get_sample_value(name, labels) or 0.0


def draw(stored: Stored, queue: Queue | None = None) -> Card:
    """The card of a stored request."""
    return drawing.draw(stored.request, stored.packet, Directory(people={}), reference="reference")


def draw_all(batch_id: str, requests: Sequence[ApprovalRequest]) -> BatchCard:
    """The batch card of stored requests."""
    return draw_batch(batch_id, requests, Directory(people={}), lambda request: request.id)
