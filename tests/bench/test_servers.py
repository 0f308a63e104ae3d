"""The servers under load take what they are measured with; one that does not ends the figure."""

import asyncio

import pytest

from adapters.slack.mount import PATH as EVENTS
from bench.load import BadAnswer
from bench.run import SQLITE, Run
from bench.servers import started
from bench.traffic import load_of, pending, presses, submissions
from bot.domain import ids

RUN = Run(quick=True, databases=(SQLITE,))


def test_what_is_submitted_is_pending_until_it_is_pressed_through_bolt() -> None:
    with RUN.database(SQLITE) as url, started("bench.placet_server", url, "--slack") as server:
        load = load_of(RUN, server, submissions(RUN, server, "intake", 70))
        waiting = asyncio.run(pending(server))
        assert (load.requests, len(waiting)) == (70, 70)
        load_of(RUN, server, presses(waiting, EVENTS))
        assert asyncio.run(pending(server)) == []


def test_bolt_alone_acknowledges_the_same_presses() -> None:
    with started("bench.bolt_server") as server:
        made_up = [ids.new_id(ids.REQUEST) for _ in range(70)]
        assert load_of(RUN, server, presses(made_up, EVENTS)).rate > 0


def test_an_answer_that_is_no_success_ends_the_figure() -> None:
    with started("bench.echo_server") as server, pytest.raises(BadAnswer, match="404"):
        load_of(RUN, server, presses([ids.new_id(ids.REQUEST)], EVENTS))
