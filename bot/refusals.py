"""What an agent is told when the store took nothing: codes of answers as errors."""

from __future__ import annotations

from bot.domain.errors import Conflict, Forbidden, Gone, Invalid, NotFound, PlacetError
from bot.domain.transition import Answer


def of_move(answer: Answer) -> PlacetError:
    """Why an agent's move was refused, in the answer's own words."""
    field = _FIELDS.get(answer.code)
    if field is not None:
        return Invalid(answer.sentence, field=field)
    return _MOVES.get(answer.code, Conflict)(answer.sentence)


def of_submission(code: str) -> PlacetError:
    """Why a submission was refused, by the code of a `Submitted`."""
    return _SUBMISSIONS[code]


_MOVES: dict[str, type[PlacetError]] = {
    "not_found": NotFound,
    "conflict": Conflict,
    "gone": Gone,
}

#: what of the agent's body each of these is about
_FIELDS = {"digest_mismatch": "digest", "no_such_question": "reply_to"}

_SUBMISSIONS: dict[str, PlacetError] = {
    "key_reused": Invalid(
        "This Idempotency-Key was used with another body; use a new key for a new request.",
        field="Idempotency-Key",
    ),
    "key_revoked": Forbidden("This API key was revoked; create another one with `placet keys create`."),
    "too_many_open": Conflict(
        "This agent has as many open requests as the policy allows; wait for decisions or cancel some."
    ),
}
