"""Settings that come as files: how containers and systemd hand over secrets without the environment."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

#: where Docker, Compose and Kubernetes mount secrets by custom (docs.docker.com/compose/how-tos/use-secrets)
MOUNTED = Path("/run/secrets")
#: names the folder of the credentials of a systemd unit (systemd.exec(5), LoadCredential=)
CREDENTIALS = "CREDENTIALS_DIRECTORY"


def folders(environ: Mapping[str, str] = os.environ) -> list[Path]:
    """The folders that are there; a file in them is named for its setting, in either case; the last wins."""
    named = environ.get(CREDENTIALS)
    return [folder for folder in (MOUNTED, *([Path(named)] if named else [])) if folder.is_dir()]


def names(prefix: str, environ: Mapping[str, str] = os.environ) -> list[tuple[Path, str]]:
    """What lies there under a name that begins like a setting's, with its folder; the name in upper case."""
    return [
        (folder, file.name.upper())
        for folder in folders(environ)
        for file in sorted(folder.iterdir())
        if file.name.upper().startswith(prefix)
    ]


def unreadable(error: Exception) -> str:
    """What to do about a file of settings that cannot be read."""
    if isinstance(error, PermissionError):
        return f"{error.filename} may not be read by this user; run this as the user that runs Placet."
    why = f": {error.__cause__}" if error.__cause__ else ""
    return f"The settings cannot be read: {error}{why}."
