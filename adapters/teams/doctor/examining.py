"""The checks of Teams, in the order in which they are told."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import timedelta

from adapters.teams.doctor.channels import added
from adapters.teams.doctor.door import keys_known, shut
from adapters.teams.doctor.groups import readable
from adapters.teams.doctor.patient import Patient
from adapters.teams.doctor.people import present
from adapters.teams.doctor.token import given
from bot.doctor.check import LIMIT, Check, Found

#: what asks Teams many times
_LONG = timedelta(seconds=45)


def teams_checks(patient: Patient) -> tuple[Check, ...]:
    """Everything about Teams."""

    def check(
        name: str, look: Callable[[Patient], Awaitable[Found]], *needs: str, limit: timedelta = LIMIT
    ) -> Check:
        return Check(name=f"teams.{name}", look=lambda: look(patient), needs=needs, limit=limit)

    policy = ("teams.token", "policy", "database.schema")
    return (
        check("token", given, "settings"),
        check("keys", keys_known, "settings"),
        check("door", shut, "settings"),
        check("channels", added, *policy, limit=_LONG),
        check("groups", readable, *policy, limit=_LONG),
        check("people", present, *policy, limit=_LONG),
    )
