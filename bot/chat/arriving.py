"""What a chat platform sends, read within bounds: so many bytes, so many seconds."""

from __future__ import annotations

import asyncio

from aiohttp import web

from bot.domain.errors import PlacetError
from bot.strict_json import TooLarge

#: seconds within which a body has to arrive; platforms give up on an answer sooner
SLOWEST_BODY = 10.0


class TooSlow(PlacetError):
    """The body did not arrive in time; send it again."""

    code = "too_slow"


async def whole_body(request: web.Request, *, most: int) -> bytes:
    """The body, of which no more than `most` bytes are ever held; raises `TooLarge` or `TooSlow`."""
    too_large = (request.content_length or 0) > most
    taken = bytearray()
    try:
        async with asyncio.timeout(SLOWEST_BODY):
            while not too_large and (part := await request.content.readany()):
                taken += part
                too_large = len(taken) > most
    except TimeoutError:
        raise TooSlow from None
    if too_large:
        raise TooLarge(f"Send at most {most} bytes.")
    return bytes(taken)
