"""The agents' door, put together: routes, callbacks and receipts."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from types import TracebackType
from typing import Self

from aiohttp import web

from adapters.agents.address_limit import Addresses
from adapters.agents.auth import Doorkeeper, Keys
from adapters.agents.callback_sender import SignedCallbackSender
from adapters.agents.callbacks import CallbackWriter
from adapters.agents.http_client import CallbackClient
from adapters.agents.listeners import Listeners
from adapters.agents.networks import Network
from adapters.agents.publications import Publications
from adapters.agents.receipt_book import ReceiptBook, SigningKeys
from adapters.agents.routes import ROUTES
from adapters.agents.writing import Resources
from bot.approvals import Approvals
from bot.domain.directory import Directory
from bot.insights import Insights
from bot.ports import CallbackJob, CallbackSender, Clock, Composed, Store, Stored
from bot.queueing import Queueing
from bot.rates import Rate

#: what stands for an id in an address; `dry-run` is an address of its own, with a method of its own
_ID = r"{id:(?!dry-run$)[^{}/]+}"


@dataclass(frozen=True, slots=True, kw_only=True)
class AgentsSettings:
    """What the operator decides."""

    #: how agents and reviewers reach this Placet, without a path behind it
    public_url: str
    #: networks that callbacks may go into although they are not public
    allow_networks: tuple[Network, ...] = ()
    #: how often one API key may come
    rate_per_key: Rate | None = None
    #: our own proxies, which tell who is behind them
    trusted_proxies: tuple[Network, ...] = ()


class Agents:
    """Requests in, answers out; as an async context manager, signed callbacks out, too."""

    def __init__(
        self,
        *,
        listeners: Listeners,
        publications: Publications,
        callbacks: CallbackWriter,
        client: CallbackClient,
        sender: CallbackSender,
    ) -> None:
        self._listeners = listeners
        self._publications = publications
        self._callbacks = callbacks
        self._client = client
        #: makes one signed attempt at a callback
        self.sender = sender

    def mount(self, app: web.Application) -> None:
        """Add the routes; errors become problems through `middleware.problem_middleware`."""
        for route in ROUTES:
            handlers = self._listeners if route.secured else self._publications
            path = route.path.replace("{id}", _ID)
            app.router.add_route(route.method, path, getattr(handlers, route.operation))
        app.on_shutdown.append(self._let_go)

    async def __aenter__(self) -> Self:
        """Open the connections for callbacks."""
        await self._client.__aenter__()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._client.__aexit__(kind, error, trace)

    def compose(self, job: CallbackJob, *, receipt: str | None, decided_in: str | None) -> Composed:
        """What a callback says, with its receipt; see `bot.ports.Compose`."""
        return self._callbacks.compose(job, receipt=receipt, decided_in=decided_in)

    async def receipt_for(self, stored: Stored) -> str | None:
        """The receipt of a decided request, None while there is no decision."""
        return await self._listeners.receipts.receipt_for(stored)

    async def _let_go(self, _: web.Application) -> None:
        self._listeners.closing.set()


def build_agents(
    settings: AgentsSettings,
    *,
    approvals: Approvals,
    store: Store,
    keys: Keys,
    signing_keys: SigningKeys,
    directory: Callable[[], Directory],
    clock: Clock,
    insights: Insights,
) -> Agents:
    """The door of this installation."""
    public_url, allow = settings.public_url.rstrip("/"), settings.allow_networks
    resources = Resources(public_url=public_url, directory=directory)
    receipts = ReceiptBook(store, signing_keys, issuer=public_url)
    listeners = Listeners(
        approvals=approvals,
        queueing=Queueing(store=store, clock=clock),
        door=Doorkeeper(keys, rate=settings.rate_per_key, addresses=Addresses(settings.trusted_proxies)),
        resources=resources,
        receipts=receipts,
        insights=insights,
        public_url=public_url,
        allow=allow,
        closing=asyncio.Event(),
    )
    client = CallbackClient(allow=allow, public_url=public_url, clock=clock)
    return Agents(
        listeners=listeners,
        publications=Publications(public_url=public_url, keys=signing_keys),
        callbacks=CallbackWriter(resources, receipts),
        client=client,
        sender=SignedCallbackSender(client, clock),
    )
