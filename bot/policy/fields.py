"""The kinds of values that a policy is written with, each refusing what it is not with a sentence."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import time, timedelta
from typing import Annotated, Any, TypeVar
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, available_timezones

from pydantic import BeforeValidator
from pydantic_core import PydanticCustomError

from bot.domain.money import Money, parse_amount
from bot.policy.durations import parse_duration
from bot.policy.problems import UnfitError
from bot.policy.targets import check_target
from bot.spelling import did_you_mean

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,63}", re.ASCII)
_PATTERN = re.compile(r"[A-Za-z0-9_.:/*-]{1,128}", re.ASCII)
_SLACK_USER = re.compile(r"(?:[TE][A-Z0-9]{2,}/)?[UW][A-Z0-9]{2,}", re.ASCII)
_UUID = r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"
_TEAMS_USER = re.compile(rf"(?:{_UUID}/)?{_UUID}", re.ASCII)
_SLACK_USERGROUP = re.compile(r"(?:[TE][A-Z0-9]{2,}/)?S[A-Z0-9]{2,}|@[^\s@#/,:]{1,80}", re.ASCII)
_TEAMS_TEAM = re.compile(r"[^/\s](?:[^/\r\n]{0,198}[^/\s])?(?:/[^/\s](?:[^/\r\n]{0,198}[^/\s])?)?")
_CURRENCY = re.compile(r"[A-Z]{3}", re.ASCII)
_TIME = re.compile(r"([01]?[0-9]|2[0-3]):([0-5][0-9])", re.ASCII)
_HOST = re.compile(
    r"[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?(?::[0-9]{1,5})?|\[[0-9a-fA-F:.]+\](?::[0-9]{1,5})?"
)

T = TypeVar("T")


def told(read: Callable[[Any], T]) -> Callable[[Any], T]:
    """A reader for pydantic: the sentence of its UnfitError becomes the error."""

    def reader(value: Any) -> T:
        try:
            return read(value)
        except UnfitError as error:
            raise PydanticCustomError("sentence", "{sentence}", {"sentence": str(error)}) from None

    return reader


def text_of(value: object) -> str:
    """The value when it is a text; raises UnfitError with a sentence."""
    if isinstance(value, str) and value.strip():
        return value
    if value is None or value == "":
        raise UnfitError("This is empty; write a value or remove the line.")
    if isinstance(value, dict | list):
        raise UnfitError("This has to be a text, not a list or a block.")
    raise UnfitError(f'{str(value).lower()} has to be a text; put it in quotes: "{str(value).lower()}".')


def name_of(value: object) -> str:
    """The value when it is a name; raises UnfitError with a sentence."""
    text = text_of(value)
    if not _NAME.fullmatch(text):
        raise UnfitError(f'"{text}" is no name; use letters, digits, dots, hyphens and underscores only.')
    return text


def _pattern(value: object) -> str:
    text = text_of(value)
    if not _PATTERN.fullmatch(text):
        raise UnfitError(
            f'"{text}" is no pattern of action names; write one such as refund.issue, refund.* or *.'
        )
    return text


def _action(value: object) -> str:
    text = _pattern(value)
    if "*" in text:
        raise UnfitError(f'"{text}" is a pattern; an entry describes one action, so write each name out.')
    return text


def _slack_user(value: object) -> str:
    text = text_of(value)
    if not _SLACK_USER.fullmatch(text):
        raise UnfitError(
            f'"{text}" is no Slack member id; open the profile in Slack, choose "Copy member ID" and write it'
            " here, such as U01ABC or T01ABC/U01ABC."
        )
    return text


def _teams_user(value: object) -> str:
    text = text_of(value).lower()
    if not _TEAMS_USER.fullmatch(text):
        raise UnfitError(
            f'"{text}" is no Entra object id; copy it from the user\'s page in the Entra admin centre, such'
            " as 00000000-0000-0000-0000-0000000000a1 (or tenant/object)."
        )
    return text


def _one_or_more(read: Callable[[object], str]) -> Callable[[object], tuple[str, ...]]:
    def reader(value: object) -> tuple[str, ...]:
        return tuple(read(each) for each in value) if isinstance(value, list) else (read(value),)

    return reader


def _slack_usergroup(value: object) -> str:
    text = text_of(value)
    if not _SLACK_USERGROUP.fullmatch(text):
        raise UnfitError(
            f'"{text}" is no user group of Slack; write its handle in quotes, such as "@legal", or its id,'
            " such as S01ABC or T01ABC/S01ABC."
        )
    return text


def _teams_team(value: object) -> str:
    text = text_of(value).strip()
    if not _TEAMS_TEAM.fullmatch(text):
        raise UnfitError(
            f'"{text}" is no team of Teams; write its name or its group id, such as Legal, and one of its'
            ' channels after it where only the people of that channel count: "Legal/Contracts".'
        )
    return text


def _money(value: object) -> Money:
    parts = str(value).split()
    amount = parse_amount(parts[0]) if parts and isinstance(value, str | int | float) else None
    if amount is None or amount < 0 or isinstance(value, bool):
        raise UnfitError(f'{_shown(value)} is no amount of money; write one such as "500 EUR".')
    if len(parts) == 1:
        raise UnfitError(f'{_shown(value)} needs a currency, such as "{parts[0]} EUR".')
    if len(parts) > 2 or not _CURRENCY.fullmatch(parts[1]):
        raise UnfitError(
            f'"{" ".join(parts[1:])}" is no currency; write its ISO code, such as "{parts[0]} EUR".'
        )
    return Money(amount=amount, currency=parts[1])


def _clock_time(value: object) -> time:
    found = _TIME.fullmatch(value) if isinstance(value, str) else None
    if found is None:
        raise UnfitError(f'{_shown(value)} is no time of day; write one from "00:00" to "23:59".')
    return time(int(found[1]), int(found[2]))


def _zone(value: object) -> str:
    text = text_of(value)
    if text not in available_timezones():
        remedy = did_you_mean(text, available_timezones()) or " Write one such as Europe/Berlin."
        raise UnfitError(f'"{text}" is no time zone.{remedy}')
    ZoneInfo(text)
    return text


def _days(value: object) -> tuple[int, ...]:
    texts = value if isinstance(value, list) else str(value).split(",")
    found: set[int] = set()
    for text in texts:
        first, _, last = str(text).strip().lower().partition("-")
        start, end = (_day(part.strip(), value) for part in (first, last or first))
        found |= {(start + offset) % 7 + 1 for offset in range((end - start) % 7 + 1)}
    return tuple(sorted(found))


def _day(text: str, value: object) -> int:
    if text[:3] in DAYS and len(text) >= 3 and _FULL_DAYS[DAYS.index(text[:3])].startswith(text):
        return DAYS.index(text[:3])
    raise UnfitError(f"{_shown(value)} names no days; write mon-fri or mon, wed, fri.")


_FULL_DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


def _url(value: object) -> str:
    text = text_of(value)
    try:
        parts = urlsplit(text)
    except ValueError:
        parts = urlsplit("")
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise UnfitError(f'"{text}" is no address; write one such as https://agents.example.com/placet.')
    if parts.username or parts.password:
        raise UnfitError("A callback address carries no user name or password; callbacks are signed instead.")
    return text


def _host(value: object) -> str:
    text = text_of(value).lower()
    if not _HOST.fullmatch(text):
        raise UnfitError(
            f'"{text}" is no host; write one such as agents.example.com or agents.example.com:8443.'
        )
    return text


def _shown(value: object) -> str:
    if value is None:
        return "This is empty and"
    return f'"{value}"'


Text = Annotated[str, BeforeValidator(told(text_of))]
Name = Annotated[str, BeforeValidator(told(name_of))]
Pattern = Annotated[str, BeforeValidator(told(_pattern))]
ActionName = Annotated[str, BeforeValidator(told(_action))]
SlackUsers = Annotated[tuple[str, ...], BeforeValidator(told(_one_or_more(_slack_user)))]
TeamsUsers = Annotated[tuple[str, ...], BeforeValidator(told(_one_or_more(_teams_user)))]
SlackUsergroup = Annotated[str, BeforeValidator(told(_slack_usergroup))]
TeamsTeam = Annotated[str, BeforeValidator(told(_teams_team))]
MoneyText = Annotated[Money, BeforeValidator(told(_money))]
Duration = Annotated[timedelta, BeforeValidator(told(parse_duration))]
ClockTime = Annotated[time, BeforeValidator(told(_clock_time))]
Zone = Annotated[str, BeforeValidator(told(_zone))]
Days = Annotated[tuple[int, ...], BeforeValidator(told(_days))]
Url = Annotated[str, BeforeValidator(told(_url))]
Host = Annotated[str, BeforeValidator(told(_host))]
TargetText = Annotated[str, BeforeValidator(told(lambda value: check_target(text_of(value))))]
