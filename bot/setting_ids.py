"""Settings that a chat platform gave: ids and tokens, told apart from what was pasted by mistake."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Annotated
from uuid import UUID

from pydantic_settings import NoDecode

from bot.setting_telling import WrongValueError, parts_of, told

_SLACK_TEAM = re.compile(r"[TE][A-Z0-9]{2,}", re.ASCII)


def _tenants(value: object) -> tuple[str, ...]:
    return tuple(_tenant(part) for part in parts_of(value))


def _tenant(text: str) -> str:
    try:
        return str(UUID(text))
    except ValueError:
        raise WrongValueError(
            f'"{text}" is not the id of a tenant; the Azure portal shows the directory (tenant) id, such as'
            " 00000000-0000-4000-8000-000000000000."
        ) from None


def _app_id(value: object) -> str:
    text = str(value).strip()
    try:
        return str(UUID(text))
    except ValueError:
        raise WrongValueError(
            f'"{text}" is not the id of a bot; the Azure portal shows the application (client) id, such as'
            " 00000000-0000-4000-8000-000000000000."
        ) from None


def _slack_teams(value: object) -> tuple[str, ...]:
    teams = parts_of(value)
    for team in teams:
        if not _SLACK_TEAM.fullmatch(team):
            raise WrongValueError(
                f'"{team}" is not the id of a Slack workspace; Slack\'s address in a browser holds it,'
                " such as T0123ABC (E… for an organisation)."
            )
    return teams


def _token(prefix: str, what: str) -> Callable[[object], str]:
    def token(value: object) -> str:
        text = str(value).strip()
        if not text.startswith(prefix) or not text.isascii() or not text.isprintable() or " " in text:
            raise WrongValueError(f"This is not {what}; it begins with {prefix}.")
        return text

    return token


AppId = Annotated[str, told(_app_id)]
SlackTeams = Annotated[tuple[str, ...], NoDecode, told(_slack_teams)]
Tenants = Annotated[tuple[str, ...], NoDecode, told(_tenants)]
BotToken = Annotated[str, told(_token("xoxb-", "the token of a Slack bot"))]
AppToken = Annotated[str, told(_token("xapp-", "a Slack app-level token"))]
