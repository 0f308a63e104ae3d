"""What is worth saying about settings although Placet can run with them."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator, Mapping
from pathlib import Path
from urllib.parse import urlsplit

from bot.setting_names import ENV_FILE, PREFIX, unknown_names
from bot.settings import Settings

_LOOPBACK = ("127.0.0.1", "::1", "localhost")


def setting_warnings(settings: Settings, environ: Mapping[str, str] = os.environ) -> Iterator[str]:
    """Sentences for the operator; none holds the value of a secret."""
    yield from unknown_names(Settings.model_fields, environ)
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


def _open_to_others(path: Path) -> bool:
    return path.is_file() and bool(path.stat().st_mode & (stat.S_IRGRP | stat.S_IROTH))
