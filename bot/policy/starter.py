"""The files that a new installation begins with."""

from __future__ import annotations

import os
import secrets
from importlib.resources import files
from pathlib import Path

#: read and written by its owner alone
PRIVATE = 0o600
_PUBLIC = 0o644

_ENV = """\
# Secrets of this installation. Keep this file private, keep a copy, and never commit it.

# Encrypts what is stored. Without it, what was stored with it is lost.
PLACET_SECRET_KEY={secret_key}

# How browsers and agents reach this installation.
# PLACET_PUBLIC_URL=https://placet.example.com

# Slack: create the app from manifest.yml, install it, and copy its tokens.
# PLACET_SLACK_BOT_TOKEN=xoxb-...
# PLACET_SLACK_APP_TOKEN=xapp-...        # Socket Mode
# PLACET_SLACK_SIGNING_SECRET=...        # HTTP instead of Socket Mode
"""


def starter_policy() -> str:
    """A commented policy that can be used as it is."""
    return files("bot.policy").joinpath("starter.yml").read_text("utf-8")


def starter_env() -> str:
    """An `.env` with a secret key of its own."""
    return _ENV.format(secret_key=secrets.token_urlsafe(48))


def write_new(path: Path, text: str, *, private: bool = False) -> bool:
    """Write a file that is not there yet; False, and nothing is touched, when something is."""
    try:
        opened = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, PRIVATE if private else _PUBLIC)
    except FileExistsError:
        return False
    with os.fdopen(opened, "w", encoding="utf-8") as file:
        file.write(text)
    return True
