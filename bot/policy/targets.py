"""Whom a step asks, as people write it: `slack:#support`, `web:refunds`, `@finance`."""

from __future__ import annotations

import re
from collections.abc import Callable

from bot.domain.terms import Target, TargetKind
from bot.policy.problems import UnfitError
from bot.spelling import did_you_mean

PLATFORMS = ("slack", "teams", "web")

_SLACK_NAME = re.compile(r"(?:T[A-Z0-9]{2,}/)?#[^\s#@,:/]{1,80}", re.ASCII)
_SLACK_ID = re.compile(r"(?:[TE][A-Z0-9]{2,}/)?[CGD][A-Z0-9]{2,}", re.ASCII)
_TEAMS = re.compile(r"[^/\s][^/]{0,199}/[^/\s][^/]{0,199}")
_WEB = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,63}", re.ASCII)


def check_target(text: str) -> str:
    """The text again when it is a target; raises UnfitError with a sentence."""
    if text.startswith("@") and len(text) > 1:
        return text
    platform, colon, channel = text.partition(":")
    if platform in PLATFORMS and colon:
        _CHECKS[platform](channel)
        return text
    if text.startswith("#"):
        raise UnfitError(f'"{text}" needs its platform in front, such as "slack:{text}".')
    if colon:
        raise UnfitError(f'"{platform}" is no platform.{did_you_mean(platform, PLATFORMS) or _PLATFORM}')
    raise UnfitError(f'"{text}" is no target; write "slack:#{text}", "web:{text}" or "@{text}".')


def read_target(text: str, groups: frozenset[str]) -> Target:
    """The target that a checked text is."""
    if text.startswith("@"):
        kind = TargetKind.GROUP if text[1:] in groups else TargetKind.PERSON
        return Target(kind=kind, ref=text[1:], label=text)
    platform, _, channel = text.partition(":")
    return Target(kind=TargetKind.CHANNEL, ref=text, label=f"#{channel}" if platform == "web" else channel)


_PLATFORM = " Write slack:, teams: or web:."


def _check_slack(channel: str) -> None:
    if not _SLACK_NAME.fullmatch(channel) and not _SLACK_ID.fullmatch(channel):
        raise UnfitError(
            f'"slack:{channel}" is no Slack channel; write "slack:#name", "slack:C0123ABC",'
            ' "slack:T0123/#name" or "slack:T0123/C0123ABC".'
        )


def _check_teams(channel: str) -> None:
    if not _TEAMS.fullmatch(channel):
        raise UnfitError(
            f'"teams:{channel}" is no Teams channel; write "teams:Team/Channel" or'
            ' "teams:<group id>/19:…@thread.tacv2".'
        )


def _check_web(channel: str) -> None:
    if not _WEB.fullmatch(channel):
        raise UnfitError(
            f'"web:{channel}" is no channel of the browser inbox; write a name such as "web:support".'
        )


_CHECKS: dict[str, Callable[[str], None]] = {"slack": _check_slack, "teams": _check_teams, "web": _check_web}
