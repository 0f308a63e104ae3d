"""The kinds of values that settings have, each refusing what it is not with a sentence.

The sentences never hold the value of a secret.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path
from typing import Annotated, TypeAlias, TypeVar
from urllib.parse import urlsplit

from pydantic_settings import NoDecode

from bot.rates import Rate
from bot.secrets import SHORTEST_KEY
from bot.setting_telling import WrongValueError, parts_of, told

LEVELS = ("debug", "info", "warning", "error")
FORMATS = ("text", "json")

_RATE = re.compile(r"(?P<times>[0-9]{1,9})(?:/(?P<unit>[sm]))?", re.ASCII)

Network: TypeAlias = IPv4Network | IPv6Network
T = TypeVar("T")

#: this machine, where a proxy usually stands
LOOPBACK: tuple[Network, ...] = (ip_network("127.0.0.0/8"), ip_network("::1/128"))


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
        "This kind of database is not supported; give the path of a SQLite file, sqlite:///placet.db or"
        " postgresql://…"
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
    if "@" in text:
        # A misspelt address of a server, whose password must not be told on.
        raise WrongValueError(
            "This is no path of a file; write postgresql://user:password@host:5432/name for a server."
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
    keys = tuple(key.strip() for key in parts_of(value))
    if not keys or any(len(key) < SHORTEST_KEY for key in keys):
        raise WrongValueError(
            f"Every key needs {SHORTEST_KEY} characters or more, with commas between several;"
            " `placet init` writes a good one."
        )
    return keys


def _networks(value: object) -> tuple[Network, ...]:
    return tuple(_network(part) for part in parts_of(value))


def _network(text: str) -> Network:
    try:
        return ip_network(text)
    except ValueError:
        raise WrongValueError(
            f'"{text}" is not a network; give CIDRs such as 10.0.0.0/8, with commas between several.'
        ) from None


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


Port = Annotated[int, told(_port)]
Host = Annotated[str, told(_host)]
Burst = Annotated[int, told(_burst)]
RateLimit = Annotated[Rate | None, told(_rate)]
Url = Annotated[str, told(_url)]
Origin = Annotated[str, told(_origin)]
DatabaseUrl = Annotated[str, told(_database)]
NewFile = Annotated[Path, told(_new_file)]
SecretKeys = Annotated[tuple[str, ...], NoDecode, told(_secret_keys)]
Secrets = Annotated[tuple[str, ...], NoDecode, told(parts_of)]
Networks = Annotated[tuple[Network, ...], NoDecode, told(_networks)]
LogFormat = Annotated[str, told(_one_of(FORMATS))]
LogLevel = Annotated[str, told(_one_of(LEVELS))]
Truth = Annotated[bool, told(_truth)]
