"""How long the certificate of the public address holds."""

from __future__ import annotations

import asyncio
import ssl
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

from adapters.operations.doctor.site import reason
from bot.doctor.verdict import Finding, green, red, skipped, yellow
from bot.ports import Clock

#: renewed certificates are replaced a month before their end; what is left then is too little
SOON, NOW = timedelta(days=21), timedelta(days=5)
_RENEW = "Renew it at the proxy, and look why that does not happen by itself."


async def holds(url: str, clock: Clock, trust: ssl.SSLContext | None = None) -> Finding:
    """Shake hands, and read the date."""
    parts = urlsplit(url)
    if parts.scheme != "https":
        return skipped("The public address is not https://, so there is no certificate.")
    host, port = parts.hostname or "", parts.port or 443
    try:
        ends_at = await _ends_at(host, port, trust or ssl.create_default_context())
    except ssl.SSLError as error:
        return red(f"No secure connection to {host} comes about: {reason(error)}.", _RENEW)
    except OSError:
        return skipped(f"{host} could not be reached; url.public says why.")
    left = ends_at - clock()
    told = f"The certificate of {host} ends on {ends_at:%Y-%m-%d}, in {left.days} days."
    if left < NOW:
        return red(told, _RENEW)
    return yellow(told, _RENEW) if left < SOON else green(told)


async def _ends_at(host: str, port: int, trust: ssl.SSLContext) -> datetime:
    _, writer = await asyncio.open_connection(host, port, ssl=trust, server_hostname=host)
    try:
        certificate = writer.get_extra_info("peercert") or {}
    finally:
        writer.close()
    return datetime.fromtimestamp(ssl.cert_time_to_seconds(str(certificate["notAfter"])), UTC)
