"""Takes secrets out of sentences: the last line of defence, since no check puts one in."""

from __future__ import annotations

from collections.abc import Iterable
from urllib.parse import unquote, urlsplit

from bot.settings import Settings

#: shorter texts stand in innocent sentences too
_SHORTEST = 6
_STARS = "…"


class Hiding:
    """Knows every secret of the settings."""

    def __init__(self, settings: Settings) -> None:
        found = {each for each in _secrets(settings) if len(each) >= _SHORTEST}
        self._secrets = sorted(found, key=len, reverse=True)

    def __call__(self, sentence: str) -> str:
        """The sentence without them."""
        for secret in self._secrets:
            sentence = sentence.replace(secret, _STARS)
        return sentence


def _secrets(settings: Settings) -> Iterable[str]:
    yield from settings.secret_key
    yield from settings.slack_signing_secret
    for one in (
        settings.slack_bot_token,
        settings.slack_app_token,
        settings.slack_client_secret,
        settings.teams_app_password,
    ):
        yield one or ""
    password = urlsplit(settings.database_url).password or ""
    yield from (password, unquote(password))
