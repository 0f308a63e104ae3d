"""Every event has its sentence, and no event of a later version goes without one."""

import dataclasses
from datetime import UTC, datetime

import pytest

from bot.auditing.sentences import sentence
from bot.auditing.told_event import ToldEvent
from bot.domain.events import EventKind

EVENT = ToldEvent(
    subject="apr_1",
    seq=2,
    kind="vote.cast",
    actor="person:ann",
    at=datetime(2026, 3, 2, 9, tzinfo=UTC),
    facts={"decision": "reject", "revision": 1, "digest": "sha256:ab", "via": "slack", "surface": "card"},
    hash="cd",
)


@pytest.mark.parametrize("kind", list(EventKind))
def test_every_kind_of_event_has_a_sentence(kind: EventKind) -> None:
    told = sentence(dataclasses.replace(EVENT, kind=kind.value))
    assert told.endswith(".")
    assert kind.value not in told


def test_the_sentence_says_who_did_what_and_in_which_words() -> None:
    told = dataclasses.replace(EVENT, private={"reason": "Paid in May."})
    assert sentence(told) == (
        "ann voted reject on revision 1 (sha256:ab), via slack, on the card: “Paid in May.”"
    )


@pytest.mark.parametrize("break_", ["\n", "\r", "\x0b", "\x85", "\u2028", "”.\n"])
def test_nobodys_words_make_a_line_of_their_own(break_: str) -> None:
    forged = f"Paid.{break_}2026-03-02 09:00:00 UTC  It was decided: approve, by ann. \x1b[2J\x9b31m\u202egpj"
    facts = {**EVENT.facts, "via": forged, "through": {"copy": forged}}

    told = sentence(dataclasses.replace(EVENT, facts=facts, private={"reason": forged}))

    assert len(told.splitlines()) == 1
    assert told.isprintable()
    assert "⟨U+001B⟩" in told
    assert told.count("”") <= 3
    assert told.endswith("”")


def test_what_was_erased_is_said_to_be() -> None:
    told = dataclasses.replace(EVENT, facts={**EVENT.facts, "commitments": {"reason": "ef"}})
    assert sentence(told).endswith("(What was written there is erased.)")


def test_an_event_of_a_later_version_is_told_by_its_kind() -> None:
    assert sentence(dataclasses.replace(EVENT, kind="moon.landed")) == "ann: moon.landed."
