"""The checks of Slack, in the order in which they are told."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import timedelta

from adapters.slack.doctor.channels import joined
from adapters.slack.doctor.groups import readable
from adapters.slack.doctor.patient import Patient
from adapters.slack.doctor.people import known
from adapters.slack.doctor.permissions import granted
from adapters.slack.doctor.signing import taken
from adapters.slack.doctor.sockets import opens
from adapters.slack.doctor.token import accepted
from adapters.slack.doctor.workspaces import alive
from bot.doctor.check import LIMIT, Check, Found
from bot.groups import GroupBook

#: what asks Slack many times
_LONG = timedelta(seconds=45)


def slack_checks(patient: Patient, book: GroupBook) -> tuple[Check, ...]:
    """Everything about Slack."""

    def check(
        name: str, look: Callable[[Patient], Awaitable[Found]], *needs: str, limit: timedelta = LIMIT
    ) -> Check:
        return Check(name=f"slack.{name}", look=lambda: look(patient), needs=needs, limit=limit)

    # Without a bot token there may still be workspaces that installed the app.
    whose = ("slack.token",) if patient.settings.bot_token else ("slack.workspaces",)
    policy = (*whose, "policy")
    return (
        check("token", accepted, "settings"),
        check("workspaces", alive, "settings", limit=_LONG),
        check("permissions", granted, *policy),
        check("signing", taken, "settings"),
        check("sockets", opens, *whose),
        check("channels", joined, *policy, limit=_LONG),
        check("groups", lambda found: readable(found, book), *policy, limit=_LONG),
        check("people", known, *policy, limit=_LONG),
    )
