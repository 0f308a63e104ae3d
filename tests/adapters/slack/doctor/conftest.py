"""A fake Slack, and a doctor's patient connected to it."""

from collections.abc import AsyncIterator, Sequence
from datetime import UTC, datetime
from typing import Any

import pytest

from adapters.slack.client import SlackClient
from adapters.slack.doctor.patient import Patient
from adapters.slack.doctor.token import accepted
from bot.doctor.wanted import Wanted
from bot.domain.directory import Directory, Identity, Person
from bot.installations import Installation
from bot.settings import SlackSettings
from tests.fakes.slack_server import FakeSlack


class Ward:
    """Patients of one fake Slack."""

    def __init__(self, slack: FakeSlack) -> None:
        self.slack = slack
        self.installations: list[Installation] = []
        self.serves = False
        self._patients: list[Patient] = []

    async def patient(self, *channels: str, groups: Sequence[str] = (), **more: Any) -> Patient:
        """One whose token was looked at."""
        patient = self.stranger(*channels, groups=groups, **more)
        if patient.settings.bot_token:
            await accepted(patient)
        return patient

    def stranger(
        self,
        *channels: str,
        groups: Sequence[str] = (),
        people: Sequence[tuple[str, str, str | None]] = (("ann", "U01ANN", None),),
        **settings: Any,
    ) -> Patient:
        """One that nobody has looked at yet; `people` are person, account and workspace."""
        given = {
            "bot_token": self.slack.bot_token,
            "app_token": self.slack.app_token,
            "api_url": self.slack.api_url,
        }
        found = SlackSettings(**{**given, **settings})
        wanted = Wanted(channels=channels, groups=tuple(groups), directory=_directory(people))
        patient = Patient(
            settings=found,
            wanted=wanted,
            client=SlackClient(found),
            clock=lambda: datetime.now(UTC),
            installed=self._installed,
            is_serving=self._is_serving,
        )
        self._patients.append(patient)
        return patient

    async def close(self) -> None:
        for patient in self._patients:
            await patient.close()

    async def _installed(self) -> Sequence[Installation]:
        return self.installations

    async def _is_serving(self) -> bool:
        return self.serves


def _directory(people: Sequence[tuple[str, str, str | None]]) -> Directory:
    found: dict[str, Person] = {}
    for name, user, tenant in people:
        identity = Identity(platform="slack", user=user, tenant=tenant)
        found[name] = Person(id=name, name=name.capitalize(), identities=(identity,))
    return Directory(people=found)


@pytest.fixture
async def slack() -> AsyncIterator[FakeSlack]:
    """A workspace with two channels."""
    async with FakeSlack() as slack:
        slack.add_channel("support")
        slack.add_channel("secret", is_private=True)
        yield slack


@pytest.fixture
async def ward(slack: FakeSlack) -> AsyncIterator[Ward]:
    """Closed at the end."""
    ward = Ward(slack)
    yield ward
    await ward.close()
