"""What a doctor says about a policy."""

import pytest

from bot.doctor.policy import refused, usable
from bot.policy import PolicyError, parse_policy
from bot.settings import Settings
from tests.doctor.looking import GREEN, RED, YELLOW, colours, findings, one
from tests.policy.samples import POLICY, changed

KEY = "a-secret-key-of-more-than-32-characters"
ONLY_WEB = changed('"slack:#refunds", "teams:Support/approvals", "web:refunds"', '"web:refunds"').replace(
    '"slack:C0LEADS", ', ""
)


def settings(**more: object) -> Settings:
    return Settings.model_validate({"secret_key": KEY, **more})


def test_a_policy_without_a_doubt_is_green() -> None:
    found = one(usable(parse_policy(ONLY_WEB), settings()))

    assert found.colour is GREEN
    assert "nothing in it is doubtful" in found.sentence


def test_each_warning_is_yellow_also_what_lacks_a_platform() -> None:
    lonely = POLICY.replace('"slack:#support", "web:support"', '"teams:Support/approvals"')

    found = usable(parse_policy(lonely), settings(slack_bot_token="xoxb-1", slack_app_token="xapp-1"))

    assert colours(found) == [YELLOW]
    assert "teams is not connected" in findings(found)[0].sentence


def test_each_problem_is_red_with_its_line() -> None:
    with pytest.raises(PolicyError) as raised:
        parse_policy(changed("{escalation_policy: support}", "{escalation_policy: nowhere}"))

    found = refused(raised.value)

    assert set(colours(found)) == {RED}
    assert "line 2" in found[0].sentence
    assert "placet policy check" in found[0].remedy
