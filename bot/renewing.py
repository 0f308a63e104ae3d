"""Who takes up which secret of the settings while everything runs."""

from __future__ import annotations

from bot.platforms import Platforms
from bot.reloading import Take
from bot.secrets import SecretBox
from bot.settings import Settings
from storage.reencrypting import replace_keys
from storage.store import SqlStore


def renewal(store: SqlStore, box: SecretBox, platforms: Platforms) -> Take:
    """What takes up one secret; raises `PlacetError` when it does not, and the old one holds."""

    async def take(name: str, settings: Settings) -> None:
        if name == "secret_key":
            await replace_keys(store, box, settings.secret_keys)
        else:
            await platforms.renew(name, settings)

    return take
