"""Whether everything that is stored encrypted can be read, with the newest key alone."""

from __future__ import annotations

from collections import Counter

from sqlalchemy import Connection, select

from bot.doctor.verdict import Finding, green, red, yellow
from bot.secrets import SecretBox, Undecipherable
from storage.doctor.probe import Probe
from storage.reencrypting import ENCRYPTED


async def open_with_newest(probe: Probe, box: SecretBox) -> Finding:
    """Open each of them."""

    def read(connection: Connection) -> Counter[str]:
        found = Counter[str]()
        for table, name in ENCRYPTED:
            column = table.c[name]
            for stored in connection.execute(select(column).where(column != "")).scalars():
                found[_state(box, stored)] += 1
        return found

    found = await probe.ask(read)
    if found["shut"]:
        return red(
            f"{found['shut']} of {found.total()} stored secrets are opened by no key of PLACET_SECRET_KEY.",
            "Put the key that encrypted them back into the list, last; a backup of .env may have it.",
        )
    if found["older"]:
        return yellow(
            f"{found['older']} of {found.total()} stored secrets need an older key of PLACET_SECRET_KEY.",
            "Restart `placet serve`: it encrypts them anew with the first key. Then the older one can go.",
        )
    return green(f"All {found.total()} stored secrets open with the first key of PLACET_SECRET_KEY.")


def _state(box: SecretBox, stored: str) -> str:
    if box.is_current(stored):
        return "newest"
    try:
        box.decrypt(stored)
    except Undecipherable:
        return "shut"
    return "older"
