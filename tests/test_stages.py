"""Requests that arrive together advance stage by stage."""

import asyncio

from bot.stages import next_stage


async def test_everybody_comes_as_far_before_anybody_goes_on() -> None:
    seen: list[str] = []

    async def request(name: str) -> None:
        seen.append(f"{name} read")
        await next_stage()
        seen.append(f"{name} ruled")

    await asyncio.gather(request("one"), request("other"))
    assert seen == ["one read", "other read", "one ruled", "other ruled"]
