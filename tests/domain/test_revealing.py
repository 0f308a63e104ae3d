"""Masked values on demand: for whoever may decide now, and for leads of the action; on record either way."""

from dataclasses import replace

import pytest

from bot.domain import lifecycle
from bot.domain.arguments import flattened, hiding, unmasked
from bot.domain.directory import Directory
from bot.domain.effects import RedrawCards
from bot.domain.events import EventKind
from bot.domain.private_moves import Reveal
from bot.domain.request import ApprovalRequest
from bot.domain.status import Status
from bot.domain.transition import Transition
from tests.builders import NOW, a_directory, facts, opened, presser

PATHS = ("arguments.card_number",)


def revealed(
    request: ApprovalRequest, name: str = "ben", *, revision: int = 1, directory: Directory | None = None
) -> Transition:
    move = Reveal(
        request_id=request.id, command_id="cmd", presser=presser(name), revision=revision, paths=PATHS
    )
    return lifecycle.fold(request, move, facts(NOW, directory))


def test_a_look_is_on_record_with_who_which_paths_and_which_revision_and_without_a_value() -> None:
    (event,) = revealed(opened()).events
    assert event.kind is EventKind.VALUES_REVEALED
    assert event.actor == "person:ben"
    assert event.facts == {"paths": list(PATHS), "revision": 1, "via": "slack"}
    assert event.private == {}


def test_a_look_changes_no_card() -> None:
    request = opened()
    looked = revealed(request)
    assert looked.answer.accepted
    assert not any(isinstance(effect, RedrawCards) for effect in looked.effects)
    assert looked.request.progress == request.progress


@pytest.mark.parametrize(
    ("name", "code"), [("dan", "not_a_reviewer"), ("cat", "not_a_reviewer"), ("eve", "unlinked")]
)
def test_everybody_else_is_refused_and_that_is_on_record(name: str, code: str) -> None:
    refused = revealed(opened(), name)
    assert (refused.answer.accepted, refused.answer.code) == (False, code)
    (event,) = refused.events
    assert (event.kind, event.facts["choice"]) == (EventKind.PRESS_REFUSED, "reveal")


def test_the_refused_are_told_who_can() -> None:
    assert "Ann or Ben can see them." in revealed(opened(), "dan").answer.sentence


def test_once_it_is_over_leads_are_shown_them_and_nobody_else() -> None:
    over = replace(opened(), status=Status.EXPIRED)
    assert revealed(over, "ann").answer.accepted
    assert revealed(over, "ben").answer.code == "too_late"


def test_a_lead_need_not_be_a_reviewer() -> None:
    led = a_directory(leads={"dan": ("refund.*",)})
    assert revealed(opened(led), "dan", directory=led).answer.accepted


def test_another_revision_than_the_one_that_stands_is_not_shown() -> None:
    assert revealed(opened(), revision=2).answer.code == "stale"


def test_only_what_the_policy_masks_is_shown_and_it_is_shown_whole() -> None:
    arguments = {
        "order": "4892",
        "card": {"number": "4111111111111111", "cvc": "123"},
        "cards": [{"pin": "9"}],
    }
    mask = ("arguments.card", "arguments.cards.pin", "arguments.iban")
    shown = {line.path: line.value for line in unmasked(arguments, mask)}
    assert shown == {"card.number": "4111111111111111", "card.cvc": "123", "cards[0].pin": "9"}
    assert [line.path for line in flattened(arguments, mask) if line.masked] == list(shown)
    assert hiding(arguments, mask) == ("arguments.card", "arguments.cards.pin")
