"""How often one address may come without having proved who it is.

Agents prove it with their key and are counted by that; Slack and Teams sign everything, come from few
addresses and must not be turned away; the operator's own probes are let through. What is left are pages,
sign-ins, documentation and addresses that do not exist.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Sequence

from aiohttp import web

from adapters.agents.networks import Network
from adapters.agents.problems import TooManyRequests
from bot.caller_address import caller_address
from bot.rates import Rate, Rates

_PROVEN = ("/v1/", "/slack/events", "/api/messages", "/healthz", "/readyz", "/metrics")
_FORWARDED = "X-Forwarded-For"
#: seconds between two lines in the log
_QUIET = 60.0

_log = logging.getLogger(__name__)


class Addresses:
    """Tells who is behind a request; `trusted` are the networks of our own proxies."""

    def __init__(self, trusted: Sequence[Network] = ()) -> None:
        self._trusted = tuple(trusted)

    def of(self, request: web.BaseRequest) -> str:
        """The address that is counted."""
        return caller_address(request.remote, request.headers.getall(_FORWARDED, ()), self._trusted)


class AddressLimit:
    """Counts the requests of each address."""

    def __init__(
        self, rate: Rate | None, addresses: Addresses, *, now: Callable[[], float] = time.monotonic
    ) -> None:
        self._rates = Rates(rate, now=now)
        self._addresses = addresses
        self._now = now
        self._logged_at = -_QUIET

    def check(self, request: web.Request) -> None:
        """Raise `TooManyRequests` when the address comes too often with what proves nothing."""
        if request.path.startswith(_PROVEN):
            return
        address = self._addresses.of(request)
        wait = self._rates.take(address)
        if wait:
            self._log(address)
            raise TooManyRequests("Too many requests came from this address.", wait=wait)

    def _log(self, address: str) -> None:
        if self._now() - self._logged_at > _QUIET:
            self._logged_at = self._now()
            _log.warning("An address comes too often and is told to wait.", extra={"remote": address})


#: for tests, and for whoever limits it before
UNLIMITED = AddressLimit(None, Addresses())
