"""What a view carries along: which card it belongs to, and how to answer; never what was decided."""

from __future__ import annotations

from dataclasses import dataclass, replace

import msgspec

from adapters.slack import limits
from adapters.slack.payload import Malformed


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """Where a view came from."""

    #: the opaque reference of the pressed button
    reference: str
    channel: str = ""
    message: str = ""
    #: the page of the packet that the view shows, from 0
    page: int = 0

    def turned_to(self, reference: str, page: int) -> Origin:
        """The same card as it was drawn anew."""
        return replace(self, reference=reference, page=page)


def write(origin: Origin) -> str:
    """The text that Slack keeps with the view."""
    return _ENCODER.encode(origin).decode()


def read(text: str) -> Origin:
    """The text as it comes back; raises `Malformed` when it is not ours."""
    if len(text) > limits.PRIVATE_METADATA:
        raise Malformed("The view carries more than Placet gave it.")
    try:
        return _DECODER.decode(text)
    except msgspec.MsgspecError as error:
        raise Malformed("The view does not carry what Placet gave it.") from error


_ENCODER = msgspec.json.Encoder()
_DECODER = msgspec.json.Decoder(Origin)
