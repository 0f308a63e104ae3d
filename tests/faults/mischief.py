"""What a network, a proxy or a service in trouble does to one HTTP request."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from typing import Any

from aiohttp import web

from tests.fakes.flaky_proxy import Mischief, Passing

#: more than anybody reads of an answer
_HUGE = 12 * 1024 * 1024
_RETRY_AFTER = ("1", "3", "0", "-5", "soon", "", "99999999999", "Wed, 21 Oct 2015 07:28:00 GMT", "1e9", "７")
_PAGE = "<!doctype html><title>Login</title><form action=/login><input name=password></form>"


async def refused(passing: Passing) -> web.StreamResponse:
    """Nothing happens, and the connection breaks."""
    return passing.cut()


async def lost_answer(passing: Passing) -> web.StreamResponse:
    """It is carried out, and the connection breaks."""
    await passing.pass_on()
    return passing.cut()


async def slow(passing: Passing) -> web.StreamResponse:
    """The answer takes its time."""
    await asyncio.sleep(passing.dice.uniform(0.02, 0.2))
    return (await passing.pass_on()).response()


async def hangs(passing: Passing) -> web.StreamResponse:
    """It is carried out, and an answer never comes."""
    await passing.pass_on()
    await asyncio.sleep(3600)
    return passing.cut()


async def limited(passing: Passing) -> web.StreamResponse:
    """429, with any kind of advice."""
    advice = passing.dice.choice(_RETRY_AFTER)
    headers = {"Retry-After": advice} if advice else {}
    return web.Response(status=429, headers=headers, text="slow down")


async def in_trouble(passing: Passing) -> web.StreamResponse:
    """500 and the like, whether it was carried out or not."""
    if passing.dice.random() < 0.5:
        await passing.pass_on()
    return web.Response(status=passing.dice.choice((500, 502, 503, 504, 520)), text="<h1>Oops</h1>")


async def half(passing: Passing) -> web.StreamResponse:
    """It is carried out, and the answer ends in its middle."""
    answer = await passing.pass_on()
    response = web.StreamResponse(status=answer.status, headers={"Content-Type": "application/json"})
    response.content_length = len(answer.body) + 50
    await response.prepare(passing.request)
    await response.write(answer.body[: len(answer.body) // 2])
    return _cut_off(passing, response)


async def html(passing: Passing) -> web.StreamResponse:
    """A page with 200, from whoever stands in between."""
    return web.Response(text=_PAGE, content_type="text/html")


async def html_in_disguise(passing: Passing) -> web.StreamResponse:
    """A page that calls itself JSON, whether it was carried out or not."""
    if passing.dice.random() < 0.5:
        await passing.pass_on()
    return web.Response(text=_PAGE, content_type="application/json")


async def empty(passing: Passing) -> web.StreamResponse:
    """200 and nothing."""
    return web.Response(status=passing.dice.choice((200, 202, 204)))


async def other_json(passing: Passing) -> web.StreamResponse:
    """JSON that is no object."""
    return _json(passing.dice.choice(([], None, "ok", 17, True, [{"ok": True}])))


async def nested(passing: Passing) -> web.StreamResponse:
    """JSON so deep that parsers fall over."""
    return web.Response(text="[" * 200_000, content_type="application/json")


async def huge(passing: Passing) -> web.StreamResponse:
    """An answer that does not end for a long time."""
    response = web.StreamResponse(headers={"Content-Type": "application/json"})
    await response.prepare(passing.request)
    part = b'{"ok": true, "padding": "' + b"x" * 65536
    try:
        for _ in range(_HUGE // len(part)):
            await response.write(part)
    except ConnectionError:
        return response
    return _cut_off(passing, response)


async def not_compressed(passing: Passing) -> web.StreamResponse:
    """An answer that says it is compressed, and is not."""
    return web.Response(
        body=b'{"ok": true}', headers={"Content-Encoding": "gzip", "Content-Type": "application/json"}
    )


async def not_text(passing: Passing) -> web.StreamResponse:
    """Bytes that are no text."""
    return web.Response(body=b'{"ok": \xff\xfe', headers={"Content-Type": "application/json; charset=utf-8"})


async def not_http(passing: Passing) -> web.StreamResponse:
    """An answer in another protocol."""
    if passing.request.transport is not None:
        passing.request.transport.write(b"\x16\x03\x01\x02\x00 what?\r\n\r\n")
        passing.request.transport.close()
    return web.Response()


def elsewhere(url: Callable[[], str]) -> Mischief:
    """A redirect to somebody who must never hear of it."""

    async def redirected(passing: Passing) -> web.StreamResponse:
        status = passing.dice.choice((301, 302, 303, 307, 308))
        return web.Response(status=status, headers={"Location": f"{url()}/stolen"})

    return redirected


def after(mischief: Mischief) -> Mischief:
    """The same, when it was carried out."""

    async def late(passing: Passing) -> web.StreamResponse:
        await passing.pass_on()
        return await mischief(passing)

    late.__name__ = f"{mischief.__name__}_after_all"
    return late


def only(method: str, mischief: Mischief) -> Mischief:
    """The same, to requests of one method; others pass."""

    async def sometimes(passing: Passing) -> web.StreamResponse:
        if passing.request.method != method:
            return (await passing.pass_on()).response()
        return await mischief(passing)

    sometimes.__name__ = mischief.__name__
    return sometimes


def saying(name: str, *bodies: Any, carried_out: float = 0.5, status: int = 200) -> Mischief:
    """One of these bodies, in the place of the true one."""

    async def said(passing: Passing) -> web.StreamResponse:
        if passing.dice.random() < carried_out:
            await passing.pass_on()
        return _json(passing.dice.choice(bodies), status=status)

    said.__name__ = name
    return said


def _json(value: Any, *, status: int = 200) -> web.Response:
    return web.Response(status=status, text=json.dumps(value), content_type="application/json")


def _cut_off(passing: Passing, response: web.StreamResponse) -> web.StreamResponse:
    passing.cut()
    return response


#: nobody could take them for a success
FAILURES: tuple[Mischief, ...] = (refused, lost_answer, slow, limited, in_trouble, half, not_http)
#: they say 200, and who reads on knows better
PRETENCES: tuple[Mischief, ...] = (
    html,
    html_in_disguise,
    empty,
    other_json,
    nested,
    huge,
    not_compressed,
    not_text,
)
