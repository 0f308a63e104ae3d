"""Button references: opaque, and of no use to whoever makes one up."""

import pytest

from bot import references
from bot.domain.choice import Choice
from bot.domain.errors import Invalid
from bot.references import Reference
from tests.builders import opened, pressed


class Seal:
    """Signs by a suffix that only it knows."""

    def sign_reference(self, text: str) -> str:
        return f"{text}~sealed"

    def verify_reference(self, reference: str) -> str | None:
        text, sealed, rest = reference.partition("~sealed")
        return text if sealed and not rest else None


def test_a_reference_names_request_revision_step_and_round() -> None:
    request = pressed(opened(repeat=1), choice=Choice.ESCALATE).request
    expected = Reference(request_id=request.id, revision=1, step=2, round=1)
    assert references.read(Seal(), references.write(Seal(), request)) == expected


def test_a_reference_under_an_answer_is_told_from_that_of_a_card() -> None:
    request = opened()
    own = references.read(Seal(), references.write(Seal(), request, is_own=True))
    assert own == Reference(request_id=request.id, revision=1, step=1, round=1, is_own=True)


def test_a_reference_changes_with_what_the_card_shows() -> None:
    request = opened()
    moved = pressed(request, choice=Choice.ESCALATE).request
    assert references.write(Seal(), request) != references.write(Seal(), moved)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "made-up",
        "apr_01k0000000000000000000000a.1.1.1",
        "~sealed",
        "1.1.1~sealed",
        "apr_01k0000000000000000000000a.1.1~sealed",
        "apr_01k0000000000000000000000a.1.1.1.1~sealed",
        "apr_01k0000000000000000000000a.1.-1.1~sealed",
        "apr_01k0000000000000000000000a.1.1.1.own.own~sealed",
        "apr_01k0000000000000000000000a.1..1~sealed",
        "apr_01k0000000000000000000000a.1.٣.1~sealed",
        "apr_../../../../../../../etc.1.1.1~sealed",
        "crd_01k0000000000000000000000a.1.1.1~sealed",
        f"apr_01k0000000000000000000000a.1.1.{'1' * 500}~sealed",
    ],
)
def test_anything_else_is_refused_with_a_sentence(text: str) -> None:
    with pytest.raises(Invalid, match="nothing was recorded"):
        references.read(Seal(), text)
