"""A group can have working hours of its own: steps to it wait and remind in these."""

from datetime import time

from bot.domain.hours import Hours
from bot.domain.terms import Step, Target, TargetKind
from bot.policy import parse_policy
from bot.policy.escalations import redirected
from tests.policy.samples import POLICY, complaints

OFFICE = Hours(days=(1, 2, 3, 4, 5), start=time(9), end=time(18), zone="Europe/Berlin")
NIGHTS = Hours(days=(1, 2, 3, 4, 5), start=time(9), end=time(17), zone="Pacific/Auckland")
_NIGHTS = '{days: mon-fri, from: "09:00", to: "17:00", zone: Pacific/Auckland}'
_OFFICE = '    hours: {days: mon-fri, from: "09:00", to: "18:00", zone: Europe/Berlin}\n'


def steps(
    groups: str, *, office: bool = True, to: str = '["slack:C0LEADS", "@finance", "@ann"]'
) -> tuple[Step, ...]:
    """The steps of the policy `finance`, with these groups."""
    text = POLICY.replace("  finance: {members: [ann, ben]}\n", groups)
    text = text.replace('["slack:C0LEADS", "@finance", "@ann"]', to)
    return parse_policy(text if office else text.replace(_OFFICE, "")).escalations["finance"].steps


def test_a_step_to_a_group_has_its_hours_and_one_to_channels_those_of_the_policy() -> None:
    first, second = steps(f"  finance: {{members: [ann, ben], hours: {_NIGHTS}}}\n")
    assert first.hours == ()
    assert second.hours == (NIGHTS,)


def test_several_groups_share_theirs_and_one_without_keeps_those_of_the_policy() -> None:
    groups = f"  finance: {{members: [ann, ben], hours: {_NIGHTS}}}\n  legal: {{members: [cat]}}\n"
    _, second = steps(groups, to='["@finance", "@legal"]')
    assert second.hours == (NIGHTS, OFFICE)


def test_a_group_that_has_no_hours_at_all_works_always() -> None:
    groups = f"  finance: {{members: [ann, ben], hours: {_NIGHTS}}}\n  legal: {{members: [cat]}}\n"
    _, second = steps(groups, office=False, to='["@finance", "@legal"]')
    assert second.hours == ()


def test_a_channel_follows_those_who_decide_where_the_policy_says_nothing() -> None:
    first, _ = steps(f"  finance: {{members: [ann, ben], hours: {_NIGHTS}}}\n", office=False)
    assert first.hours == (NIGHTS,)


def test_whoever_is_asked_instead_works_in_their_own_hours() -> None:
    text = POLICY.replace(
        "  finance: {members: [ann, ben]}\n", f"  finance: {{members: [ann, ben], hours: {_NIGHTS}}}\n"
    )
    support = parse_policy(text).escalations["support"]
    to = (Target(kind=TargetKind.GROUP, ref="finance", label="@finance"),)
    [step] = redirected(support, to).steps
    assert (step.to, step.hours) == (to, (NIGHTS,))


def test_wrong_hours_of_a_group_are_told_with_their_line() -> None:
    wrong = _NIGHTS.replace("17:00", "08:00")
    said = complaints(
        POLICY.replace(
            "  finance: {members: [ann, ben]}\n", f"  finance: {{members: [ann], hours: {wrong}}}\n"
        )
    )
    assert len(said) == 1
    assert "These hours are empty" in said[0]
