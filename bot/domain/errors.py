"""The few ways in which a move is refused; each docstring is the sentence people read."""

from __future__ import annotations

from typing import ClassVar


class PlacetError(Exception):
    """Something went wrong in Placet."""

    #: short stable word for programs
    code: ClassVar[str] = "error"

    def __init__(self, sentence: str | None = None) -> None:
        self.sentence = sentence or (self.__doc__ or "").strip()
        super().__init__(self.sentence)


class NotFound(PlacetError):
    """There is no such approval request among yours."""

    code = "not_found"


class Conflict(PlacetError):
    """The request has moved on; read it again."""

    code = "conflict"


class Gone(PlacetError):
    """This approval can no longer be used."""

    code = "gone"


class Invalid(PlacetError):
    """The input does not fit."""

    code = "invalid"

    def __init__(self, sentence: str | None = None, *, field: str | None = None) -> None:
        super().__init__(sentence)
        self.field = field


class Forbidden(PlacetError):
    """You may not do this."""

    code = "forbidden"


class Busy(PlacetError):
    """Placet is busy and stored nothing; try again in a moment."""

    code = "busy"


class Misconfigured(PlacetError):
    """Placet cannot start as it is set up."""

    code = "misconfigured"
