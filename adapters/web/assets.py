"""Style, scripts and pictures: a handful of own files, named by their content so that browsers keep them.

What others wrote stands in `vendor` as they published it; `THIRD-PARTY.md` names versions and licences.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path

from aiohttp import web

from adapters.web.headers import SECURITY_HEADERS

_FOLDERS = tuple(Path(__file__).parent / name for name in ("static", "vendor"))
_TYPES = {".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Asset:
    """One file as it is sent."""

    content: bytes
    content_type: str


class Assets:
    """All files, read once at start; nothing else can be asked for."""

    def __init__(self) -> None:
        self._files = {
            path.name: Asset(content=path.read_bytes(), content_type=_TYPES[path.suffix])
            for folder in _FOLDERS
            for path in sorted(folder.iterdir())
            if path.suffix in _TYPES
        }
        # One version for all: scripts import each other by their plain names.
        everything = b"".join(asset.content for asset in self._files.values())
        self._version = hashlib.sha256(everything).hexdigest()[:12]

    def address(self, name: str) -> str:
        """Where a page finds a file."""
        if name not in self._files:
            raise KeyError(f"There is no asset called {name}.")
        return f"/assets/{self._version}/{name}"

    async def serve(self, request: web.Request) -> web.StreamResponse:
        """Send a file; 404 for anything else."""
        asset = self._files.get(request.match_info["name"])
        if asset is None:
            return web.Response(status=404, text="There is no such file.", headers=SECURITY_HEADERS)
        current = request.match_info["version"] == self._version
        kept = "public, max-age=31536000, immutable" if current else "no-cache"
        return web.Response(
            body=asset.content,
            content_type=asset.content_type,
            charset="utf-8",
            headers={**SECURITY_HEADERS, "Cache-Control": kept},
        )
