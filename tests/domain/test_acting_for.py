"""An agent that acts for somebody may name them in many ways; none of them lets that person approve it."""

import pytest

from bot.domain.acting_for import acts_for
from bot.domain.directory import Identity, Person
from tests.builders import a_person

ANN = Person(
    id="ann",
    name="Ann Example",
    email="ann@example.com",
    identities=(
        Identity(platform="slack", user="U01ANN", tenant="T01HOME"),
        Identity(platform="slack", user="U07ANN", tenant="T02EAST"),
        Identity(platform="teams", user="00000000-0000-0000-0000-0000000000a1"),
    ),
)


@pytest.mark.parametrize(
    "named",
    [
        "ann",
        "ANN ",
        "@ann",
        "slack:T02EAST/U07ANN",
        "Ann Example",
        "ann  example",
        "\uff21nn Example",
        "ann@example.com",
        "ANN@EXAMPLE.COM",
        "mailto:ann@example.com",
        "Ann Example <ann@example.com>",
        "somebody (ann@example.com)",
        "U01ANN",
        "u01ann",
        "<@U01ANN>",
        "slack:U01ANN",
        "T01HOME/U01ANN",
        "slack:T01HOME/U01ANN",
        "<@U01ANN|ann>",
        "person:ann",
        "00000000-0000-0000-0000-0000000000A1",
        "teams:tenant/00000000-0000-0000-0000-0000000000a1",
    ],
)
def test_however_a_person_is_named_they_are_the_one_acted_for(named: str) -> None:
    assert acts_for(named, ANN)


@pytest.mark.parametrize(
    "named", [None, "", "  ", "Anna", "Ben", "joann@example.com", "U01ANNA", "c-118", "@", "<@>", "/"]
)
def test_somebody_else_is_somebody_else(named: str | None) -> None:
    assert not acts_for(named, ANN)


@pytest.mark.parametrize("named", ["", "@", ":", "/"])
def test_whoever_has_no_address_is_not_named_by_nothing(named: str) -> None:
    assert not acts_for(named, a_person("bob", identities=(), email=None))
