"""Two workspaces at once: each with its own token, people and channels, and one may be lost."""

from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any

import pytest

from bot.domain.directory import Directory, Identity, Person
from bot.domain.status import Status
from bot.domain.terms import Quorum
from bot.installations import Installation
from bot.ports import Done, GiveUp, RetryLater
from tests.adapters.slack.cards_of import a_card
from tests.adapters.slack.desk import Desk, step
from tests.adapters.slack.test_door import form, send
from tests.adapters.slack.test_listeners import REASONS
from tests.fakes.clock import MovedClock
from tests.fakes.memory_installations import MemoryInstallations
from tests.fakes.slack_neighbour import Neighbour
from tests.fakes.slack_server import FakeSlack
from tests.fakes.slack_workspace import APP_ID, BOT_ID, BOT_USER

TEAM = "T02EAST"
ASK = f"slack:{TEAM}/C0ASK"


@pytest.fixture
def book(clock: MovedClock) -> MemoryInstallations:
    return MemoryInstallations(clock)


@pytest.fixture
async def east(slack: FakeSlack, book: MemoryInstallations, clock: MovedClock) -> Neighbour:
    """Another workspace, which installed the app a while ago."""
    east = Neighbour(slack, TEAM)
    east.add_channel("ask")
    await installed(east, book, clock)
    clock.advance(minutes=5)
    return east


@pytest.fixture
async def desk(
    slack: FakeSlack, east: Neighbour, book: MemoryInstallations, clock: MovedClock
) -> AsyncIterator[Desk]:
    """Ann is in the home workspace, Dan in the east one under the same member id."""
    desk = Desk(slack, clock, installations=book, client_id="123.456", client_secret="s")
    knows_dan(desk)
    await desk.start()
    yield desk
    await desk.stop()


async def installed(workspace: Neighbour, book: MemoryInstallations, clock: MovedClock) -> Installation:
    """The app is installed there, with a new token."""
    team = workspace.workspace.team
    workspace.workspace.bot_token, workspace.workspace.refusal = f"xoxb-{clock():%H%M%S}", ""
    installation = Installation(
        tenant=team,
        name="East",
        bot_token=workspace.workspace.bot_token,
        bot_user=BOT_USER,
        bot_id=BOT_ID,
        app_id=APP_ID,
        installed_at=clock(),
    )
    await book.keep(installation)
    return installation


def knows_dan(desk: Desk) -> None:
    """The policy names somebody in the east, and asks there first."""
    before = desk.policy.directory
    dan = Person(id="dan", name="Dan", identities=(Identity(platform="slack", user="U01ANN", tenant=TEAM),))
    desk.policy.directory = replace(before, people={**before.people, "dan": dan})
    desk.policy.terms = replace(
        desk.policy.terms,
        quorum=Quorum(voters=("ann", "ben", "dan")),
        steps=(step(ASK, "#ask"), step("slack:C0SUPPORT", "#support")),
    )


async def test_a_card_in_another_workspace_is_decided_there(desk: Desk, east: Neighbour) -> None:
    request = await desk.ask()
    card = await east.card("#ask")
    await card.press("Approve", by="U01ANN")
    await desk.settle()
    decided = await desk.now(request)
    assert decided.status is Status.APPROVED
    assert [vote.person for vote in decided.progress.votes] == ["dan"]
    await card.expect("Approved by Dan")


async def test_the_same_member_id_is_somebody_else_in_the_home(desk: Desk, slack: FakeSlack) -> None:
    desk.policy.terms = replace(desk.policy.terms, steps=(step("slack:C0SUPPORT", "#support"),))
    request = await desk.ask()
    await (await slack.card("#support")).press("Approve", by="U01ANN")
    assert [vote.person for vote in (await desk.now(request)).progress.votes] == ["ann"]


async def test_somebody_named_without_a_workspace_is_nobody_in_another_one(
    desk: Desk, east: Neighbour
) -> None:
    request = await desk.ask()
    await (await east.card("#ask")).press("Approve", by="U01BEN")
    await desk.settle()
    assert (await desk.now(request)).status is Status.PENDING
    assert "not linked to a reviewer" in east.told("U01BEN")[0]


async def test_each_workspace_is_spoken_to_with_its_own_token(
    desk: Desk, slack: FakeSlack, east: Neighbour
) -> None:
    await desk.ask()
    desk.clock.advance(minutes=15)
    await desk.store.fire_due(10)
    await desk.settle()
    posted = [(call.team, call.arguments["channel"]) for call in slack.calls if "post" in call.method]
    assert posted == [(TEAM, "C0ASK"), ("T01HOME", "C0SUPPORT")]


async def test_the_details_and_a_rejection_open_in_the_workspace_of_the_press(
    desk: Desk, east: Neighbour
) -> None:
    request = await desk.ask()
    card = await east.card("#ask")
    await card.press("Reject", by="U01ANN")
    view = await east.view("U01ANN")
    await view.submit(REASONS)
    await desk.settle()
    assert (await desk.now(request)).status is Status.REJECTED
    assert {call.team for call in east._host.calls if call.method.startswith("views.")} == {TEAM}


async def test_a_mention_is_answered_in_its_workspace(desk: Desk, east: Neighbour, slack: FakeSlack) -> None:
    await east.mention("#ask", "hello", by="U01ANN")
    await desk.settle()
    assert len(east.messages("#ask")) == 1
    assert slack.messages("#support") == []


async def test_a_direct_message_reaches_a_person_in_their_workspace(
    desk: Desk, east: Neighbour, slack: FakeSlack
) -> None:
    (destination, _) = desk.policy.directory.destinations("dan")
    assert destination == f"slack:{TEAM}/@U01ANN"
    await desk.product.channel.post(destination, a_card())
    assert len(east.cards("@U01ANN")) == 1
    assert slack.cards("@U01ANN") == []


async def test_only_people_of_the_workspace_are_mentioned_in_it(
    desk: Desk, east: Neighbour, slack: FakeSlack
) -> None:
    card = a_card(mentions=("ann", "ben", "dan"))
    await desk.product.channel.post(ASK, card)
    await desk.product.channel.post("slack:C0SUPPORT", card)
    assert east.cards("#ask")[0].mentioned == ["U01ANN"]
    assert slack.cards("#support")[0].mentioned == ["U01ANN", "U01BEN"]


async def test_channels_are_pinned_in_each_workspace(desk: Desk, east: Neighbour) -> None:
    names = [f"slack:{TEAM}/#ask", "slack:#support", f"slack:{TEAM}/C0X", "slack:T09OTHER/#ask", "web:x"]
    assert await desk.product.pin(names) == {
        f"slack:{TEAM}/#ask": ASK,
        "slack:#support": "slack:C0SUPPORT",
        f"slack:{TEAM}/C0X": f"slack:{TEAM}/C0X",
    }


async def test_a_limit_in_one_workspace_delays_no_other(
    desk: Desk, east: Neighbour, slack: FakeSlack
) -> None:
    slack.limit("chat.postMessage", after=60, channel="C0ASK")
    await desk.submit()
    desk.policy.terms = replace(desk.policy.terms, steps=(step("slack:C0SUPPORT", "#support"),))
    await desk.ask()
    assert east.cards("#ask") == []
    assert len(slack.cards("#support")) == 1


async def test_a_copy_that_a_press_tells_of_is_known_with_its_workspace(desk: Desk, east: Neighbour) -> None:
    request = await desk.ask()
    card = await east.card("#ask")
    payload = card.payload("Escalate", by="U01ANN")
    copied = f"{card.ts.partition('.')[0]}.999999"
    payload["container"]["message_ts"] = payload["message"]["ts"] = copied
    await east.deliver(payload)
    copies = await desk.store.copies(request.id)
    assert {(copy.destination, copy.message) for copy in copies} >= {(ASK, f"C0ASK/{copied}")}


# -- a channel that two workspaces share


@pytest.mark.parametrize(
    "event",
    [
        {"authorizations": [{"team_id": TEAM}]},
        {"authorizations": [], "context_team_id": TEAM},
        {"authorizations": [], "context_team_id": None, "team_id": TEAM},
    ],
    ids=["authorized", "context", "team"],
)
async def test_an_event_of_a_shared_channel_goes_to_the_workspace_through_which_it_came(
    desk: Desk, east: Neighbour, event: dict[str, Any]
) -> None:
    sent: dict[str, Any] = {}

    async def keep(payload: dict[str, Any]) -> Any:
        sent.update(payload)
        return await FakeSlack.carry(east._host, payload | {"team_id": "T09OTHER"} | event)

    east.carry = keep  # type: ignore[assignment, method-assign]  # one replaced method is the point
    await east.mention("#ask", "hello", by="U01ANN")
    await desk.settle()
    assert len(east.messages("#ask")) == 1


# -- organisations


async def test_an_organisation_that_installed_the_app_has_all_its_workspaces(
    desk: Desk, east: Neighbour, book: MemoryInstallations, clock: MovedClock
) -> None:
    await east.removes_app()
    installation = await installed(east, book, clock)
    await book.revoke(TEAM, None, "moved")
    east.methods.teams = (TEAM, "T03WEST")
    await book.keep(replace(installation, tenant="E01ORG", enterprise="E01ORG"))
    request = await desk.ask()
    card = await east.card("#ask")
    payload = card.payload("Approve", by="U01ANN") | {"enterprise": {"id": "E01ORG", "name": "Org"}}
    await east.deliver(payload)
    decided = await desk.now(request)
    assert [vote.person for vote in decided.progress.votes] == ["dan"]


# -- a workspace that removes the app


async def test_when_one_workspace_removes_the_app_the_other_goes_on(
    desk: Desk, east: Neighbour, slack: FakeSlack, book: MemoryInstallations
) -> None:
    request = await desk.ask()
    assert [answer.status for answer in await east.removes_app()] == [200, 200]
    assert book.whys == ["tokens_revoked"]
    sent = await desk.product.channel.post(ASK, a_card())
    assert isinstance(sent, GiveUp)
    assert "removed from the workspace East" in sent.why
    desk.clock.advance(minutes=15)
    await desk.store.fire_due(10)
    await desk.settle()
    await (await slack.card("#support")).press("Approve", by="U01BEN")
    assert (await desk.now(request)).status is Status.APPROVED


async def test_after_the_removal_nothing_is_asked_with_the_dead_token(
    desk: Desk, east: Neighbour, slack: FakeSlack
) -> None:
    await east.removes_app()
    slack.calls.clear()
    await desk.product.channel.post(ASK, a_card())
    assert slack.calls == []


async def test_a_press_from_a_workspace_that_removed_the_app_is_refused(
    desk: Desk, east: Neighbour, slack: FakeSlack
) -> None:
    request = await desk.ask()
    payload = (await east.card("#ask")).payload("Approve", by="U01ANN")
    await east.removes_app()
    assert (await send(slack, form(payload))).status == 403
    assert (await desk.now(request)).status is Status.PENDING


async def test_a_token_that_slack_refuses_is_found_dead_without_any_event(
    desk: Desk, east: Neighbour, book: MemoryInstallations
) -> None:
    await east.removes_app(quietly=True)
    assert isinstance(await desk.product.channel.post(ASK, a_card()), RetryLater)
    await desk.product.background.settle()
    assert book.whys == ["token_refused"]
    assert isinstance(await desk.product.channel.post(ASK, a_card()), GiveUp)


async def test_a_refusal_that_the_token_itself_does_not_meet_revokes_nothing(
    desk: Desk, slack: FakeSlack, book: MemoryInstallations
) -> None:
    slack.fail("chat.postMessage", "invalid_auth", channel="C0ASK")
    assert isinstance(await desk.product.channel.post(ASK, a_card()), RetryLater)
    await desk.product.background.settle()
    assert book.whys == []


@pytest.mark.parametrize("how", ["limited", "away", "another refusal"])
async def test_a_token_that_cannot_be_looked_at_now_is_not_taken_for_dead(
    desk: Desk, slack: FakeSlack, book: MemoryInstallations, how: str
) -> None:
    slack.fail("chat.postMessage", "token_revoked", channel="C0ASK")
    if how == "limited":
        slack.limit("auth.test", after=30)
    elif how == "away":
        slack.drop("auth.test")
    else:
        slack.fail("auth.test", "internal_error")
    await desk.product.channel.post(ASK, a_card())
    await desk.product.background.settle()
    assert book.whys == []
    assert isinstance(await desk.product.channel.post(ASK, a_card()), Done)


async def test_tokens_of_others_that_are_revoked_are_no_business_of_ours(
    desk: Desk, east: Neighbour, book: MemoryInstallations
) -> None:
    event = {"type": "tokens_revoked", "tokens": {"oauth": ["U01ANN"], "bot": ["U0SOMEBODY"]}}
    assert (await east.happens(event)).status == 200
    assert book.whys == []


async def test_a_removal_that_is_told_late_does_not_end_a_newer_installation(
    desk: Desk, east: Neighbour, book: MemoryInstallations, clock: MovedClock
) -> None:
    removed_at = int(clock().timestamp())
    clock.advance(minutes=1)
    await installed(east, book, clock)
    await east.happens({"type": "app_uninstalled"}, at=removed_at)
    assert book.whys == []
    east.workspace.refusal = "token_revoked"
    await east.happens({"type": "app_uninstalled"}, at=removed_at)
    assert book.whys == ["app_uninstalled"]


async def test_a_removal_that_cannot_be_stored_is_not_acknowledged(
    desk: Desk, east: Neighbour, book: MemoryInstallations
) -> None:
    book.is_away = True
    assert (await east.happens({"type": "app_uninstalled"})).status == 503
    book.is_away = False
    assert (await east.happens({"type": "app_uninstalled"})).status == 200
    assert book.whys == ["app_uninstalled"]


async def test_the_home_is_not_revoked_by_an_event(
    desk: Desk, east: Neighbour, slack: FakeSlack, book: MemoryInstallations
) -> None:
    home = Neighbour(slack, "T01HOME")
    assert (await home.happens({"type": "app_uninstalled"})).status == 200
    assert book.whys == []


async def test_a_workspace_that_installs_again_is_there_again(
    desk: Desk, east: Neighbour, book: MemoryInstallations, clock: MovedClock
) -> None:
    assert await desk.product.pin([ASK]) == {ASK: ASK}
    await east.removes_app()
    assert await desk.product.has_news()
    assert await desk.product.pin([f"slack:{TEAM}/#ask"]) == {}
    clock.advance(minutes=1)
    await installed(east, book, clock)
    assert await desk.product.has_news()
    assert await desk.product.pin([f"slack:{TEAM}/#ask"]) == {f"slack:{TEAM}/#ask": ASK}
    assert not await desk.product.has_news()
    await desk.product.channel.post(ASK, a_card())
    assert len(east.cards("#ask")) == 1


async def test_an_installation_made_elsewhere_a_moment_ago_is_found_by_the_first_press(
    desk: Desk, slack: FakeSlack, book: MemoryInstallations, clock: MovedClock
) -> None:
    west = Neighbour(slack, "T03WEST")
    west.add_channel("ask")
    assert (await west.mention("#ask", "hello", by="U01ANN")).status == 403
    await installed(west, book, clock)
    assert (await west.mention("#ask", "hello", by="U01ANN")).status == 200


async def test_while_the_database_is_away_what_needs_it_waits(
    desk: Desk, slack: FakeSlack, book: MemoryInstallations
) -> None:
    book.is_away = True
    assert isinstance(await desk.product.channel.post("slack:T03WEST/C0ASK", a_card()), RetryLater)
    assert await desk.product.channel.find("slack:C0SUPPORT", "apr_x", desk.clock()) is None
    west = Neighbour(slack, "T03WEST")
    west.add_channel("ask")
    assert (await west.mention("#ask", "hello", by="U01ANN")).status == 503


# -- without a home


@pytest.fixture
async def homeless(
    slack: FakeSlack, east: Neighbour, book: MemoryInstallations, clock: MovedClock
) -> AsyncIterator[Desk]:
    """No bot token in the settings."""
    client: dict[str, Any] = {"client_id": "123.456", "client_secret": "s"}
    desk = Desk(slack, clock, installations=book, bot_token="", **client)
    desk.policy.directory = replace(desk.policy.directory, home={})
    knows_dan(desk)
    await desk.start()
    yield desk
    await desk.stop()


async def test_without_a_bot_token_there_are_installed_workspaces_alone(
    homeless: Desk, east: Neighbour, caplog: pytest.LogCaptureFixture
) -> None:
    request = await homeless.ask()
    await (await east.card("#ask")).press("Approve", by="U01ANN")
    assert (await homeless.now(request)).status is Status.APPROVED
    sent = await homeless.product.channel.post("slack:C0SUPPORT", a_card())
    assert isinstance(sent, GiveUp)
    assert "there is no PLACET_SLACK_BOT_TOKEN" in sent.why
    assert "only people who are written T…/U… are known" in caplog.get_records("setup")[0].getMessage()


async def test_over_socket_mode_too(
    slack: FakeSlack, east: Neighbour, book: MemoryInstallations, clock: MovedClock
) -> None:
    client: dict[str, Any] = {"client_id": "123.456", "client_secret": "s"}
    desk = Desk(
        slack,
        clock,
        installations=book,
        bot_token="",
        signing_secrets=(),
        app_token=slack.app_token,
        **client,
    )
    knows_dan(desk)
    await desk.start()
    request = await desk.ask()
    await (await east.card("#ask")).press("Approve", by="U01ANN")
    assert (await desk.now(request)).status is Status.APPROVED
    await desk.stop()


def test_the_directory_keeps_the_home_short() -> None:
    person = Person(id="ann", name="Ann", identities=(Identity(platform="slack", user="U1", tenant="T1"),))
    at_home = Directory(people={"ann": person}, platforms=frozenset({"slack"}), home={"slack": ("T1",)})
    away = replace(at_home, home={"slack": ("T2",)})
    assert (at_home.destinations("ann"), away.destinations("ann")) == (("slack:@U1",), ("slack:T1/@U1",))
