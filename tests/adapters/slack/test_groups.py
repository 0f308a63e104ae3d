"""User groups of Slack: who is in them, which one a handle means, and nobody where Slack does not tell."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.domain.directory import Identity
from bot.groups import NobodyThere, NotNow, Roster
from tests.adapters.slack.desk import Desk
from tests.fakes.slack_payloads import happening
from tests.fakes.slack_server import FakeSlack

LEGAL = "slack:T01HOME/S0LEGAL"


def identities(*users: str) -> tuple[Identity, ...]:
    return tuple(Identity(platform="slack", user=user, tenant="T01HOME") for user in users)


async def test_everybody_in_a_group_is_named_by_workspace_and_user(slack: FakeSlack, desk: Desk) -> None:
    slack.workspace.add_usergroup("legal", "U01ANN", "U01BEN")

    assert await desk.product.groups.read_group(LEGAL) == Roster(accounts=identities("U01ANN", "U01BEN"))


async def test_an_empty_group_is_nobody(slack: FakeSlack, desk: Desk) -> None:
    slack.workspace.add_usergroup("legal")

    assert await desk.product.groups.read_group(LEGAL) == Roster(accounts=())


async def test_handles_and_ids_are_pinned_to_the_workspace(slack: FakeSlack, desk: Desk) -> None:
    slack.workspace.add_usergroup("legal")

    pinned = await desk.product.groups.pin_groups(
        ["slack:@Legal", "slack:S0OTHER", "slack:T09OTHER/S0OTHER", "slack:@nobody", "teams:Legal"]
    )

    assert pinned == {
        "slack:@Legal": LEGAL,
        "slack:S0OTHER": "slack:T01HOME/S0OTHER",
    }


async def test_a_handle_that_changes_hands_goes_on_meaning_the_group_it_meant(
    slack: FakeSlack, desk: Desk
) -> None:
    legal = slack.workspace.add_usergroup("legal", "U01ANN")
    await desk.product.groups.pin_groups(["slack:@legal"])
    legal.handle = "lawyers"
    usurper = slack.workspace.add_usergroup("newcomers", "U01CAT")
    usurper.handle = "legal"

    assert await desk.product.groups.pin_groups(["slack:@legal"]) == {"slack:@legal": LEGAL}
    assert await desk.product.groups.read_group("slack:@legal") == Roster(accounts=identities("U01ANN"))


async def test_a_handle_that_is_made_later_is_found_then(slack: FakeSlack, desk: Desk) -> None:
    missing = await desk.product.groups.read_group("slack:@legal")
    slack.workspace.add_usergroup("legal", "U01ANN")

    assert missing == NobodyThere(why="Slack knows no user group @legal; create it there.")
    assert await desk.product.groups.read_group("slack:@legal") == Roster(accounts=identities("U01ANN"))


async def test_a_disabled_group_is_nobody_and_says_what_to_do(slack: FakeSlack, desk: Desk) -> None:
    slack.workspace.add_usergroup("legal", "U01ANN").is_disabled = True

    read = await desk.product.groups.read_group(LEGAL)

    assert isinstance(read, NobodyThere)
    assert "or it is disabled; enable it" in read.why


@pytest.mark.parametrize("code", ["missing_scope", "invalid_auth", "paid_teams_only", "something_new"])
async def test_what_waiting_does_not_mend_is_nobody(slack: FakeSlack, desk: Desk, code: str) -> None:
    slack.workspace.add_usergroup("legal", "U01ANN")
    slack.fail("usergroups.users.list", code)

    assert isinstance(await desk.product.groups.read_group(LEGAL), NobodyThere)


async def test_a_limit_is_kept_for_as_long_as_slack_says(slack: FakeSlack, desk: Desk) -> None:
    slack.limit("usergroups.users.list", after=17)

    read = await desk.product.groups.read_group(LEGAL)

    assert isinstance(read, NotNow)
    assert read.after == timedelta(seconds=17)


async def test_slack_failing_itself_is_not_now(slack: FakeSlack, desk: Desk) -> None:
    slack.fail("usergroups.users.list", "internal_error")

    assert isinstance(await desk.product.groups.read_group(LEGAL), NotNow)


async def test_a_group_of_another_workspace_is_nobody(slack: FakeSlack, desk: Desk) -> None:
    slack.workspace.add_usergroup("legal", "U01ANN")

    read = await desk.product.groups.read_group("slack:T09OTHER/S0LEGAL")

    assert isinstance(read, NobodyThere)
    assert "is in a workspace that has not installed the app" in read.why


@pytest.mark.parametrize("source", ["slack:#legal", "slack:@", "slack:U01ANN", "teams:Legal", ""])
async def test_what_is_no_user_group_is_nobody(desk: Desk, source: str) -> None:
    assert isinstance(await desk.product.groups.read_group(source), NobodyThere)


async def test_a_change_of_a_group_has_it_read_again(slack: FakeSlack, desk: Desk) -> None:
    group = slack.workspace.add_usergroup("legal", "U01ANN")

    delivered = await slack.regroup(group)
    await desk.product.background.settle()

    assert delivered.status == 200
    assert desk.groups.distrusted == [LEGAL, "slack:S0LEGAL"]


async def test_a_group_that_was_switched_off_is_read_again(slack: FakeSlack, desk: Desk) -> None:
    event = {"type": "subteam_updated", "subteam": {"id": "S0LEGAL", "date_delete": 1700000000}}
    await slack.deliver(happening(event, event_id="Ev1"))

    assert desk.groups.distrusted == [LEGAL, "slack:S0LEGAL"]


async def test_a_deactivated_account_is_known_as_one(slack: FakeSlack, desk: Desk) -> None:
    accounts = slack.workspace.accounts
    accounts["U01ANN"] = replace(accounts["U01ANN"], is_deactivated=True)
    request = await desk.ask()

    card = await slack.card("#support")
    await card.press("Approve", by="U01ANN")
    await desk.settle()

    assert (await desk.now(request)).status.value == "pending"
    assert "This account is deactivated" in await slack.expect_told("U01ANN", "deactivated")
