"""The one module that knows Microsoft's SDK (botbuilder): it reads an activity and routes a turn.

Its transport, its authentication and its way of answering are ours, for reasons that
docs/decisions/0012-botbuilder-behind-one-module.md gives; so is what its successor would have to offer here.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import Any, Generic, NoReturn, TypeVar

from botbuilder.core import ActivityHandler, BotAdapter, TurnContext
from botbuilder.schema import Activity

from adapters.teams.refusals import Malformed

T = TypeVar("T")


async def run_turn(raw: Mapping[str, Any], handle: Callable[[Mapping[str, Any]], Awaitable[T]]) -> T | None:
    """What `handle` makes of an activity; None for kinds of activities that a bot has no use for.

    `handle` gets the activity as it came, because the SDK's own object drops what Teams adds (the tenant of a
    conversation, who was mentioned). What it raises is raised here, and `Malformed` for what the SDK cannot
    read.
    """
    bot = _Bot(raw, handle)
    await _Adapter().run_pipeline(TurnContext(_Adapter(), _read(raw)), bot.on_turn)
    return bot.answer


def _read(raw: Mapping[str, Any]) -> Activity:
    try:
        activity = Activity().deserialize(dict(raw))
    except (ValueError, TypeError, AttributeError, LookupError) as error:
        raise Malformed from error
    if not activity.type:
        raise Malformed
    return activity


class _Bot(ActivityHandler, Generic[T]):  # type: ignore[misc] # the SDK ships no types
    """Every kind that Placet answers, to one place."""

    def __init__(self, raw: Mapping[str, Any], handle: Callable[[Mapping[str, Any]], Awaitable[T]]) -> None:
        self._raw = raw
        self._handle = handle
        self.answer: T | None = None

    async def on_message_activity(self, turn_context: TurnContext) -> None:
        await self._take()

    async def on_conversation_update_activity(self, turn_context: TurnContext) -> None:
        await self._take()

    async def on_installation_update(self, turn_context: TurnContext) -> None:
        await self._take()

    async def on_invoke_activity(self, turn_context: TurnContext) -> None:
        # Returning nothing keeps the SDK from sending an answer; the route sends ours.
        await self._take()

    async def _take(self) -> None:
        self.answer = await self._handle(self._raw)


class _Adapter(BotAdapter):  # type: ignore[misc] # the SDK ships no types
    """A turn sends nothing by itself: the outbox does, and knows what became of it."""

    async def send_activities(self, context: TurnContext, activities: list[Activity]) -> NoReturn:
        raise NotImplementedError

    async def update_activity(self, context: TurnContext, activity: Activity) -> NoReturn:
        raise NotImplementedError

    async def delete_activity(self, context: TurnContext, reference: Any) -> NoReturn:
        raise NotImplementedError
