"""Which addresses are Teams' connectors: the only ones that are ever shown a token of ours.

An activity says itself where answers go. Its token vouches for that, but what was stored long ago has no
token any more; so the address is looked at each time.
"""

from __future__ import annotations

from urllib.parse import SplitResult, urlsplit

from bot.settings import TeamsSettings

#: the public cloud, and the United States' government's
#: (learn.microsoft.com/microsoftteams/platform/bots/how-to/conversations/send-proactive-messages)
HOSTS = frozenset(
    {
        "smba.trafficmanager.net",
        "smba.infra.gcc.teams.microsoft.com",
        "smba.infra.gov.teams.microsoft.us",
        "smba.infra.dod.teams.microsoft.us",
    }
)
LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})
LONGEST = 500


class ServiceUrls:
    """Knows Microsoft's hosts, and the login's: what is trusted with the password may see a token."""

    def __init__(self, settings: TeamsSettings) -> None:
        self._login = _origin(urlsplit(settings.login_url))
        #: without authentication there is no token to lose, and an emulator on this machine to talk to
        self._is_local = settings.unauthenticated

    def allow(self, service_url: object) -> bool:
        """Whether this is a connector; never raises, whatever came."""
        if not isinstance(service_url, str) or len(service_url) > LONGEST or not service_url.isascii():
            return False
        try:
            parts = urlsplit(service_url)
            origin = _origin(parts)
        except ValueError:
            return False
        if parts.username or parts.password or parts.query or parts.fragment or not service_url.isprintable():
            return False
        if parts.scheme not in ("http", "https") or "\\" in service_url:
            return False
        host = parts.hostname or ""
        is_microsofts = parts.scheme == "https" and host in HOSTS and parts.port in (None, 443)
        return is_microsofts or origin == self._login or (self._is_local and host in LOOPBACK)


def _origin(parts: SplitResult) -> tuple[str, str, int | None]:
    return parts.scheme, parts.hostname or "", parts.port
