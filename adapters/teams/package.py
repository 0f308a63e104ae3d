"""The app package that Teams installs: a manifest and two icons, zipped.

https://learn.microsoft.com/microsoftteams/platform/resources/schema/manifest-schema
"""

from __future__ import annotations

import io
import json
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from adapters.teams.icons import ACCENT, color_icon, outline_icon
from bot.domain.errors import Misconfigured

MANIFEST_VERSION = "1.29"
SCOPES = ("team", "groupChat", "personal")
#: lets the app read what is said in the channels of a team without naming it; whoever installs consents
READ_CHANNEL_MESSAGES = "ChannelMessage.Read.Group"

_SCHEMA = f"https://developer.microsoft.com/json-schemas/teams/v{MANIFEST_VERSION}/MicrosoftTeams.schema.json"
#: every file bears the same time, so that the same settings give the same package
_EPOCH = (2026, 1, 1, 0, 0, 0)
_WHAT = "People approve, in the chat they have open, what AI agents are about to do."
_FULL = (
    "Placet shows the right people exactly what an AI agent is about to do, takes their decision in the"
    " channel, and gives it back to the agent so that it can be proved. Mention it with the word help to"
    " see what it understands."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class AppPackage:
    """What the package is made from; raises Misconfigured where Teams would refuse it."""

    #: the Microsoft app id of the bot
    app_id: str
    #: where this installation is reached, https:// and a host
    public_url: str
    #: of the app, as Teams compares it; a higher one replaces what is installed
    version: str
    #: ask for what is said in channels without a mention of the bot
    read_channel_messages: bool = False

    def __post_init__(self) -> None:
        _check_id(self.app_id)
        _check_url(self.public_url)
        _check_version(self.version)

    def manifest(self) -> dict[str, Any]:
        """What `manifest.json` says."""
        return {
            "$schema": _SCHEMA,
            "manifestVersion": MANIFEST_VERSION,
            "version": self.version,
            "id": self.app_id,
            "developer": self._developer(),
            "name": {"short": "Placet", "full": "Placet: approvals for AI agents"},
            "description": {"short": _WHAT, "full": _FULL},
            "icons": {"color": "color.png", "outline": "outline.png"},
            "accentColor": ACCENT,
            "bots": [self._bot()],
            "validDomains": [urlsplit(self.public_url).netloc],
            **(self._consent() if self.read_channel_messages else {}),
        }

    def zipped(self) -> bytes:
        """The package; the same settings give the same bytes."""
        package = io.BytesIO()
        with ZipFile(package, "w") as archive:
            for name, data in self._files().items():
                entry = ZipInfo(name, _EPOCH)
                entry.compress_type = ZIP_DEFLATED
                archive.writestr(entry, data)
        return package.getvalue()

    def _files(self) -> dict[str, bytes]:
        manifest = json.dumps(self.manifest(), indent=2, ensure_ascii=False) + "\n"
        return {
            "manifest.json": manifest.encode(),
            "color.png": color_icon(),
            "outline.png": outline_icon(),
        }

    def _developer(self) -> dict[str, str]:
        pages = ("websiteUrl", "privacyUrl", "termsOfUseUrl")
        return {"name": "Placet", **dict.fromkeys(pages, self.public_url)}

    def _bot(self) -> dict[str, Any]:
        help_command = {"title": "help", "description": "What Placet understands, and who decides here"}
        return {
            "botId": self.app_id,
            "scopes": list(SCOPES),
            "isNotificationOnly": False,
            "supportsCalling": False,
            "supportsVideo": False,
            "supportsFiles": False,
            "commandLists": [{"scopes": list(SCOPES), "commands": [help_command]}],
        }

    def _consent(self) -> dict[str, Any]:
        """Teams wants the app id and any `resource` beside a permission of this kind."""
        permission = {"name": READ_CHANNEL_MESSAGES, "type": "Application"}
        return {
            "webApplicationInfo": {"id": self.app_id, "resource": self.public_url},
            "authorization": {"permissions": {"resourceSpecific": [permission]}},
        }


def _check_id(app_id: str) -> None:
    try:
        right = str(UUID(app_id)) == app_id.lower()
    except ValueError:
        right = False
    if not right:
        raise Misconfigured(
            "PLACET_TEAMS_APP_ID: This is not the Microsoft app id of a bot; it looks like"
            " 12345678-90ab-cdef-1234-567890abcdef."
        )


def _check_url(public_url: str) -> None:
    if urlsplit(public_url).scheme != "https":
        raise Misconfigured(
            "PLACET_PUBLIC_URL: Teams reaches Placet over https:// only; give the address at which it does,"
            " such as https://placet.example.com."
        )


def _check_version(version: str) -> None:
    parts = version.split(".")
    if len(parts) != 3 or not all(part.isascii() and part.isdigit() for part in parts):
        raise Misconfigured(f'"{version}" is not the version of an app; give one such as 1.0.2.')
