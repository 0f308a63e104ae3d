"""The kinds of values that settings have, each refusing what it is not with a sentence.

The sentences never hold the value of a secret.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path
from typing import Annotated, Any, TypeAlias, TypeVar
from urllib.parse import urlsplit
from uuid import UUID

from pydantic import BeforeValidator
from pydantic_core import PydanticCustomError
from pydantic_settings import NoDecode

from bot.rates import Rate
from bot.secrets import SHORTEST_KEY

LEVELS = ("debug", "info", "warning", "error")
FORMATS = ("text", "json")

_RATE = re.compile(r"(?P<times>[0-9]{1,9})(?:/(?P<unit>[sm]))?", re.ASCII)
_SLACK_TEAM = re.compile(r"[TE][A-Z0-9]{2,}", re.ASCII)

Network: TypeAlias = IPv4Network | IPv6Network
T = TypeVar("T")

#: this machine, where a proxy usually stands
LOOPBACK: tuple[Network, ...] = (ip_network("127.0.0.0/8"), ip_network("::1/128"))


class WrongValueError(Exception):
    """A setting is not what it has to be; the text says so, and what to do."""


def _told(read: Callable[[Any], T]) -> BeforeValidator:
    def reader(value: Any) -> T:
        try:
            return read(value)
        except WrongValueError as error:
            raise PydanticCustomError("sentence", "{sentence}", {"sentence": str(error)}) from None

    return BeforeValidator(reader)


def _port(value: object) -> int:
    text = str(value).strip()
    if not (text.isascii() and text.isdigit() and len(text) <= 5 and 1 <= int(text) <= 65535):
        raise WrongValueError(f'"{text}" is not a port; give a number from 1 to 65535.')
    return int(text)


def _burst(value: object) -> int:
    text = str(value).strip()
    if not (text.isascii() and text.isdigit() and len(text) <= 6 and int(text) > 0):
        raise WrongValueError(f'"{text}" is not a number of cards; give a whole one from 1, such as 5.')
    return int(text)


def _rate(value: object) -> Rate | None:
    if value is None or isinstance(value, Rate):
        return value
    text = str(value).strip().lower()
    if text == "off":
        return None
    found = _RATE.fullmatch(text)
    times = int(found["times"]) if found else 0
    if found is None or not times:
        raise WrongValueError(
            f'"{text}" is not a rate; give requests a second such as 50, a minute such as 600/m, or off.'
        )
    return Rate.steady(times / 60 if found["unit"] == "m" else times)


def _host(value: object) -> str:
    text = str(value).strip()
    if not text or "/" in text or any(blank in text for blank in " \t\n"):
        raise WrongValueError(f'"{text}" is not a host; give an address of this machine such as 127.0.0.1.')
    return text.strip("[]")


def _url(value: object) -> str:
    text = str(value).strip().rstrip("/")
    try:
        parts = urlsplit(text)
        _ = parts.port
    except ValueError:
        parts = urlsplit("")
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.query or parts.fragment:
        raise WrongValueError(f'"{text}" is not an address; give one such as https://placet.example.com.')
    return text


def _origin(value: object) -> str:
    text = _url(value)
    if urlsplit(text).path:
        raise WrongValueError(
            f'"{text}" has a path; Placet is served at the root of a host, so leave it out.'
        )
    return text


def _database(value: object) -> str:
    text = str(value).strip()
    scheme, separator, rest = text.partition("://")
    if not separator:
        return f"sqlite:///{_database_file(text)}"
    if scheme == "sqlite":
        return f"sqlite:///{_database_file(rest.removeprefix('/'))}"
    if scheme in ("postgres", "postgresql", "postgresql+psycopg"):
        return f"postgresql://{_server(rest)}"
    raise WrongValueError(
        f'"{scheme}" is not supported; give the path of a SQLite file, sqlite:///placet.db or postgresql://…'
    )


def _server(rest: str) -> str:
    try:
        _ = urlsplit(f"postgresql://{rest}").port
    except ValueError:
        raise WrongValueError(
            "This is no address of a server; write postgresql://user:password@host:5432/name, with %-codes"
            " for special characters."
        ) from None
    return rest


def _database_file(text: str) -> str:
    if not text or text == ":memory:":
        raise WrongValueError(
            "This names no file, and memory is lost at the end; give a path such as placet.db."
        )
    path = Path(text).expanduser()
    if not path.parent.is_dir():
        raise WrongValueError(f'The folder "{path.parent}" does not exist; make it, or give another path.')
    if path.is_dir():
        raise WrongValueError(f'"{path}" is a folder; give the path of a file, such as {path}/placet.db.')
    return str(path)


def _new_file(value: object) -> Path:
    path = Path(str(value).strip()).expanduser()
    if not path.parent.is_dir():
        raise WrongValueError(f'The folder "{path.parent}" does not exist; make it, or give another path.')
    if path.is_dir():
        raise WrongValueError(f'"{path}" is a folder; give the path of a file.')
    return path


def _secret_keys(value: object) -> tuple[str, ...]:
    keys = tuple(key.strip() for key in _parts(value))
    if not keys or any(len(key) < SHORTEST_KEY for key in keys):
        raise WrongValueError(
            f"Every key needs {SHORTEST_KEY} characters or more, with commas between several;"
            " `placet init` writes a good one."
        )
    return keys


def _networks(value: object) -> tuple[Network, ...]:
    return tuple(_network(part) for part in _parts(value))


def _network(text: str) -> Network:
    try:
        return ip_network(text)
    except ValueError:
        raise WrongValueError(
            f'"{text}" is not a network; give CIDRs such as 10.0.0.0/8, with commas between several.'
        ) from None


def _parts(value: object) -> tuple[str, ...]:
    parts = value if isinstance(value, list | tuple) else str(value).split(",")
    return tuple(str(part).strip() for part in parts if str(part).strip())


def _tenants(value: object) -> tuple[str, ...]:
    return tuple(_tenant(part) for part in _parts(value))


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
    teams = _parts(value)
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


def _one_of(names: tuple[str, ...]) -> Callable[[object], str]:
    def choose(value: object) -> str:
        text = str(value).strip().lower()
        if text not in names:
            raise WrongValueError(f'"{text}" is not known; give {", ".join(names[:-1])} or {names[-1]}.')
        return text

    return choose


def _truth(value: object) -> bool:
    text = str(value).strip().lower()
    if text not in ("true", "false", "1", "0", "yes", "no", "on", "off"):
        raise WrongValueError(f'"{text}" is not a yes or no; give true or false.')
    return text in ("true", "1", "yes", "on")


Port = Annotated[int, _told(_port)]
Host = Annotated[str, _told(_host)]
Burst = Annotated[int, _told(_burst)]
RateLimit = Annotated[Rate | None, _told(_rate)]
Url = Annotated[str, _told(_url)]
Origin = Annotated[str, _told(_origin)]
DatabaseUrl = Annotated[str, _told(_database)]
NewFile = Annotated[Path, _told(_new_file)]
SecretKeys = Annotated[tuple[str, ...], NoDecode, _told(_secret_keys)]
Secrets = Annotated[tuple[str, ...], NoDecode, _told(_parts)]
SlackTeams = Annotated[tuple[str, ...], NoDecode, _told(_slack_teams)]
AppId = Annotated[str, _told(_app_id)]
Tenants = Annotated[tuple[str, ...], NoDecode, _told(_tenants)]
Networks = Annotated[tuple[Network, ...], NoDecode, _told(_networks)]
BotToken = Annotated[str, _told(_token("xoxb-", "the token of a Slack bot"))]
AppToken = Annotated[str, _told(_token("xapp-", "a Slack app-level token"))]
LogFormat = Annotated[str, _told(_one_of(FORMATS))]
LogLevel = Annotated[str, _told(_one_of(LEVELS))]
Truth = Annotated[bool, _told(_truth)]
