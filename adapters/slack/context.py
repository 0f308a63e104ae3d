"""The keys in Bolt's context under which listeners find what Slack sent, and what was recorded of it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeAlias

from adapters.slack.payload import Interaction, Malformed
from bot.chat.recording import Recorded

Context: TypeAlias = Mapping[str, Any]

#: what Slack sent, as it was understood …
INTERACTION, ENVELOPE = "placet_interaction", "placet_envelope"
#: … and what was recorded of it
RECORDED = "placet_recorded"


def interaction_of(context: Context) -> Interaction:
    """What was pressed or submitted; raises `Malformed` where the door put nothing there."""
    found = context[INTERACTION]
    if not isinstance(found, Interaction):
        raise Malformed
    return found


def recorded_of(context: Context) -> Recorded:
    """What became of it before Slack heard of it."""
    found = context[RECORDED]
    return found if isinstance(found, Recorded) else Recorded()
