"""Where settings are looked for, and names there that are none."""

from __future__ import annotations

import os
import tomllib
from collections.abc import Collection, Iterator, Mapping
from pathlib import Path

from dotenv import dotenv_values

from bot import setting_files
from bot.spelling import did_you_mean

PREFIX = "PLACET_"
ENV_FILE = ".env"
TOML_FILE = "placet.toml"

#: read by `placet request`, which speaks for an agent; in the same shell, it is no mistake
_OF_COMMANDS = (f"{PREFIX}API_KEY",)


def unknown_names(fields: Collection[str], environ: Mapping[str, str] = os.environ) -> Iterator[str]:
    """A sentence for each name that is no setting, with the one that was probably meant."""
    known = [f"{PREFIX}{name.upper()}" for name in fields]
    env_file = dotenv_values(ENV_FILE) if Path(ENV_FILE).is_file() else {}
    mounted = [(f" in {folder}", (name,)) for folder, name in setting_files.names(PREFIX, environ)]
    for place, names in (("", environ), (f" in {ENV_FILE}", env_file), *mounted):
        for name in sorted(names):
            if name.startswith(PREFIX) and name not in known and name not in _OF_COMMANDS:
                yield f"{name}{place} is no setting of Placet.{did_you_mean(name, known)}"
    for name in _toml_names():
        if name not in fields:
            yield f"{name} in {TOML_FILE} is no setting of Placet.{did_you_mean(name, fields)}"


def _toml_names() -> list[str]:
    path = Path(TOML_FILE)
    return sorted(tomllib.loads(path.read_text("utf-8"))) if path.is_file() else []
