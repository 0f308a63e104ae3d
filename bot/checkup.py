"""Every check of an installation, put together: what `placet doctor` makes."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from functools import partial

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from adapters.agents.doctor.hosts import Receivers
from adapters.agents.receipts import load_signing_key
from adapters.operations.doctor.clocks import agree
from adapters.operations.doctor.examining import Sites
from adapters.operations.proof import is_signed
from bot.doctor import policy as policy_check
from bot.doctor import settings as settings_check
from bot.doctor.check import Check, Found
from bot.doctor.parting import parted
from bot.doctor.verdict import Finding, red, skipped
from bot.doctor.wanted import wanted_by
from bot.domain.directory import Directory
from bot.domain.errors import Misconfigured
from bot.now import utc_now
from bot.policy import Policy, PolicyError, load_policy
from bot.ports import Clock
from bot.secrets import SecretBox
from bot.settings import Settings, SettingsError
from storage.conversations import Conversations
from storage.doctor.examining import SCHEMA, clock_check, database_checks, key_checks, work_checks
from storage.doctor.probe import Probe
from storage.doctor.seals import sealed
from storage.engine import is_begun
from storage.installations import Installations
from storage.memberships import Memberships
from storage.signing_keys import SigningKeyStore
from storage.store import SqlStore

SETTINGS, POLICY = "settings", "policy"

#: what `--only` names
PARTS = (SETTINGS, "database", "clock", POLICY, "url", "slack", "teams", "callbacks", "keys", "audit", "work")


@asynccontextmanager
async def checkup(settings: Settings, clock: Clock = utc_now) -> AsyncIterator[tuple[Check, ...]]:
    """All checks in the order in which they are told; what they opened is closed at the end."""
    async with AsyncExitStack() as opened:
        yield tuple(_Checkup(settings, clock, opened).checks())


def without_settings(error: SettingsError) -> tuple[Check, ...]:
    """What is left where the settings cannot be used: saying so."""
    told = Check(name=SETTINGS, look=_saying(settings_check.refused(error)))
    others = (Check(name=part, look=_saying(()), needs=(SETTINGS,)) for part in PARTS if part != SETTINGS)
    return (told, *others)


class _Checkup:
    """One visit; nothing is asked before a check is made."""

    def __init__(self, settings: Settings, clock: Clock, opened: AsyncExitStack) -> None:
        self._settings = settings
        self._clock = clock
        self._opened = opened
        self._policy = _loaded(settings)
        self._wanted = wanted_by(self._policy if isinstance(self._policy, Policy) else None)
        self._probe = Probe(settings.database_url)
        self._box = SecretBox(settings.secret_keys)
        self._store = SqlStore(settings.database_url, clock=clock, directory=Directory)
        opened.callback(self._store.close)
        self._sites = Sites(settings.host, settings.port, settings.public_url, self._public_keys)

    def checks(self) -> Iterator[Check]:
        settings, policy, probe, clock = self._settings, self._policy, self._probe, self._clock
        yield Check(name=SETTINGS, look=partial(settings_check.usable, settings))
        yield from database_checks(probe)
        yield clock_check(probe, clock)
        yield Check(name="clock.network", look=partial(agree, self._others(), clock), needs=(SETTINGS,))
        yield Check(name=POLICY, look=_saying(self._told_of_policy()))
        version = policy.version if isinstance(policy, Policy) else ""
        yield from self._sites.checks(clock, version)
        yield from self._slack()
        yield from self._teams()
        agents = self._wanted.directory.agents
        receivers = Receivers(agents, settings.callback_allow_networks)
        yield Check(name="callbacks", look=receivers.reachable, needs=(POLICY,))
        yield from key_checks(probe, agents, self._box, clock)
        yield Check(name="audit", look=self._audit, needs=(SCHEMA,))
        yield from work_checks(probe, clock)

    def _told_of_policy(self) -> Sequence[Finding]:
        if isinstance(self._policy, PolicyError):
            return policy_check.refused(self._policy)
        return policy_check.usable(self._policy, self._settings)

    def _others(self) -> Sequence[str]:
        """Addresses of other machines that know the time."""
        settings = self._settings
        return (
            *((settings.slack_api_url,) if settings.slack else ()),
            *((settings.teams_login_url,) if settings.teams else ()),
            *((settings.public_url,) if settings.is_https else ()),
        )

    async def _audit(self) -> Found:
        keys = await self._public_keys()
        return await sealed(self._probe, partial(is_signed, keys), self._clock)

    def _teams(self) -> Iterator[Check]:
        settings = self._settings.teams
        if settings is None:
            yield _absent("teams", "Microsoft Teams", "docs/teams.md")
            return
        from adapters.teams.doctor.examining import teams_checks
        from adapters.teams.doctor.patient import admitted

        try:
            patient = admitted(
                settings,
                self._wanted,
                Conversations(self._store),
                Memberships(self._store),
                self._clock,
                public_url=self._settings.public_url,
            )
        except Misconfigured as error:
            yield Check(name="teams", look=_saying([red(*parted(error.sentence))]))
            return
        self._opened.push_async_callback(patient.close)
        yield from teams_checks(patient)

    def _slack(self) -> Iterator[Check]:
        settings = self._settings.slack
        if settings is None:
            yield _absent("slack", "Slack", "docs/slack.md")
            return
        # Slack's SDK costs time to import, and not everybody is on Slack.
        from adapters.slack.client import SlackClient
        from adapters.slack.doctor.examining import slack_checks
        from adapters.slack.doctor.patient import Patient

        patient = Patient(
            settings=settings,
            wanted=self._wanted,
            client=SlackClient(settings),
            clock=self._clock,
            installed=Installations(self._store, self._box).all,
            is_serving=self._sites.is_serving,
        )
        self._opened.push_async_callback(patient.close)
        yield from slack_checks(patient, Memberships(self._store))

    async def _public_keys(self) -> Mapping[str, Ed25519PublicKey]:
        if not is_begun(self._settings.database_url):
            return {}
        kept = await SigningKeyStore(self._store, self._box).kept()
        return {key.kid: load_signing_key(key.private).public for key in kept}


def _loaded(settings: Settings) -> Policy | PolicyError:
    try:
        return load_policy(settings.policy)
    except PolicyError as error:
        return error


def _absent(part: str, name: str, page: str) -> Check:
    return Check(name=part, look=_saying([skipped(f"{name} is not connected; {page} says how.")]))


def _saying(found: Sequence[Finding]) -> Callable[[], Awaitable[Found]]:
    async def look() -> Found:
        return found

    return look
