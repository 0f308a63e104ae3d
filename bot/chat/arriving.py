"""What a chat platform sends, read within bounds: so many bytes, so many seconds."""

from __future__ import annotations

import asyncio

from aiohttp import StreamReader, web

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
    content, taken = request.content, b""
    if not too_large:
        # Usually all of it came with the headers: then nothing has to be waited for.
        taken = content.read_nowait() if content.is_eof() else await _arriving(content, most)
    if too_large or len(taken) > most:
        raise TooLarge(f"Send at most {most} bytes.")
    return taken


async def _arriving(content: StreamReader, most: int) -> bytes:
    """What arrives, until it ends or is too much."""
    taken = bytearray()
    try:
        async with asyncio.timeout(SLOWEST_BODY):
            while len(taken) <= most and (part := await content.readany()):
                taken += part
    except TimeoutError:
        raise TooSlow from None
    return bytes(taken)
