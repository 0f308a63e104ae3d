"""Whether agents have keys, and whether any key is old."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import timedelta

from sqlalchemy import Connection, Table, select

from bot.doctor.verdict import Finding, green, yellow
from bot.ports import Clock
from storage.access_tables import ApiKeyRow, SigningKeyRow
from storage.doctor.probe import Probe
from storage.stamps import from_stamp

#: a key that was never replaced for so long has been in many hands
OLD = timedelta(days=365)

_api: Table = ApiKeyRow.__table__  # type: ignore[attr-defined]  # SQLModel adds it at class creation
_signing: Table = SigningKeyRow.__table__  # type: ignore[attr-defined]  # likewise


async def of_agents(probe: Probe, agents: Collection[str], clock: Clock) -> Sequence[Finding]:
    """Compare the keys with the agents of the policy."""

    def read(connection: Connection) -> list[tuple[str, str, int]]:
        query = select(_api.c.id, _api.c.agent, _api.c.created_at).where(_api.c.revoked_at.is_(None))
        return [(row.id, row.agent, row.created_at) for row in connection.execute(query)]

    keys = await probe.ask(read)
    have = {agent for _, agent, _ in keys}
    doubts = [
        *(_lacks(agent) for agent in agents if agent not in have),
        *(_opens_nothing(key, agent) for key, agent, _ in keys if agent not in agents),
        *(_old(key, agent) for key, agent, at in keys if clock() - from_stamp(at) > OLD),
    ]
    return doubts or [green(f"Every agent of the policy has a key, and {_young(len(keys))}.")]


def _young(many: int) -> str:
    return "it is not old" if many == 1 else f"none of the {many} keys is old"


async def of_seals(probe: Probe, clock: Clock) -> Finding:
    """How old the key is that signs receipts and seals."""

    def read(connection: Connection) -> int | None:
        query = select(_signing.c.created_at).order_by(_signing.c.created_at.desc()).limit(1)
        return connection.execute(query).scalar_one_or_none()

    stamp = await probe.ask(read)
    if stamp is None:
        return green("The first start of Placet makes the key that signs receipts and seals.")
    age = clock() - from_stamp(stamp)
    if age > OLD:
        return yellow(
            f"The key that signs receipts and seals is {age.days} days old.",
            "Run `placet keys rotate-signing-key` while everything runs; the old one goes on verifying.",
        )
    return green(f"The key that signs receipts and seals is {max(age.days, 0)} days old.")


def _lacks(agent: str) -> Finding:
    return yellow(
        f"The agent {agent} has no key, so it cannot ask for anything.",
        f"Run `placet keys create --agent {agent}`.",
        about=agent,
    )


def _opens_nothing(key: str, agent: str) -> Finding:
    return yellow(
        f"The key {key} is of {agent}, whom the policy does not know, so it opens nothing.",
        f"Run `placet keys revoke {key}`, or add the agent to the policy.",
        about=agent,
    )


def _old(key: str, agent: str) -> Finding:
    return yellow(
        f"The key {key} of {agent} is older than {OLD.days} days.",
        f"Make another with `placet keys create --agent {agent}`, change it there, and revoke this one.",
        about=agent,
    )
