"""The worker with everything that carries effects outward."""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable, Iterable, Sequence

from bot.approvals import Approvals
from bot.carriers.batches import BatchCarrier
from bot.carriers.callbacks import CallbackCarrier
from bot.carriers.cards import CardCarrier
from bot.carriers.lines import LineCarrier, Shown
from bot.metrics import Metrics
from bot.now import utc_now
from bot.outbox import Outbox
from bot.ports import CallbackSender, CardChannel, Clock, Compose, Store
from bot.queueing import Queueing
from bot.worker import Worker


def build_worker(
    *,
    store: Store,
    channels: Iterable[CardChannel],
    approvals: Approvals,
    sender: CallbackSender,
    compose: Compose,
    secrets_of: Callable[[str], Awaitable[Sequence[str]]],
    link: Callable[[str, str], Awaitable[str]],
    reviews: Shown,
    clock: Clock,
    metrics: Metrics,
) -> Worker:
    """`compose` writes what callbacks say, `secrets_of` tells what an agent's callbacks are signed with.

    `link` makes an address that signs a person in and leads to a request, `reviews` draws what the owner of
    a rule is asked.
    """
    places = {channel.platform: channel for channel in channels}
    outbox = Outbox(
        cards=CardCarrier(
            store=store,
            channels=places,
            draw=approvals.draw,
            queue=Queueing(store=store, clock=clock).of,
        ),
        batches=BatchCarrier(store=store, channels=places, draw=approvals.batches.draw),
        lines=LineCarrier(store=store, channels=places, link=link, reviews=reviews),
        callbacks=CallbackCarrier(sender=sender, secrets_of=secrets_of),
        words=compose,
        clock=clock,
    )
    # A clock that is moved by hand has nothing beside it to be compared with.
    elapsed = time.monotonic if clock is utc_now else None
    return Worker(store=store, outbox=outbox, clock=clock, metrics=metrics, elapsed=elapsed)
