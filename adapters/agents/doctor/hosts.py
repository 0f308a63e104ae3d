"""Whether the hosts that callbacks go to may be dialled, and answer."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Iterable, Mapping, Sequence
from urllib.parse import urlsplit

import aiohttp
import yarl

from adapters.agents.addresses import ForbiddenAddress, check_url
from adapters.agents.dialling import guarded_connector, watch_dialling
from adapters.agents.http_client import failure
from adapters.agents.networks import Network
from bot.doctor.folding import folded
from bot.doctor.verdict import Finding, green, red, skipped
from bot.domain.directory import AgentEntry
from bot.ports import GiveUp

_TIMEOUT = aiohttp.ClientTimeout(total=8, connect=5)


class Receivers:
    """The hosts of all agents, each asked for nothing but its headers."""

    def __init__(
        self, agents: Mapping[str, AgentEntry], allow: Sequence[Network], trust: ssl.SSLContext | None = None
    ) -> None:
        self._agents = agents
        self._allow = tuple(allow)
        self._trust = trust

    async def reachable(self) -> Finding | Sequence[Finding]:
        """Resolve, connect, shake hands, and ask for headers."""
        wanted = _origins(self._agents.values())
        if not wanted:
            return skipped("No agent has a callback; agents ask how it went by themselves.")
        found = await asyncio.gather(*(self._looked(url, agents) for url, agents in wanted.items()))
        return folded(found, "{count} of {total} callback hosts may be dialled, and answer.")

    async def _looked(self, url: str, agents: Sequence[str]) -> Finding:
        about = urlsplit(url).netloc
        whose = f"callbacks of {' and '.join(agents)} go there"
        try:
            check_url(url, self._allow)
        except ForbiddenAddress as error:
            return red(error.sentence, "Correct the agent's callback in the policy.", about=about)
        is_public = urlsplit(url).scheme == "https"
        connector = guarded_connector(self._allow, public=is_public, per_host=1, trust=self._trust)
        target = yarl.URL(url, encoded=True)
        with watch_dialling() as dialled:
            try:
                async with (
                    aiohttp.ClientSession(connector=connector, timeout=_TIMEOUT) as http,
                    http.head(target, allow_redirects=False),
                ):
                    return green("", about=about)
            except (aiohttp.ClientError, OSError, ValueError) as error:
                told = failure(target.raw_host or url, error, dialled)
        if isinstance(told, GiveUp):
            return red(
                f"{told.why} {whose.capitalize()}.",
                "Correct the policy or the DNS entry.",
                about=about,
            )
        return red(
            f"{told.why} {whose.capitalize()}, and wait until it answers.",
            "Repair the receiver or correct the policy; `placet callbacks list` shows what waits.",
            about=about,
        )


def _origins(agents: Iterable[AgentEntry]) -> Mapping[str, Sequence[str]]:
    """Scheme, host and port of everywhere that callbacks may go, with the agents whose they are."""
    found: dict[str, list[str]] = {}
    for agent in agents:
        urls = [agent.callback_url] if agent.callback_url else []
        urls += [f"https://{host}" for host in agent.callback_hosts if "*" not in host]
        for url in urls:
            parts = urlsplit(url)
            names = found.setdefault(f"{parts.scheme}://{parts.netloc}/", [])
            if agent.name not in names:
                names.append(agent.name)
    return found
