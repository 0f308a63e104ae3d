"""What a view carries along: which card it belongs to and which page it shows; never what was decided."""

from __future__ import annotations

from dataclasses import dataclass

import msgspec

from adapters.slack import limits
from adapters.slack.payload import Malformed


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """Where a view came from."""

    #: the opaque reference of the card that is shown, or of the pressed button
    reference: str
    channel: str = ""
    message: str = ""
    #: where one's own view of a batch card is replaced, empty for what others see, too
    answer: str = ""
    #: the page of the packet, from 0
    page: int = 0
    #: names the content of the pages up to this one
    read: str = ""
    #: the draft that the form goes on from
    draft: str = ""


def write(origin: Origin) -> str:
    """The text that Slack keeps with the view."""
    return _ENCODER.encode(origin).decode()


def read(text: str) -> Origin:
    """The text as it comes back; raises `Malformed` when it is not ours."""
    if len(text) > limits.PRIVATE_METADATA:
        raise Malformed("The view carries more than Placet gave it; nothing was recorded.")
    try:
        return _DECODER.decode(text)
    except msgspec.MsgspecError as error:
        raise Malformed("The view does not carry what Placet gave it; nothing was recorded.") from error


_ENCODER = msgspec.json.Encoder()
_DECODER = msgspec.json.Decoder(Origin)
