"""`placet serve` as anybody runs it, on a database that is filled while it is stopped."""

from __future__ import annotations

import json
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bench.figure import Unmeasured
from bench.policy import AGENT, POLICY, body
from tests.e2e.placet_process import PlacetProcess

#: how long a request waits before it expires; copies are made of one that waits
WAIT_S = 20
#: nobody is told anything, so that nothing is measured but what is meant
_POLICY = POLICY.replace('    callback: {url: "https://agents.example.com/placet"}\n', "")
_SETTINGS = {
    # So high that they are counted and never reached.
    "PLACET_RATE_PER_KEY": "1000000",
    "PLACET_RATE_PER_ADDRESS": "1000000",
    "PLACET_LOG_LEVEL": "error",
}


class Installation:
    """A policy, a database and a server that is started and stopped."""

    def __init__(self, placet: PlacetProcess) -> None:
        self.placet = placet
        self.api_key = ""

    def start(self) -> float:
        """Start the server; seconds until it is ready."""
        began = time.perf_counter()
        try:
            self.placet.start()
        except AssertionError as error:
            raise Unmeasured(str(error)) from error
        return time.perf_counter() - began

    def template(self) -> str:
        """Start, submit one request, stop while it waits; its id."""
        self.start()
        key = self.placet.create_key(AGENT)
        self.api_key = key.api_key
        request_id = str(self.placet.submit(key, json.loads(body(0)))["id"])
        self.placet.terminate()
        return request_id


@contextmanager
def installed(url: str, *, wait: int = WAIT_S) -> Iterator[Installation]:
    """An installation on a database that its first start migrates; its server is killed afterwards.

    `wait` is how many seconds a request waits before it expires.
    """
    policy = _POLICY.replace("wait: 15m", f"wait: {wait}s")
    with tempfile.TemporaryDirectory(prefix="placet-bench-") as folder:
        settings = {**_SETTINGS, "PLACET_DATABASE_URL": url}
        placet = PlacetProcess(Path(folder), policy=policy, settings=settings)
        try:
            yield Installation(placet)
        finally:
            placet.stop()
