"""The id of what a form does: the same for the same form sent twice by the same person, never otherwise."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping

from adapters.web.visitor import Visitor
from bot.domain import ids
from bot.domain.errors import Invalid

STALE_FORM = (
    "This form is not one of ours any more, so nothing was recorded. Reload the page and press again."
)


def command_id(visitor: Visitor, request_id: str, fields: Mapping[str, str], names: tuple[str, ...]) -> str:
    """Made of the form's number and of what these fields hold; raises `Invalid` without a number of ours."""
    nonce = fields.get("nonce", "")
    if not ids.is_id(nonce, ids.COMMAND):
        raise Invalid(STALE_FORM)
    sent = (fields.get(name, "") for name in names)
    parts = "\0".join((visitor.person.id, request_id, nonce, *sent))
    return f"web_{hashlib.sha256(parts.encode()).hexdigest()[:40]}"
