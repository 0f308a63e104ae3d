"""Whether the policy's file can be used, and what is doubtful about it."""

from __future__ import annotations

from collections.abc import Sequence

from bot.doctor.verdict import Finding, green, red, yellow
from bot.policy import Policy, PolicyError
from bot.settings import Settings

_CHECK = "`placet policy check` shows it with its line; the policy's owner corrects it."


def refused(error: PolicyError) -> Sequence[Finding]:
    """What is wrong, one finding for each problem."""
    problems = error.sentence.splitlines()
    # Without a file there is nothing to check, and the sentence says what makes one.
    return [red(each, "" if "`placet init`" in each else _CHECK) for each in problems]


def usable(policy: Policy, settings: Settings) -> Sequence[Finding]:
    """The warnings of the policy where these platforms are connected."""
    connected = _connected(policy, settings)
    doubts = [yellow(each.told(policy.name), _CHECK) for each in connected.warnings]
    return doubts or [green(f"{policy.name} can be used, and nothing in it is doubtful ({policy.version}).")]


def _connected(policy: Policy, settings: Settings) -> Policy:
    platforms = {"web", *(("slack",) if settings.slack else ()), *(("teams",) if settings.teams else ())}
    # Which workspace is the home is Slack's to say; here it is enough that there is one.
    homes = dict.fromkeys(platforms - {"web"}, ("home",))
    return policy.connected(platforms, homes)
