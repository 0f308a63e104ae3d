"""Problem details (RFC 9457), as they are sent."""

from __future__ import annotations

from typing import Annotated

import msgspec
from msgspec import Meta

MEDIA_TYPE = "application/problem+json"


class FieldError(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One field that does not fit, and what to do about it."""

    field: Annotated[
        str | None, Meta(description="The field, parameter or header at fault; left out for the whole body.")
    ] = None
    detail: str
    remedy: str


class Problem(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What went wrong, and what to do about it."""

    type: Annotated[str, Meta(description="Address of what is written about this kind of problem.")]
    title: str
    status: int
    code: Annotated[str, Meta(description="Short stable word for programs.")]
    detail: Annotated[str, Meta(description="A sentence about this very occurrence.")]
    remedy: str
    field: Annotated[
        str | None, Meta(description="The field, parameter or header at fault: `impact.amount`.")
    ] = None
    errors: Annotated[
        list[FieldError],
        Meta(description="Every field at fault, where fields are: first the one that `detail` tells."),
    ] = []
    more_errors: Annotated[
        bool, Meta(description="True where more than these 20 fields do not fit; absent otherwise.")
    ] = False
    at: Annotated[
        str | None, Meta(description="The place in the body's text, or a JSON pointer into it.")
    ] = None
    instance: Annotated[str | None, Meta(description="Names this occurrence in Placet's log.")] = None
