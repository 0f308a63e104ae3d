"""The HTTP session towards Slack: answers are bounded, and redirects are not followed.

The SDK reads whatever comes to its end and follows redirects. Slack sends none; a proxy or a login page in
between does, and would be sent the card a second time (RFC 9110 §15.4.8).
"""

from __future__ import annotations

import aiohttp

#: bytes of one answer; a page of a channel's history with a hundred cards is the largest
MOST_BYTES = 16 * 1024 * 1024
_PART = 64 * 1024


class BoundedResponse(aiohttp.ClientResponse):
    """Raises `aiohttp.ClientPayloadError` where there is more than anybody should read."""

    async def read(self) -> bytes:
        """The whole body."""
        if self._body is None:
            read = bytearray()
            async for part in self.content.iter_chunked(_PART):
                read += part
                if len(read) > MOST_BYTES:
                    self.close()
                    raise aiohttp.ClientPayloadError("too long")
            self._body = bytes(read)
        return await super().read()


async def _stay(request: aiohttp.ClientRequest, handler: aiohttp.ClientHandlerType) -> aiohttp.ClientResponse:
    answer = await handler(request)
    if 300 <= answer.status < 400:
        answer.close()
        raise aiohttp.ClientPayloadError("a redirect")
    return answer


def bounded_session(timeout: aiohttp.ClientTimeout) -> aiohttp.ClientSession:
    """A session for Slack."""
    return aiohttp.ClientSession(timeout=timeout, response_class=BoundedResponse, middlewares=(_stay,))
