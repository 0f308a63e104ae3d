"""Where a request's callbacks go: the agent's address, or the request's own on an allowed host."""

from __future__ import annotations

from urllib.parse import urlsplit

from bot.domain.directory import AgentEntry
from bot.domain.errors import Invalid
from bot.spelling import listed

_FIELD = "callback.url"


def callback_url(agent: AgentEntry, asked: str | None) -> str | None:
    """The address for callbacks, None when the agent polls; raises Invalid for one that is not allowed."""
    if asked is None or asked == agent.callback_url:
        return agent.callback_url
    try:
        parts = urlsplit(asked)
        host, port = parts.hostname, parts.port
    except ValueError:
        raise _refused("is no address") from None
    if parts.scheme not in ("http", "https") or not host:
        raise _refused("is no http or https address")
    if parts.username is not None or parts.password is not None:
        raise _refused("carries a user name or password; callbacks are signed instead")
    if host not in agent.callback_hosts and f"{host}:{port}" not in agent.callback_hosts:
        allowed = listed(agent.callback_hosts, "or") if agent.callback_hosts else "no host"
        raise _refused(f"names the host {host}, but the policy lets {agent.name} name {allowed}")
    return asked


def _refused(what: str) -> Invalid:
    return Invalid(
        f"{_FIELD} {what}; use an address that the policy allows or leave callback out.", field=_FIELD
    )
