"""A doctor asks Slack about token, permissions, sockets, channels, groups and people, and posts nothing."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from adapters.slack.doctor.channels import joined
from adapters.slack.doctor.examining import slack_checks
from adapters.slack.doctor.groups import readable
from adapters.slack.doctor.people import known
from adapters.slack.doctor.permissions import granted
from adapters.slack.doctor.signing import taken
from adapters.slack.doctor.sockets import opens
from adapters.slack.doctor.token import accepted
from adapters.slack.doctor.workspaces import alive
from adapters.slack.form import read_body
from adapters.slack.signature import SIGNATURE, TIMESTAMP, Signatures
from bot.installations import Installation
from tests.adapters.slack.doctor.conftest import Ward
from tests.doctor.looking import GREEN, RED, SKIPPED, YELLOW, colours, examined, findings, one
from tests.fakes.memory_groups import MemoryGroups
from tests.fakes.slack_server import FakeSlack
from tests.fakes.slack_workspace import APP_ID

BOOK = MemoryGroups()
SECRET = "fake-signing-secret"


async def test_a_token_that_works_is_green_and_says_whose_it_is(ward: Ward) -> None:
    patient = ward.stranger()

    found = one(await accepted(patient))

    assert (found.colour, found.sentence) == (GREEN, "The bot token is @placet's in the workspace home.")
    assert (patient.workspace.team_id, patient.workspace.app_id) == ("T01HOME", APP_ID)


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("invalid_auth", "Set PLACET_SLACK_BOT_TOKEN to the one of your app."),
        ("token_revoked", "Install the app again and set PLACET_SLACK_BOT_TOKEN."),
        ("account_inactive", "Install the app again."),
    ],
)
async def test_a_token_that_slack_refuses_is_red_with_what_to_do(
    slack: FakeSlack, ward: Ward, code: str, words: str
) -> None:
    slack.fail("auth.test", code)

    found = one(await accepted(ward.stranger()))

    assert (found.colour, found.remedy) == (RED, words)


async def test_a_slack_that_is_away_limits_or_is_none_is_red(slack: FakeSlack, ward: Ward) -> None:
    slack.limit("auth.test", after=7)
    assert "for 7 seconds" in one(await accepted(ward.stranger())).sentence
    slack.answer_raw("auth.test", 200, "text/html", "<html>")
    assert one(await accepted(ward.stranger())).colour is RED
    slack.fail("auth.test", "something_new")
    assert one(await accepted(ward.stranger())).sentence == "Slack answered something_new."
    await slack.shut()
    found = one(await accepted(ward.stranger()))
    assert (found.colour, "network" in found.remedy) == (RED, True)


async def test_without_a_bot_token_there_is_nothing_to_ask(ward: Ward) -> None:
    patient = ward.stranger(bot_token="", client_id="1.2", client_secret="s")

    assert one(await accepted(patient)).colour is SKIPPED


async def test_all_permissions_are_green_and_each_that_lacks_is_told(slack: FakeSlack, ward: Ward) -> None:
    assert one(await granted(await ward.patient())).colour is GREEN

    assert slack.scopes is not None
    slack.scopes -= {"chat:write", "im:history", "usergroups:read"}
    found = findings(await granted(await ward.patient()))

    assert {each.about: each.colour for each in found} == {
        "chat:write": RED,
        "im:history": YELLOW,
        "usergroups:read": YELLOW,
    }
    assert "Paste manifest.yml into the app" in found[0].remedy


async def test_a_permission_that_the_policy_needs_is_red(slack: FakeSlack, ward: Ward) -> None:
    assert slack.scopes is not None
    slack.scopes.remove("usergroups:read")

    assert colours(await granted(await ward.patient(groups=["slack:@legal"]))) == [RED]


async def test_permissions_that_slack_does_not_tell_are_skipped(slack: FakeSlack, ward: Ward) -> None:
    slack.scopes = None

    assert colours(await granted(await ward.patient())) == [SKIPPED]


async def test_a_socket_is_opened_greeted_and_closed_when_no_placet_runs(
    slack: FakeSlack, ward: Ward
) -> None:
    found = one(await opens(await ward.patient()))

    assert (found.colour, "opened, greeted by Slack, and closed" in found.sentence) == (GREEN, True)
    await slack.until(lambda: not slack.sockets.connections, lambda: "no connection")


async def test_no_socket_is_dialled_beside_a_placet_that_runs(
    slack: FakeSlack, ward: Ward, monkeypatch: pytest.MonkeyPatch
) -> None:
    ward.serves = True
    dialled: list[str] = []

    async def dial(url: str) -> dict[str, str]:
        dialled.append(url)
        return {"type": "hello"}

    monkeypatch.setattr("adapters.slack.doctor.sockets._hello", dial)

    found = one(await opens(await ward.patient()))

    assert (found.colour, dialled) == (GREEN, [])
    assert len(slack.called("apps.connections.open")) == 1


async def test_an_app_token_that_does_not_fit_is_red(slack: FakeSlack, ward: Ward) -> None:
    foreign = await ward.patient(app_token="xapp-1-A0OTHER-1-abc")
    assert "is of the app A0OTHER" in one(await opens(foreign)).sentence
    wrong = one(await opens(await ward.patient(app_token="xapp-wrong")))
    assert (wrong.colour, "PLACET_SLACK_APP_TOKEN" in wrong.remedy) == (RED, True)
    slack.fail("apps.connections.open", "missing_scope")
    assert "connections:write" in one(await opens(await ward.patient())).sentence
    slack.sockets.app_id = "A0OTHER"
    assert "another app" in one(await opens(await ward.patient())).sentence


async def test_without_an_app_token_slack_comes_over_http(ward: Ward) -> None:
    assert one(await opens(await ward.patient(app_token=None))).colour is SKIPPED


async def test_channels_that_the_bot_is_in_are_one_green_line(slack: FakeSlack, ward: Ward) -> None:
    patient = await ward.patient("slack:#support", "slack:C0SECRET", "web:support")

    found = one(await joined(patient))

    assert found.sentence == "The bot is in 2 of 2 channels that the policy names."
    assert not slack.called("chat.postMessage")


async def test_every_channel_that_lacks_something_is_told_with_what_to_do(
    slack: FakeSlack, ward: Ward
) -> None:
    slack.add_channel("general")
    slack.remove_bot("general")
    slack.remove_bot("secret")
    slack.add_channel("old")
    patient = await ward.patient(
        "slack:#support", "slack:#general", "slack:#secret", "slack:C0SECRET", "slack:#nowhere", "slack:C0OLD"
    )
    slack.archive("old")

    found = {each.about: each for each in findings(await joined(patient))}

    assert found[""].sentence == "The bot is in 1 of 6 channels that the policy names."
    assert found["slack:#general"].colour is YELLOW
    assert "replies in their threads are not heard" in found["slack:#general"].sentence
    assert found["slack:#general"].remedy == "Write /invite @placet in it."
    assert found["slack:#secret"].colour is RED
    assert found["slack:C0SECRET"].colour is RED
    assert "sees no such channel" in found["slack:#nowhere"].sentence
    assert "archived" in found["slack:C0OLD"].sentence


async def test_a_public_channel_needs_the_bot_where_it_may_not_write_unasked(
    slack: FakeSlack, ward: Ward
) -> None:
    assert slack.scopes is not None
    slack.scopes.remove("chat:write.public")
    slack.remove_bot("support")

    assert colours(await joined(await ward.patient("slack:#support"))) == [RED]


async def test_a_channel_of_a_workspace_without_the_app_is_red(ward: Ward) -> None:
    found = one(await joined(await ward.patient("slack:T09OTHER/C0AWAY")))

    assert (found.colour, "has not installed the app" in found.sentence) == (RED, True)


async def test_a_policy_without_channels_groups_or_people_in_slack_has_nothing_to_look_at(ward: Ward) -> None:
    patient = await ward.patient("web:support", people=())

    assert one(await joined(patient)).colour is SKIPPED
    assert one(await readable(patient, BOOK)).colour is SKIPPED
    assert one(await known(patient)).colour is SKIPPED


async def test_groups_with_people_of_the_policy_are_green_and_others_are_told(
    slack: FakeSlack, ward: Ward
) -> None:
    slack.workspace.add_usergroup("legal", "U01ANN", "U01BEN")
    slack.workspace.add_usergroup("strangers", "U01BEN")
    slack.workspace.add_usergroup("nobody")
    names = ["slack:@legal", "slack:@strangers", "slack:S0NOBODY", "slack:@gone", "slack:?"]

    found = {each.about: each for each in findings(await readable(await ward.patient(groups=names), BOOK))}

    assert found[""].sentence == "1 of 5 user groups can be read, and hold people of the policy."
    assert found["slack:@strangers"].colour is YELLOW
    assert found["slack:S0NOBODY"].sentence == "Nobody is in this group."
    assert (found["slack:@gone"].colour, found["slack:@gone"].remedy) == (RED, "Create it there.")
    assert found["slack:?"].colour is RED


async def test_a_group_that_slack_does_not_tell_of_now_is_red(slack: FakeSlack, ward: Ward) -> None:
    slack.limit("usergroups.users.list")

    found = one(await readable(await ward.patient(groups=["slack:S0LEGAL"]), BOOK))

    assert (found.colour, "Try again in a minute" in found.remedy) == (RED, True)


async def test_people_who_can_decide_are_one_green_line_and_others_are_told(ward: Ward) -> None:
    patient = await ward.patient(
        people=[
            ("ann", "U01ANN", None),
            ("ben", "U01BEN", "T01HOME"),
            ("gus", "U01GUEST", None),
            ("bot", "U0OTHERBOT", None),
            ("nemo", "U0NOBODY", None),
            ("eve", "U0EVE", "T09OTHER"),
        ]
    )

    found = {each.about: each for each in findings(await known(patient))}

    assert found[""].sentence == "2 of 6 accounts of people in the policy can decide."
    assert {name: each.colour for name, each in found.items() if name} == {
        "gus": YELLOW,
        "bot": RED,
        "nemo": RED,
        "eve": YELLOW,
    }
    assert "Slack knows no account U0NOBODY of Nemo." in found["nemo"].sentence


async def test_more_people_than_slack_may_be_asked_about_are_not_asked_about(
    ward: Ward, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("adapters.slack.doctor.people.MOST", 1)
    patient = await ward.patient(people=[("ann", "U01ANN", None), ("ben", "U01BEN", None)])

    assert colours(await known(patient)) == [GREEN, SKIPPED]


class Installed:
    """The address of Slack's events, as a running Placet has it."""

    def __init__(self) -> None:
        self.signatures = Signatures([SECRET])
        self.answer: web.Response | None = None

    async def on(self, request: web.Request) -> web.Response:
        if self.answer is not None:
            return web.Response(status=self.answer.status, text=self.answer.text, headers=self.answer.headers)
        body, headers = await request.read(), request.headers
        if not self.signatures.are_genuine(headers[TIMESTAMP], headers[SIGNATURE], body, datetime.now(UTC)):
            return web.Response(status=401)
        payload = read_body(body, request.content_type)
        assert payload is not None
        return web.json_response({"challenge": payload["challenge"]})


@pytest.fixture
async def door() -> AsyncIterator[tuple[Installed, str]]:
    installed = Installed()
    app = web.Application()
    app.router.add_post("/slack/events", installed.on)
    async with TestServer(app) as server:
        yield installed, f"http://127.0.0.1:{server.port}"


async def test_a_running_placet_that_takes_what_the_secret_signs_is_green(
    ward: Ward, door: tuple[Installed, str]
) -> None:
    found = one(await taken(ward.stranger(signing_secrets=(SECRET,), public_url=door[1])))

    assert (found.colour, "takes what the signing secret signs" in found.sentence) == (GREEN, True)


async def test_a_running_placet_with_another_secret_is_red_also_of_two(
    ward: Ward, door: tuple[Installed, str]
) -> None:
    for secrets in (("another",), (SECRET, "another")):
        found = one(await taken(ward.stranger(signing_secrets=secrets, public_url=door[1])))
        assert (found.colour, "Restart Placet" in found.remedy) == (RED, True)


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (web.Response(status=200, text="welcome"), "takes what a wrong secret signed"),
        (web.Response(status=404), "is not there (404)"),
        (web.Response(status=301, headers={"Location": "/x"}), "redirects, which Slack does not follow"),
        (web.Response(status=502), "answered 502"),
    ],
)
async def test_whatever_else_answers_there_is_red(
    ward: Ward, door: tuple[Installed, str], answer: web.Response, words: str
) -> None:
    installed, url = door
    installed.answer = answer

    found = one(await taken(ward.stranger(signing_secrets=(SECRET,), public_url=url)))

    assert (found.colour, words in found.sentence) == (RED, True)


async def test_an_address_where_nobody_answers_is_red_and_no_secret_is_skipped(ward: Ward) -> None:
    away = one(await taken(ward.stranger(signing_secrets=(SECRET,), public_url="http://127.0.0.1:9")))

    assert away.colour is RED
    assert one(await taken(ward.stranger())).colour is SKIPPED


def installation(name: str, token: str, **more: Any) -> Installation:
    return Installation(
        tenant=f"T0{name.upper()}", name=name, bot_token=token, installed_at=datetime.now(UTC), **more
    )


async def test_tokens_of_other_workspaces_are_asked_about_one_by_one(slack: FakeSlack, ward: Ward) -> None:
    installs: dict[str, Any] = {"client_id": "1.2", "client_secret": "s"}
    assert one(await alive(ward.stranger())).colour is SKIPPED
    assert one(await alive(ward.stranger(**installs))).colour is GREEN
    ward.installations = [
        installation("east", slack.bot_token),
        installation("west", "xoxb-dead"),
        installation("gone", "", revoked_at=datetime.now(UTC) - timedelta(days=1)),
    ]

    found = findings(await alive(ward.stranger(**installs)))

    assert [(each.colour, each.about) for each in found] == [(GREEN, ""), (RED, "west")]


async def test_behind_a_token_that_is_refused_everything_that_needs_it_is_skipped(
    slack: FakeSlack, ward: Ward
) -> None:
    slack.fail("auth.test", "invalid_auth")
    checks = slack_checks(ward.stranger("slack:#support"), BOOK)
    for check in checks:
        needs = tuple(name for name in check.needs if name.startswith("slack."))
        object.__setattr__(check, "needs", needs)

    verdicts = {each.name: each.colour for each in await examined(checks)}

    assert verdicts["slack.token"] is RED
    assert {verdicts[f"slack.{name}"] for name in ("permissions", "sockets", "channels", "people")} == {
        SKIPPED
    }
