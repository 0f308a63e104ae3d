"""Channels pinned to ids, and platforms connected."""

from datetime import UTC, datetime

from bot.domain.directory import Identity
from bot.policy import parse_policy
from bot.policy.pins import labels_of
from bot.submissions import Asked
from tests.policy.samples import POLICY, changed
from tests.policy.test_policy import REFUND

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)


def test_every_channel_is_listed_once() -> None:
    assert parse_policy(POLICY).channels() == (
        "slack:#support",
        "web:support",
        "slack:#refunds",
        "teams:Support/approvals",
        "web:refunds",
        "slack:C0LEADS",
    )


def test_a_pinned_channel_goes_by_its_id_and_is_read_by_its_name() -> None:
    policy = parse_policy(POLICY).pinned({"slack:#support": "slack:C0SUPPORT"})

    [step] = policy.assess("support-bot", REFUND, Asked(), NOW).terms.steps

    assert [(target.ref, target.label) for target in step.to] == [
        ("slack:C0SUPPORT", "#support"),
        ("web:support", "#support"),
    ]


def test_channels_of_two_platforms_that_are_written_alike_are_told_apart() -> None:
    policy = parse_policy(POLICY).pinned({"slack:#support": "slack:C0SUPPORT"})

    labels = labels_of([policy.escalations["support"]])

    assert labels == {"slack:C0SUPPORT": "#support (slack)", "web:support": "#support (web)"}
    assert labels_of(policy.escalations.values())["teams:Support/approvals"] == "Support/approvals"


def test_two_names_of_one_channel_ask_it_once() -> None:
    policy = parse_policy(changed('"slack:#support", "web:support"', '"slack:#support", "slack:C0SUPPORT"'))

    [step] = policy.pinned({"slack:#support": "slack:C0SUPPORT"}).escalations["support"].steps

    assert [target.label for target in step.to] == ["#support"]


def test_pinning_changes_no_earlier_policy() -> None:
    policy = parse_policy(POLICY)
    before = policy.assess("support-bot", REFUND, Asked(), NOW)

    policy.pinned({"slack:#support": "slack:C0SUPPORT"})

    assert policy.assess("support-bot", REFUND, Asked(), NOW) == before


def test_accounts_count_where_their_platform_is_connected() -> None:
    ann = Identity(platform="slack", user="U01ANN", tenant="T01HOME")
    policy = parse_policy(POLICY)

    connected = policy.connected({"slack", "web"}, {"slack": ("T01HOME",)})

    assert policy.directory.person_with(ann) is None
    assert connected.directory.person_with(ann) is connected.directory.people["ann"]
    assert connected.directory.platforms == {"slack", "web"}
    assert (
        connected.directory.person_with(Identity(platform="slack", user="U01ANN", tenant="T09EVIL")) is None
    )


def test_a_step_on_platforms_that_are_not_connected_is_a_warning() -> None:
    text = changed('["slack:#support", "web:support"]', '["slack:#support", "teams:Support/approvals"]')

    [said] = parse_policy(text).connected({"web"}, {}).warnings

    assert said.told("policy.yml") == (
        "policy.yml, escalation_policies.support.steps[0].to: This step reaches nobody and is skipped,"
        " because neither slack nor teams is connected. Connect one, or ask the browser inbox too, such as"
        ' "web:support".'
    )
    assert parse_policy(text).connected({"slack", "web"}, {}).warnings == ()


def test_people_are_reached_in_the_browser_where_their_chat_is_not_connected() -> None:
    text = changed('["slack:#support", "web:support"]', '["slack:#support", "@ann"]')

    assert parse_policy(text).connected({"web"}, {}).warnings == ()
