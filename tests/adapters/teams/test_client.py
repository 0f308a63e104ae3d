"""What the bot asks of Teams, and what comes of it when Teams says no, says nothing, or hangs up."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pytest

from adapters.teams.client import FOREIGN_SERVICE, TeamsClient, TeamsRefused, TeamsUnavailable
from adapters.teams.errors import fate, is_broken, is_too_large
from adapters.teams.limits import MESSAGE_BYTES
from bot.domain.errors import Misconfigured
from bot.ports import GiveUp, RetryLater
from bot.settings import TeamsSettings
from tests.fakes.clock import MovedClock
from tests.fakes.fake_teams import FakeTeams
from tests.fakes.teams_tenant import TENANT, Conversation

HELLO = {"type": "message", "text": "hello"}


@pytest.fixture
def clock() -> MovedClock:
    return MovedClock()


@pytest.fixture
async def teams(clock: MovedClock) -> AsyncIterator[FakeTeams]:
    async with FakeTeams(clock) as teams:
        yield teams


@pytest.fixture
def channel(teams: FakeTeams) -> Conversation:
    return teams.tenant.add_channel(teams.tenant.add_team("Support"), "approvals")


def settings_for(teams: FakeTeams, **more: Any) -> TeamsSettings:
    known: dict[str, Any] = {
        "app_id": teams.app_id,
        "app_password": teams.app_password,
        "tenants": (TENANT,),
        "login_url": teams.login_url,
    }
    return TeamsSettings(**(known | more))


@pytest.fixture
async def client(
    teams: FakeTeams, clock: MovedClock, request: pytest.FixtureRequest
) -> AsyncIterator[TeamsClient]:
    """Waits as long as a busy machine may take; where Teams hangs, no longer than the test has to."""
    waits_in_vain = "fault" in request.fixturenames and request.getfixturevalue("fault") == "hang"
    timeout = timedelta(seconds=1.5 if waits_in_vain else 60)
    client = TeamsClient(settings_for(teams), clock, timeout=timeout)
    yield client
    await client.close()


async def test_a_message_goes_into_its_conversation_and_can_be_replaced_and_answered(
    client: TeamsClient, teams: FakeTeams, channel: Conversation
) -> None:
    first = await client.send(teams.service_url, channel.id, HELLO)
    await client.update(teams.service_url, channel.id, first, HELLO | {"text": "changed"})
    answer = await client.send(teams.service_url, channel.id, HELLO, reply_to=first)
    assert [(m.id, m.activity["text"], m.reply_to) for m in teams.posted(channel)] == [
        (first, "changed", None),
        (answer, "hello", first),
    ]


async def test_a_thread_is_begun_in_a_channel_and_changed_through_its_own_name(
    client: TeamsClient, teams: FakeTeams, channel: Conversation
) -> None:
    body = {"isGroup": True, "channelData": {"channel": {"id": channel.id}}, "activity": HELLO}
    thread, first = await client.create_conversation(teams.service_url, body)
    assert thread == f"{channel.id};messageid={first}"
    await client.update(teams.service_url, thread, first, HELLO | {"text": "changed"})
    await client.send(teams.service_url, thread, HELLO)
    assert [m.activity["text"] for m in teams.posted(channel)] == ["changed", "hello"]


async def test_a_personal_chat_is_opened_without_a_message(client: TeamsClient, teams: FakeTeams) -> None:
    ann = teams.tenant.accounts["Ann"]
    body = {"members": [{"id": ann.id}], "tenantId": TENANT}
    assert await client.create_conversation(teams.service_url, body) == (f"a:{ann.object_id}", "")


async def test_the_whole_roster_is_read_page_after_page(
    client: TeamsClient, teams: FakeTeams, channel: Conversation
) -> None:
    teams.rates = None
    for number in range(5):
        teams.tenant.add_person(f"Person {number}", f"00000000-0000-4000-8000-00000000000{number}")
    members = await client.members(teams.service_url, channel.id)
    assert [member["name"] for member in members] == ["Ann", "Ben", *(f"Person {n}" for n in range(5))]
    ben = teams.tenant.accounts["Ben"]
    assert (await client.member(teams.service_url, channel.id, ben.id))["aadObjectId"] == ben.object_id
    with pytest.raises(TeamsRefused) as refused:
        await client.member(teams.service_url, channel.id, "29:nobody")
    assert refused.value.status == 404


async def test_a_team_tells_its_channels(
    client: TeamsClient, teams: FakeTeams, channel: Conversation
) -> None:
    assert await client.team_channels(teams.service_url, channel.team) == [
        {"id": channel.team},
        {"id": channel.id, "name": "approvals"},
    ]
    team = teams.tenant.teams[channel.team]
    assert await client.team(teams.service_url, team.id) == {
        "id": team.id,
        "name": "Support",
        "aadGroupId": team.group_id,
    }


# -- its own tokens


async def test_many_at_once_log_in_once(client: TeamsClient, teams: FakeTeams, channel: Conversation) -> None:
    await asyncio.gather(*(client.send(teams.service_url, channel.id, HELLO) for _ in range(7)))
    [login] = teams.called("token")
    assert login.where["tenant"] == TENANT
    assert login.body == {
        "grant_type": "client_credentials",
        "client_id": teams.app_id,
        "client_secret": teams.app_password,
        "scope": "https://api.botframework.com/.default",
    }


@pytest.mark.parametrize(
    ("more", "authority"),
    [
        ({"tenants": (TENANT, "99999999-9999-4999-8999-999999999999")}, "botframework.com"),
        ({"tenants": ()}, "botframework.com"),
        ({"login_url": "{login}/organizations"}, "organizations"),
    ],
)
async def test_the_authority_is_that_of_the_bot(
    teams: FakeTeams, clock: MovedClock, channel: Conversation, more: dict[str, Any], authority: str
) -> None:
    if "login_url" in more:
        more = {"login_url": more["login_url"].format(login=teams.login_url)}
    client = TeamsClient(settings_for(teams, **more), clock)
    await client.send(teams.service_url, channel.id, HELLO)
    await client.close()
    assert [call.where["tenant"] for call in teams.called("token")] == [authority]


async def test_a_token_is_replaced_before_it_ends_and_nobody_waits_for_it(
    client: TeamsClient, teams: FakeTeams, channel: Conversation, clock: MovedClock
) -> None:
    await client.send(teams.service_url, channel.id, HELLO)
    clock.advance(minutes=54)
    await client.send(teams.service_url, channel.id, HELLO)
    assert len(teams.called("token")) == 1
    clock.advance(minutes=2)
    teams.hang("token")
    await client.send(teams.service_url, channel.id, HELLO)
    await teams.until(lambda: len(teams.called("token")) == 2, lambda: "a second login")


async def test_a_token_that_teams_refuses_is_forgotten_and_the_message_goes_out(
    client: TeamsClient, teams: FakeTeams, channel: Conversation
) -> None:
    await client.send(teams.service_url, channel.id, HELLO)
    teams.tokens.clear()
    await client.send(teams.service_url, channel.id, HELLO)
    assert len(teams.posted(channel)) == 2
    assert len(teams.called("token")) == 2


async def test_a_token_that_teams_never_takes_is_tried_twice_and_told(
    client: TeamsClient, teams: FakeTeams, channel: Conversation
) -> None:
    teams.fail("send", 401, "Unauthorized", times=9)
    with pytest.raises(TeamsRefused) as refused:
        await client.send(teams.service_url, channel.id, HELLO)
    assert len(teams.called("send")) == 2
    assert is_broken(refused.value)
    assert "PLACET_TEAMS_APP_ID" in fate(refused.value, "Support/approvals").why


async def test_a_wrong_password_waits_for_the_operator(
    teams: FakeTeams, clock: MovedClock, channel: Conversation
) -> None:
    client = TeamsClient(settings_for(teams, app_password="wrong"), clock)
    with pytest.raises(TeamsRefused) as refused:
        await client.send(teams.service_url, channel.id, HELLO)
    await client.close()
    assert is_broken(refused.value)
    comes_to = fate(refused.value, "Support/approvals")
    assert isinstance(comes_to, RetryLater)
    assert not comes_to.uncertain
    assert "PLACET_TEAMS_APP_PASSWORD" in comes_to.why


@pytest.mark.parametrize("fault", ["drop", "hang", "502", "429", "html"])
async def test_a_login_that_fails_leaves_nothing_in_doubt(
    client: TeamsClient, teams: FakeTeams, channel: Conversation, fault: str
) -> None:
    match fault:
        case "drop":
            teams.drop("token")
        case "hang":
            teams.hang("token")
        case "html":
            teams.answer_raw("token", 200, b"<html>")
        case status:
            teams.fail("token", int(status))
    with pytest.raises(TeamsUnavailable) as unavailable:
        await client.send(teams.service_url, channel.id, HELLO)
    assert not unavailable.value.uncertain
    await client.send(teams.service_url, channel.id, HELLO)


# -- where it never goes


@pytest.mark.parametrize(
    "service_url",
    [
        "https://evil.example/emea/",
        "http://smba.trafficmanager.net/emea/",
        "https://smba.trafficmanager.net.evil.example/",
        "https://smba.trafficmanager.net:8443/",
        "https://smba.trafficmanager.net@evil.example/",
        "https://evil.example\\@smba.trafficmanager.net/",
        "https://smba.trafficmanager.net/emea/?to=",
        "http://localhost:3978/",
        "http://169.254.169.254/",
        "http://[::1",
        "ftp://smba.trafficmanager.net/",
        "",
    ],
)
async def test_a_token_is_never_shown_to_a_host_that_is_not_teams(
    client: TeamsClient, teams: FakeTeams, service_url: str
) -> None:
    with pytest.raises(TeamsRefused) as refused:
        await client.send(service_url, "19:a@thread.tacv2", HELLO)
    assert refused.value.code == FOREIGN_SERVICE
    assert teams.calls == []
    assert isinstance(fate(refused.value, "Support/approvals"), GiveUp)


async def test_ids_stay_inside_their_segment_of_the_path(client: TeamsClient, teams: FakeTeams) -> None:
    for evil in ("../../../evil", "19:a/activities/1?x=1#y", "a%2f..%2fb", "späte Übung\n"):
        with pytest.raises(TeamsRefused) as refused:
            await client.send(teams.service_url, evil, HELLO)
        assert refused.value.code == "ConversationNotFound"
        assert teams.called("send")[-1].where["conversation"] == evil
    for nothing in ("", ".", ".."):
        with pytest.raises(TeamsRefused):
            await client.send(teams.service_url, nothing, HELLO)


async def test_a_redirect_is_not_followed(
    client: TeamsClient, teams: FakeTeams, channel: Conversation
) -> None:
    teams.answer_raw("send", 307, b"", Location=f"{teams.url}/elsewhere")
    with pytest.raises(TeamsRefused) as refused:
        await client.send(teams.service_url, channel.id, HELLO)
    assert refused.value.status == 307


async def test_without_authentication_it_speaks_to_this_machine_without_a_token(
    teams: FakeTeams, clock: MovedClock, channel: Conversation
) -> None:
    teams.is_open = True
    client = TeamsClient(TeamsSettings(unauthenticated=True), clock)
    await client.send(teams.service_url, channel.id, HELLO)
    assert (teams.calls[-1].operation, teams.calls[-1].authorization) == ("send", "")
    with pytest.raises(TeamsRefused):
        await client.send("http://playground.example/", channel.id, HELLO)
    await client.close()


def test_without_a_password_it_is_not_built(clock: MovedClock) -> None:
    with pytest.raises(Misconfigured):
        TeamsClient(TeamsSettings(app_id="app"), clock)


# -- what goes wrong


@pytest.mark.parametrize(
    ("status", "code", "retry_after", "after", "uncertain"),
    [
        (429, "Throttled", 7, timedelta(seconds=7), False),
        (429, "", None, timedelta(seconds=5), False),
        (429, "", "soon", timedelta(seconds=5), False),
        (429, "", 0, timedelta(seconds=1), False),
        (429, "", "9" * 30, timedelta(seconds=5), False),
        (412, "PreconditionFailed", 2, timedelta(seconds=2), False),
        (409, "Conflict", None, None, False),
        (500, "ServiceError", None, None, True),
        (502, "", 3, timedelta(seconds=3), True),
        (503, "ServiceUnavailable", None, None, True),
        (504, "", 1, timedelta(seconds=1), True),
    ],
)
async def test_what_passes_is_tried_again(
    client: TeamsClient,
    teams: FakeTeams,
    channel: Conversation,
    *,
    status: int,
    code: str,
    retry_after: object,
    after: timedelta | None,
    uncertain: bool,
) -> None:
    teams.fail("send", status, code, retry_after=retry_after)
    with pytest.raises(TeamsRefused) as refused:
        await client.send(teams.service_url, channel.id, HELLO)
    comes_to = fate(refused.value, "Support/approvals")
    assert isinstance(comes_to, RetryLater)
    assert (comes_to.after, comes_to.uncertain) == (after, uncertain)


@pytest.mark.parametrize(
    ("status", "code", "remedy"),
    [
        (403, "BotNotInConversationRoster", "add the app to that team or chat"),
        (403, "BotDisabledByAdmin", "Teams admin center"),
        (403, "ConversationBlockedByUser", "unblock"),
        (403, "NotEnoughPermissions", "allow apps to post"),
        (403, "SomethingNew", "SomethingNew"),
        (404, "ConversationNotFound", "correct the channel in the policy"),
        (404, "ActivityNotFoundInConversation", "deleted"),
        (404, "", "404"),
        (400, "BadSyntax", "malformed"),
        (413, "MessageSizeTooBig", "too large"),
    ],
)
async def test_what_does_not_pass_is_given_up_with_a_remedy(
    client: TeamsClient, teams: FakeTeams, channel: Conversation, *, status: int, code: str, remedy: str
) -> None:
    teams.fail("send", status, code)
    with pytest.raises(TeamsRefused) as refused:
        await client.send(teams.service_url, channel.id, HELLO)
    comes_to = fate(refused.value, "Support/approvals")
    assert isinstance(comes_to, GiveUp)
    assert remedy in comes_to.why
    assert is_too_large(refused.value) == (status == 413)


async def test_a_message_over_the_limit_is_too_large(
    client: TeamsClient, teams: FakeTeams, channel: Conversation
) -> None:
    with pytest.raises(TeamsRefused) as refused:
        await client.send(teams.service_url, channel.id, {"text": "x" * MESSAGE_BYTES})
    assert is_too_large(refused.value)


@pytest.mark.parametrize("fault", ["drop", "drop after carrying it out", "hang", "html", "no id"])
async def test_after_silence_or_nonsense_it_may_have_happened(
    client: TeamsClient, teams: FakeTeams, channel: Conversation, fault: str
) -> None:
    match fault:
        case "hang":
            teams.hang("send")
        case "html":
            teams.answer_raw("send", 200, b"<html>")
        case "no id":
            teams.answer_raw("send", 201, b'{"id": 7}')
        case dropped:
            teams.drop("send", carried_out=dropped != "drop")
    with pytest.raises(TeamsUnavailable) as unavailable:
        await client.send(teams.service_url, channel.id, HELLO)
    comes_to = fate(unavailable.value, "Support/approvals")
    assert isinstance(comes_to, RetryLater)
    assert comes_to.uncertain
    assert len(teams.called("send")) == 1
    assert len(teams.posted(channel)) == (fault == "drop after carrying it out")


async def test_a_server_that_cannot_be_reached_has_done_nothing(
    client: TeamsClient, teams: FakeTeams, channel: Conversation
) -> None:
    await client.send(teams.service_url, channel.id, HELLO)
    await client.close()  # a connection that is left from before could be cut halfway
    await teams.shut()
    with pytest.raises(TeamsUnavailable) as unavailable:
        await client.send(teams.service_url, channel.id, HELLO)
    assert not unavailable.value.uncertain


async def test_an_endless_answer_is_cut_off(
    client: TeamsClient, teams: FakeTeams, channel: Conversation
) -> None:
    teams.answer_raw("send", 200, b" " * (3 * 1024 * 1024))
    with pytest.raises(TeamsUnavailable):
        await client.send(teams.service_url, channel.id, HELLO)


@pytest.mark.parametrize(
    "body", [b"<html>", b"[]", b"{}", b'{"error": {"code": "ServiceError"}}', b"[" * 200_000]
)
async def test_a_page_or_an_error_with_200_is_no_change(
    client: TeamsClient, teams: FakeTeams, channel: Conversation, body: bytes
) -> None:
    first = await client.send(teams.service_url, channel.id, HELLO)
    teams.answer_raw("update", 200, body)
    with pytest.raises(TeamsUnavailable):
        await client.update(teams.service_url, channel.id, first, HELLO)
    teams.answer_raw("update", 200, b"")
    await client.update(teams.service_url, channel.id, first, HELLO)
