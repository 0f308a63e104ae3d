"""Waiting for presses: each is waited for as long as it was told, though one timer serves all."""

import asyncio
from datetime import timedelta

import pytest

from bot.chat.recording import LATE, NOT_RECORDED, Patience, Recorded
from bot.domain.errors import Busy
from bot.domain.transition import Answer
from bot.ports import Moved

DONE = Moved(request=None, answer=Answer(accepted=True, code="done", sentence="Recorded."))
NO_TIME = timedelta(0)
AGES = timedelta(hours=1)


async def after(gate: asyncio.Event) -> Moved:
    await gate.wait()
    return DONE


async def failing(error: Exception) -> Moved:
    raise error


async def test_presses_that_end_in_time_are_told_in_whatever_order_they_end() -> None:
    patience, first, second = Patience(AGES), asyncio.Event(), asyncio.Event()
    waiting = [asyncio.create_task(patience.commit(after(gate))) for gate in (first, second)]
    await asyncio.sleep(0)
    second.set()
    assert (await waiting[1]).moved is DONE
    assert not waiting[0].done()
    first.set()
    assert (await waiting[0]).moved is DONE


async def test_every_late_press_is_told_so_and_goes_on() -> None:
    patience, gate = Patience(NO_TIME), asyncio.Event()
    told = await asyncio.gather(*(patience.commit(after(gate)) for _ in range(3)))
    gate.set()
    assert [each.sentence for each in told] == [LATE] * 3
    assert [await each.late for each in told if each.late is not None] == [DONE] * 3


async def test_who_comes_after_all_others_were_let_go_is_timed_again() -> None:
    patience = Patience(NO_TIME)
    for _ in range(3):
        gate = asyncio.Event()
        recorded = await patience.commit(after(gate))
        assert recorded.sentence == LATE
        gate.set()
        assert recorded.late is not None
        await recorded.late


async def test_a_late_press_is_told_although_one_before_it_ended() -> None:
    patience, never = Patience(timedelta(milliseconds=50)), asyncio.Event()
    ended = asyncio.Event()
    ended.set()
    recorded = await asyncio.gather(patience.commit(after(ended)), patience.commit(after(never)))
    assert [each.sentence for each in recorded] == ["", LATE]
    never.set()
    assert recorded[1].late is not None
    await recorded[1].late


@pytest.mark.parametrize(("error", "sentence"), [(Busy(), Busy().sentence), (OSError(), NOT_RECORDED)])
async def test_what_fails_is_told_at_once(error: Exception, sentence: str) -> None:
    assert await Patience(AGES).commit(failing(error)) == Recorded(sentence=sentence, may_repeat=True)


async def test_a_press_goes_on_although_nobody_waits_for_it_any_more() -> None:
    patience, gate, told = Patience(AGES), asyncio.Event(), []

    async def press() -> Moved:
        await gate.wait()
        told.append("pressed")
        return DONE

    waiting = asyncio.create_task(patience.commit(press()))
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting
    gate.set()
    while not told:
        await asyncio.sleep(0)
