"""Checks are made side by side, each within its time, and none is stopped by what becomes of another."""

import asyncio
import threading
from datetime import timedelta

from bot.doctor.check import Check
from bot.doctor.running import examine
from bot.doctor.threads import in_thread
from bot.doctor.verdict import Colour, Finding, green, red, skipped, worst, yellow
from bot.domain.errors import Busy
from tests.doctor.looking import GREEN, RED, SKIPPED, YELLOW, examined


def check(name: str, *found: Finding, needs: tuple[str, ...] = ()) -> Check:
    async def look() -> tuple[Finding, ...]:
        return found

    return Check(name=name, look=look, needs=needs)


def failing(name: str, error: Exception) -> Check:
    async def look() -> Finding:
        raise error

    return Check(name=name, look=look)


async def test_verdicts_come_in_the_order_of_the_checks_with_the_name_of_each() -> None:
    first = check("slack.token", green("It works."))
    second = check("slack.people", green("Ann.", about="ann"), yellow("Ben.", "Ask Ben.", about="ben"))

    verdicts = await examined([first, second])

    assert [(each.name, each.part, each.colour, each.about) for each in verdicts] == [
        ("slack.token", "slack", GREEN, ""),
        ("slack.people", "slack", GREEN, "ann"),
        ("slack.people", "slack", YELLOW, "ben"),
    ]
    assert verdicts[2].remedy == "Ask Ben."


async def test_what_needs_something_red_is_skipped_and_says_why() -> None:
    verdicts = await examined(
        [
            check("database.reachable", red("It is away.", "Start it.")),
            check("database.schema", green("Never said."), needs=("database.reachable",)),
            check("keys.age", green("Never said."), needs=("database.schema",)),
        ]
    )

    assert [each.colour for each in verdicts] == [RED, SKIPPED, SKIPPED]
    assert verdicts[1].sentence == "This was not looked at, because database.reachable is red."
    assert verdicts[2].sentence == verdicts[1].sentence


async def test_what_needs_something_yellow_is_looked_at_unless_that_stops_it() -> None:
    verdicts = await examined(
        [
            check("url.certificate", yellow("It ends soon.", "Renew it.")),
            check("url.policy", green("Looked at."), needs=("url.certificate",)),
            check("database.reachable", yellow("There is none yet.", "Start.", stops=True)),
            check("database.schema", green("Never said."), needs=("database.reachable",)),
        ]
    )

    assert [each.colour for each in verdicts] == [YELLOW, GREEN, YELLOW, SKIPPED]


async def test_a_check_that_fails_or_is_refused_stops_no_other() -> None:
    verdicts = await examined(
        [
            failing("a.bug", ZeroDivisionError("with a secret in it")),
            failing("b.busy", Busy("The database does not answer.")),
            check("c.fine", green("It works.")),
        ]
    )

    assert [each.colour for each in verdicts] == [RED, RED, GREEN]
    assert "ZeroDivisionError" in verdicts[0].sentence
    assert "secret" not in verdicts[0].sentence
    assert verdicts[1].sentence == "The database does not answer."


async def test_a_check_that_never_ends_is_red_after_its_time() -> None:
    async def hang() -> Finding:
        await asyncio.Event().wait()
        return green("Never said.")

    hanging = Check(name="url.public", look=hang, limit=timedelta(seconds=0.05))

    verdicts = await examined([hanging, check("keys.age", green("They are young."))])

    assert [each.colour for each in verdicts] == [RED, GREEN]
    assert verdicts[0].sentence == "There was no result within 0.05 seconds."
    assert "placet doctor --only url.public" in verdicts[0].remedy
    assert verdicts[0].took >= timedelta(seconds=0.05)


async def test_something_that_blocks_a_thread_for_ever_holds_nothing_up() -> None:
    may_end, is_over = threading.Event(), threading.Event()

    def block() -> Finding:
        may_end.wait()
        is_over.set()
        return green("Never said.")

    blocked = Check(name="a", look=lambda: in_thread(block), limit=timedelta(seconds=0.05))

    verdicts = await examined([blocked])

    assert verdicts[0].colour is RED
    assert not is_over.is_set()
    may_end.set()


async def test_checks_are_made_side_by_side() -> None:
    met = asyncio.Barrier(3)

    async def meet() -> Finding:
        await met.wait()
        return green("All three were under way at once.")

    verdicts = await examined([Check(name=name, look=meet) for name in "abc"])

    assert [each.colour for each in verdicts] == [GREEN, GREEN, GREEN]


async def test_only_a_part_or_a_check_is_told_of_and_what_keeps_it_from_being_looked_at() -> None:
    checks = [
        check("settings", green("They can be used.")),
        check("slack.token", red("Slack refuses it.", "Make another."), needs=("settings",)),
        check("slack.channels", green("Never said."), needs=("slack.token",)),
        check("database.space", green("There is room.")),
    ]

    assert [each.name for each in await examined(checks, "slack")] == ["slack.token", "slack.channels"]
    only = await examined(checks, "slack.channels", "database.space")
    assert [(each.name, each.colour) for each in only] == [
        ("slack.token", RED),
        ("slack.channels", SKIPPED),
        ("database.space", GREEN),
    ]


async def test_what_nobody_may_read_is_taken_out_of_sentence_and_remedy() -> None:
    checks = [check("a", red("The token xoxb-1 is refused.", "Replace xoxb-1."))]

    found = [each async for each in examine(checks, hide=lambda text: text.replace("xoxb-1", "…"))]

    assert (found[0].sentence, found[0].remedy) == ("The token … is refused.", "Replace ….")


def test_the_colour_of_everything_is_the_worst_and_what_was_skipped_does_not_count() -> None:
    assert worst([]) is Colour.GREEN
    assert worst([GREEN, SKIPPED]) is Colour.GREEN
    assert worst([GREEN, YELLOW, SKIPPED]) is Colour.YELLOW
    assert worst([YELLOW, RED, GREEN]) is Colour.RED
    assert skipped("Why.").colour is SKIPPED
