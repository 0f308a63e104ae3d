"""What is worth saying about settings although Placet can run with them."""

from __future__ import annotations

import os
import stat
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from urllib.parse import urlsplit

from dotenv import dotenv_values

from bot import setting_files
from bot.settings import ENV_FILE, PREFIX, TOML_FILE, Settings
from bot.spelling import did_you_mean

#: read by `placet request`, which speaks for an agent; in the same shell, it is no mistake
_OF_COMMANDS = (f"{PREFIX}API_KEY",)
_LOOPBACK = ("127.0.0.1", "::1", "localhost")


def setting_warnings(settings: Settings, environ: Mapping[str, str] = os.environ) -> Iterator[str]:
    """Sentences for the operator; none holds the value of a secret."""
    yield from _unknown(environ)
    public = urlsplit(settings.public_url)
    if public.scheme == "http" and public.hostname not in _LOOPBACK:
        yield (
            f"{PREFIX}PUBLIC_URL begins with http://, so sign-ins to the browser inbox can be overheard; put"
            " https:// in front of Placet."
        )
    if settings.slack_client_id and not settings.slack_install_teams:
        yield (
            f"{PREFIX}SLACK_INSTALL_TEAMS is empty, so any Slack workspace may install the app at"
            " /slack/install; it decides nothing there until the policy names its people."
        )
    if settings.slack_client_id and public.scheme == "http" and public.hostname not in _LOOPBACK:
        yield f"{PREFIX}PUBLIC_URL begins with http://, and Slack sends nobody back to such an address."
    if _open_to_others(Path(ENV_FILE)):
        yield f"{ENV_FILE} can be read by other users of this machine; run `chmod 600 {ENV_FILE}`."


def _unknown(environ: Mapping[str, str]) -> Iterator[str]:
    known = [f"{PREFIX}{name.upper()}" for name in Settings.model_fields]
    env_file = dotenv_values(ENV_FILE) if Path(ENV_FILE).is_file() else {}
    mounted = [(f" in {folder}", (name,)) for folder, name in setting_files.names(PREFIX, environ)]
    for place, names in (("", environ), (f" in {ENV_FILE}", env_file), *mounted):
        for name in sorted(names):
            if name.startswith(PREFIX) and name not in known and name not in _OF_COMMANDS:
                yield f"{name}{place} is no setting of Placet.{did_you_mean(name, known)}"
    for name in _toml_names():
        if name not in Settings.model_fields:
            yield f"{name} in {TOML_FILE} is no setting of Placet.{did_you_mean(name, Settings.model_fields)}"


def _toml_names() -> list[str]:
    path = Path(TOML_FILE)
    return sorted(tomllib.loads(path.read_text("utf-8"))) if path.is_file() else []


def _open_to_others(path: Path) -> bool:
    return path.is_file() and bool(path.stat().st_mode & (stat.S_IRGRP | stat.S_IROTH))
