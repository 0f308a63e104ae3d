"""Whether Placet runs, and whether it is this one that answers at its public address."""

from __future__ import annotations

from adapters.operations.doctor.site import Seen, Site
from bot.doctor.verdict import Finding, green, red, skipped

_SAME = "with the same database and the same PLACET_SECRET_KEY"


async def runs(local: Site, public: Site) -> Finding:
    """Ask where this machine would listen."""
    look = await local.look()
    if look.seen is Seen.OURS:
        return green(f"Placet answers at {local.url}.")
    if look.seen is Seen.FOREIGN:
        return red(
            f"What answers at {local.url} is not this installation: {look.why}.",
            f"Stop what listens there, set PLACET_PORT, or restart it {_SAME}.",
        )
    if public.url != local.url and (await public.look()).seen is Seen.OURS:
        return skipped(f"Placet does not run on this machine; it answers at {public.url}.")
    return red(
        f"Placet is not running: nothing answers at {local.url} ({look.why}).",
        "Start `placet serve`.",
    )


async def public_answers(local: Site, public: Site) -> Finding:
    """Ask where everybody else does."""
    if public.url == local.url:
        return skipped("Placet is reached on this machine alone; others need PLACET_PUBLIC_URL and a proxy.")
    look = await public.look()
    if look.seen is Seen.OURS:
        return green(f"This very installation answers at {public.url}.")
    if look.seen is Seen.FOREIGN:
        return red(
            f"What answers at {public.url} is not this installation: {look.why}.",
            f"Correct PLACET_PUBLIC_URL or what the proxy passes on; or restart Placet {_SAME}.",
        )
    if (await local.look()).seen is not Seen.OURS:
        return red(f"Nothing answers at {public.url}: {look.why}.", "Start Placet, then look again.")
    return red(
        f"Placet runs here, and cannot be reached at {public.url}: {look.why}.",
        "Look at the DNS entry, the firewall and the proxy; let it pass everything to"
        f" {local.url}. Some networks reach their own public address only from outside.",
    )
