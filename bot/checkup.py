"""Every check of an installation, put together: what `placet doctor` makes."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator, Sequence

from bot.doctor import policy as policy_check
from bot.doctor import settings as settings_check
from bot.doctor.check import Check, Found
from bot.doctor.verdict import Finding
from bot.policy import Policy, PolicyError, load_policy
from bot.settings import Settings, SettingsError
from storage.doctor.examining import database_checks
from storage.doctor.probe import Probe

SETTINGS, POLICY = "settings", "policy"

#: what `--only` names
PARTS = (SETTINGS, "database", POLICY)


def checks(settings: Settings) -> tuple[Check, ...]:
    """All of them, in the order in which they are told."""
    return tuple(_all(settings))


def checks_without_settings(error: SettingsError) -> tuple[Check, ...]:
    """What is left where the settings cannot be used: saying so."""
    told = Check(name=SETTINGS, look=_saying(settings_check.refused(error)))
    others = (Check(name=part, look=_saying(()), needs=(SETTINGS,)) for part in PARTS if part != SETTINGS)
    return (told, *others)


def _all(settings: Settings) -> Iterator[Check]:
    yield Check(name=SETTINGS, look=lambda: settings_check.usable(settings))
    yield from database_checks(Probe(settings.database_url))
    policy = _policy(settings)
    if isinstance(policy, PolicyError):
        yield Check(name=POLICY, look=_saying(policy_check.refused(policy)))
    else:
        yield Check(name=POLICY, look=_saying(policy_check.usable(policy, settings)))


def _policy(settings: Settings) -> Policy | PolicyError:
    try:
        return load_policy(settings.policy)
    except PolicyError as error:
        return error


def _saying(found: Sequence[Finding]) -> Callable[[], Awaitable[Found]]:
    async def look() -> Found:
        return found

    return look
