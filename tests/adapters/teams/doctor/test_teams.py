"""A doctor asks Teams about credentials, keys, door, channels, groups and people, and posts nothing."""

from collections.abc import AsyncIterator, Sequence
from datetime import UTC, datetime
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from adapters.teams.doctor.channels import added
from adapters.teams.doctor.door import keys_known, shut
from adapters.teams.doctor.examining import teams_checks
from adapters.teams.doctor.groups import readable
from adapters.teams.doctor.patient import Patient, admitted
from adapters.teams.doctor.people import present
from adapters.teams.doctor.token import given
from bot.conversations import CHANNEL, Conversation
from bot.doctor.wanted import Wanted
from bot.domain.directory import Directory, Identity, Person
from bot.settings import TeamsSettings
from tests.doctor.looking import GREEN, RED, SKIPPED, YELLOW, colours, examined, findings, one
from tests.fakes.fake_teams import FakeTeams
from tests.fakes.memory_book import MemoryBook
from tests.fakes.memory_groups import MemoryGroups
from tests.fakes.teams_tenant import TENANT
from tests.fakes.teams_tenant import Conversation as FakeConversation

ANN, BEN = "00000000-0000-4000-8000-0000000000a1", "00000000-0000-4000-8000-0000000000b1"
NOBODY = "00000000-0000-4000-8000-00000000dead"


class Ward:
    """Patients of one fake Teams."""

    def __init__(self, teams: FakeTeams) -> None:
        self.teams, self.book = teams, MemoryBook()
        self.team = teams.tenant.add_team("Support")
        self.channel = teams.tenant.add_channel(self.team, "approvals")
        self._patients: list[Patient] = []

    async def learn(self, channel: FakeConversation, name: str) -> None:
        """Placet was told of a channel, as when somebody added it to the team."""
        await self.book.keep(
            Conversation(
                id=channel.id,
                tenant=TENANT,
                kind=CHANNEL,
                service_url=self.teams.service_url,
                team=self.team.id,
                group=self.team.group_id,
                team_name="Support",
                name=name,
            )
        )

    def patient(
        self,
        *channels: str,
        groups: Sequence[str] = (),
        people: Sequence[tuple[str, str]] = (("ann", ANN),),
        public_url: str = "http://127.0.0.1:9",
        **settings: Any,
    ) -> Patient:
        """One that nobody has looked at yet."""
        usual = {
            "app_id": self.teams.app_id,
            "app_password": self.teams.app_password,
            "tenants": (TENANT,),
            "login_url": self.teams.login_url,
            "openid_metadata_url": self.teams.metadata_url,
        }
        directory = Directory(
            people={
                name: Person(
                    id=name, name=name.capitalize(), identities=(Identity(platform="teams", user=account),)
                )
                for name, account in people
            }
        )
        patient = admitted(
            TeamsSettings(**{**usual, **settings}),
            Wanted(channels=channels, groups=tuple(groups), directory=directory),
            self.book,
            MemoryGroups(),
            lambda: datetime.now(UTC),
            public_url=public_url,
        )
        self._patients.append(patient)
        return patient

    async def close(self) -> None:
        for patient in self._patients:
            await patient.close()


@pytest.fixture
async def ward() -> AsyncIterator[Ward]:
    async with FakeTeams() as teams:
        ward = Ward(teams)
        yield ward
        await ward.close()


async def test_credentials_that_microsoft_takes_are_green_with_the_tenant(ward: Ward) -> None:
    found = one(await given(ward.patient()))

    assert (found.colour, TENANT in found.sentence) == (GREEN, True)


@pytest.mark.parametrize(
    ("description", "words"),
    [
        ("AADSTS7000215: Invalid client secret provided.", "refuses the bot's password"),
        ("AADSTS7000222: The provided client secret keys are expired.", "client secret has expired"),
        ("AADSTS700016: Application not found in the directory.", "knows no app with this id"),
        ("AADSTS90002: Tenant not found.", "knows no such tenant"),
        ("AADSTS12345: Something else.", "refuses the bot's credentials (AADSTS12345)"),
        ("", "refuses the bot's credentials (401)"),
    ],
)
async def test_credentials_that_microsoft_refuses_are_red_with_its_reason(
    ward: Ward, description: str, words: str
) -> None:
    body = f'{{"error": "invalid_client", "error_description": "{description}"}}'.encode()
    ward.teams.answer_raw("token", 401, body)

    found = one(await given(ward.patient()))

    assert (found.colour, words in found.sentence) == (RED, True)
    assert found.remedy


async def test_a_login_that_is_away_or_broken_is_red(ward: Ward) -> None:
    ward.teams.answer_raw("token", 503, b"")
    assert "answered 503" in one(await given(ward.patient())).sentence

    found = one(await given(ward.patient(login_url="http://127.0.0.1:9")))

    assert (found.colour, "PLACET_TEAMS_LOGIN_URL" in found.remedy) == (RED, True)


async def test_without_authentication_a_warning_stands_and_nothing_is_proved(ward: Ward) -> None:
    patient = ward.patient(unauthenticated=True)

    assert one(await given(patient)).colour is YELLOW
    assert one(await keys_known(patient)).colour is SKIPPED
    assert one(await shut(patient)).colour is SKIPPED


async def test_keys_that_can_be_fetched_are_green_and_others_red(ward: Ward) -> None:
    assert one(await keys_known(ward.patient())).colour is GREEN

    ward.teams.keys.status = 500
    found = one(await keys_known(ward.patient()))

    assert (found.colour, "nothing that Teams sends can be believed" in found.sentence) == (RED, True)


@pytest.mark.parametrize(
    ("status", "colour", "words"),
    [
        (401, GREEN, "refuses what has no token"),
        (200, RED, "takes anything"),
        (404, RED, "is not there (404)"),
        (502, RED, "answered 502"),
    ],
)
async def test_the_door_for_teams_has_to_be_reached_and_shut(
    ward: Ward, status: int, colour: str, words: str
) -> None:
    async def on(request: web.Request) -> web.Response:
        return web.Response(status=status)

    app = web.Application()
    app.router.add_post("/api/messages", on)
    async with TestServer(app) as server:
        found = one(await shut(ward.patient(public_url=f"http://127.0.0.1:{server.port}")))

    assert (found.colour, words in found.sentence) == (colour, True)


async def test_a_door_where_nobody_answers_is_red(ward: Ward) -> None:
    assert one(await shut(ward.patient())).colour is RED


async def test_channels_that_the_bot_is_in_are_one_green_line_and_nothing_is_posted(ward: Ward) -> None:
    await ward.learn(ward.channel, "approvals")

    found = one(await added(ward.patient("teams:Support/approvals", "slack:#support")))

    assert found.sentence == "Placet is in 1 of 1 channels that the policy names."
    assert not [call for call in ward.teams.calls if call.operation in ("send", "create", "reply")]


async def test_channels_that_lack_something_are_told_with_what_to_do(ward: Ward) -> None:
    await ward.learn(ward.channel, "approvals")
    hidden = ward.teams.tenant.add_channel(ward.team, "private")
    hidden.team = ""
    hidden.has_bot = False
    await ward.learn(hidden, "private")
    twin = ward.teams.tenant.add_channel(ward.team, "twin")
    other = ward.teams.tenant.add_channel(ward.team, "twin")
    await ward.learn(twin, "twin")
    await ward.learn(other, "twin")
    names = [f"teams:Support/{name}" for name in ("approvals", "private", "twin", "nowhere")]

    found = {each.about: each for each in findings(await added(ward.patient(*names)))}

    assert found[""].sentence == "Placet is in 1 of 4 channels that the policy names."
    assert "Placet is not in" in found["teams:Support/private"].sentence
    assert "Several channels" in found["teams:Support/twin"].sentence
    assert "Add to a team" in found["teams:Support/nowhere"].remedy
    assert {each.colour for name, each in found.items() if name} == {RED}


async def test_a_teams_that_limits_or_is_away_is_red_with_when_to_try_again(ward: Ward) -> None:
    await ward.learn(ward.channel, "approvals")
    ward.teams.fail("channels", 429, "Throttled", retry_after=3)
    patient = ward.patient("teams:Support/approvals")

    limited = one(await added(patient))

    assert (limited.colour, limited.remedy) == (RED, "Try again in a minute.")
    ward.teams.drop("channels", times=5)
    assert "network" in one(await added(patient)).remedy


async def test_teams_as_groups_are_green_with_people_of_the_policy(ward: Ward) -> None:
    general = ward.teams.tenant.conversations[ward.team.id]
    await ward.learn(general, "General")

    found = {
        each.about: each
        for each in findings(await readable(ward.patient(groups=["teams:Support", "teams:Nowhere"])))
    }
    strangers = one(await readable(ward.patient(groups=["teams:Support"], people=[("nemo", NOBODY)])))

    assert found[""].sentence == "1 of 2 teams can be read, and hold people of the policy."
    assert (found["teams:Nowhere"].colour, strangers.colour) == (RED, YELLOW)


async def test_people_are_looked_for_in_the_channels_of_the_policy(ward: Ward) -> None:
    await ward.learn(ward.channel, "approvals")
    patient = ward.patient("teams:Support/approvals", people=[("ann", ANN), ("ben", BEN), ("nemo", NOBODY)])

    found = {each.about: each for each in findings(await present(patient))}

    assert found[""].sentence == "2 of 3 accounts of people in the policy can decide."
    assert (found["nemo"].colour, "in none of the teams" in found["nemo"].sentence) == (YELLOW, True)


async def test_a_guest_is_told_and_more_people_than_may_be_asked_about_are_skipped(
    ward: Ward, monkeypatch: pytest.MonkeyPatch
) -> None:
    await ward.learn(ward.channel, "approvals")
    ward.teams.answer_raw("member", 200, b'{"userRole": "guest"}')
    monkeypatch.setattr("adapters.teams.doctor.people.MOST", 1)

    found = await present(ward.patient("teams:Support/approvals", people=[("ann", ANN), ("ben", BEN)]))

    assert colours(found) == [YELLOW, SKIPPED]


async def test_a_policy_without_channels_groups_or_people_in_teams_has_nothing_to_look_at(ward: Ward) -> None:
    patient = ward.patient("web:support", people=())

    assert [one(await look(patient)).colour for look in (added, readable, present)] == [SKIPPED] * 3
    assert one(await present(ward.patient("teams:Support/nowhere"))).colour is SKIPPED


async def test_behind_credentials_that_are_refused_channels_are_skipped(ward: Ward) -> None:
    checks = teams_checks(ward.patient("teams:Support/approvals", app_password="wrong"))
    for check in checks:
        needs = tuple(name for name in check.needs if name.startswith("teams."))
        object.__setattr__(check, "needs", needs)

    verdicts = {each.name: each.colour for each in await examined(checks)}

    assert verdicts["teams.token"] is RED
    assert {verdicts[f"teams.{name}"] for name in ("channels", "groups", "people")} == {SKIPPED}
