"""By which door a move came, and what was shown there: facts for its events."""

from __future__ import annotations

from bot.domain.moves import AgentMove, Facts, Move, Press, Presser


def door(move: Move, facts: Facts, shown: str | None = None) -> dict[str, str]:
    """What is known of it, by name; empty for what nobody did.

    `via` is the platform or `api`, `key` an API key's id, `session` a mark of a browser's session, `copy` and
    `message` the copy that was pressed, `shown` the digest of what it showed, `policy` the version in force.
    """
    presser = getattr(move, "presser", None)
    known: dict[str, str | None]
    if isinstance(presser, Presser):
        known = {"via": presser.identity.platform, "session": presser.session}
    elif isinstance(move, AgentMove):
        known = {"via": "api", "key": move.key}
    else:
        return {}
    if isinstance(move, Press):
        known["surface"] = move.surface.value
        if move.copy_message:
            known |= {"copy": move.copy_destination, "message": move.copy_message, "shown": shown}
    known["policy"] = facts.directory.version
    return {name: value for name, value in known.items() if value}
