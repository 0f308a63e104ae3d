"""`placet openapi`: the agents' interface as a document."""

from __future__ import annotations

from bot.commands.console import say_json


def openapi() -> None:
    """Print the OpenAPI 3.1 document of the agents' interface."""
    from adapters.agents.openapi import document
    from bot.settings import load_settings

    say_json(document(load_settings(needs_secret_key=False).public_url))
