"""Who may do what: everybody against everything that can be tried, through the real doors.

The table is `matrix.txt`, its words are explained in `trying`. Whoever adds an operation adds it to
`operations` and to the table; until then a test here fails.
"""

import re
from collections.abc import AsyncIterator
from pathlib import Path
from typing import get_args

import pytest

from adapters.teams import names as teams_names
from bot.chat import names
from bot.domain.card import Press as Button
from bot.domain.choice import Choice
from bot.domain.mentions import parse
from bot.domain.mentions.commands import Command
from bot.domain.more import MOVES
from tests.authority.company import Company
from tests.authority.operations import OPERATIONS
from tests.authority.trying import tried, written

TABLE = (Path(__file__).parent / "matrix.txt").read_text()


@pytest.fixture
async def company(sqlite_database: str, tmp_path: Path) -> AsyncIterator[Company]:
    """One installation. Authority is decided by the same code on either database."""
    async with Company(sqlite_database, tmp_path) as company:
        yield company


def rows() -> dict[str, str]:
    """The lines of the table by operation, as they are written."""
    lines = [line for line in TABLE.splitlines() if line and not line.startswith("#")]
    return {line[:37].strip(): line for line in lines[1:]}


@pytest.mark.parametrize("section", OPERATIONS)
async def test_everybody_may_do_what_the_table_says_and_nothing_else(company: Company, section: str) -> None:
    expected = [rows()[operation.name] for operation in OPERATIONS[section]]

    assert await tried(company, section) == expected


async def test_the_columns_are_everybody(company: Company) -> None:
    first = next(line for line in TABLE.splitlines() if line.startswith(" "))

    assert first == written("", [who.name for who in await company.principals()])


def test_the_table_lists_what_is_tried_and_nothing_else() -> None:
    assert list(rows()) == [operation.name for each in OPERATIONS.values() for operation in each]


async def test_every_route_of_the_server_is_in_the_table(company: Company) -> None:
    """What is new is tried in `operations`, and says in the table who may do it."""
    routes = {
        f"{route.method} {route.resource.canonical}"
        for route in company.app.http().router.routes()
        if route.resource is not None and route.method != "HEAD"
    }
    tried_routes = {" ".join(name.split()[:2]) for name in rows()}

    assert routes - tried_routes == set()


@pytest.mark.parametrize("platform", ["slack", "teams"])
def test_every_button_and_every_form_of_a_platform_is_in_the_table(platform: str) -> None:
    forms = {value for name, value in vars(names).items() if name.endswith(("_VIEW", "_PAGE"))}
    own = {names.OFFER} | ({teams_names.BACK} if platform == "teams" else set())
    wanted = {names.ACTIONS[button] for button in Button} | (forms - {names.MORE_VIEW}) | own
    wanted |= {f"{names.MORE_VIEW} {choice.value}" for choice in MOVES}

    assert {f"{platform} {name}" for name in wanted} - set(rows()) == set()


def _named(mention: re.Match[str]) -> str:
    """As a mention is read: `@BEN`, `#support`."""
    return f"@{mention[1]}" if mention[1] else f"#{mention[2]}"


def test_every_command_is_tried() -> None:
    said = (re.sub(r"<@U01(\w+)>|<#\w+\|(\w+)>", _named, each.said) for each in OPERATIONS["said"])
    commands = {type(parse(text)) for text in said}

    assert commands == set(get_args(Command))


@pytest.mark.parametrize("door", ["browser", "slack", "teams"])
def test_every_choice_is_tried_through_every_door(door: str) -> None:
    assert {each.choice for each in OPERATIONS[door]} >= set(Choice)
