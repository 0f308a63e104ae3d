"""Whether the running Placet takes work, under the policy that stands in the file."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import aiohttp

from adapters.operations.doctor.site import Seen, Site, reason
from bot.doctor.verdict import Finding, green, red, skipped, yellow


async def ready(local: Site, public: Site, version: str) -> Finding:
    """Ask the first of the two that is ours; `version` is the one of the file."""
    for site in (local, public):
        if (await site.look()).seen is Seen.OURS:
            return await _asked(site, version)
    return skipped("This Placet does not answer.")


async def _asked(site: Site, version: str) -> Finding:
    try:
        status, body = await site.ask("/readyz")
    except (aiohttp.ClientError, OSError) as error:
        return red(f"{site.url}/readyz was not answered: {reason(error)}.", "Look at the log of Placet.")
    told = body if isinstance(body, dict) else {}
    if status != 200:
        return red(
            f"Placet takes no requests now: {told.get('why') or f'it answered {status}'}",
            "Repair the database; Placet goes on by itself.",
        )
    return _policy(told.get("policy") or {}, version)


def _policy(held: Mapping[str, Any], version: str) -> Finding:
    if held.get("broken_since"):
        return red(
            f"The policy's file cannot be used since {held['broken_since']}, so version {held.get('version')}"
            " goes on holding.",
            "Run `placet policy check`, and correct the file.",
        )
    if version and held.get("version") != version:
        return yellow(
            f"Placet works under version {held.get('version')} of the policy, and the file is {version}.",
            "It reads a changed file within seconds; if this stays, PLACET_POLICY names another file here.",
        )
    return green("Placet takes requests, under the policy of the file.")
