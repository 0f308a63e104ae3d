"""Somebody is away: what would reach them reaches whoever covers, and nobody gains authority."""

from dataclasses import replace

from bot.domain import lifecycle
from bot.domain.choice import Choice
from bot.domain.drawing import draw, mentions
from bot.domain.effects import Ping, PostCard
from bot.domain.events import EventKind
from bot.domain.moves import Due, Edited
from bot.domain.request import Proposal
from bot.domain.status import Status
from bot.domain.visibility import may_see
from tests.builders import OTHER_DIGEST, a_packet, a_request, a_step, after, facts, opened, person, pressed
from tests.domain.steered import away, steered

DAN_COVERS = steered(away("ann", "dan"))
BEN_COVERS = steered(away("ann", "ben"))


def test_direct_messages_and_mentions_go_to_the_cover_and_both_names_are_on_record() -> None:
    done = lifecycle.open_request(a_request(steps=(a_step(person("ann")),)), facts(directory=BEN_COVERS))
    posted = [effect.destination for effect in done.effects if isinstance(effect, PostCard)]
    assert posted == ["slack:@U01BEN", "teams:@teams-ben", "web:@ben"]
    started = next(event for event in done.events if event.kind is EventKind.STEP_STARTED)
    assert started.facts["covers"] == {"ann": "ben"}
    assert mentions(done.request, BEN_COVERS) == ("ben",)


def test_reminders_go_to_the_cover() -> None:
    request = opened(steps=(a_step(remind_every=after(5) - after(0)),), voters=("ann",))
    due = Due(request_id=request.id, command_id="c")
    done = lifecycle.fold(request, due, facts(after(5), DAN_COVERS))
    assert [effect.people for effect in done.effects if isinstance(effect, Ping)] == [("dan",)]


def test_covering_gives_no_authority() -> None:
    done = pressed(opened(), "dan", directory=DAN_COVERS)
    assert done.request.status is Status.PENDING
    assert done.answer.code == "not_a_reviewer"


def test_covering_lets_see_what_the_absent_person_may_decide() -> None:
    assert may_see(DAN_COVERS, opened(), "dan")
    assert not may_see(steered(), opened(), "dan")


def test_a_decision_names_the_cover_and_the_absent_person() -> None:
    done = pressed(opened(), "ben", directory=BEN_COVERS)
    cast = next(event for event in done.events if event.kind is EventKind.VOTE_CAST)
    assert cast.facts["covering"] == ["ann"]
    card = draw(done.request, a_packet(), steered(), reference="r")
    assert card.status[0] == "Approved by Ben, covering for Ann · "


def test_somebody_who_covers_for_nobody_who_could_decide_decides_alone() -> None:
    done = pressed(opened(), "ben", Choice.REJECT, directory=steered(away("dan", "ben")))
    assert done.request.progress.votes[0].covering == ()


def test_the_card_says_who_covers_while_it_waits() -> None:
    lines = [line for line, *_ in draw(opened(), a_packet(), BEN_COVERS, reference="r").footer]
    assert "Ben covers for Ann, who is away" in lines


def test_whoever_looks_again_at_changed_arguments_is_the_cover() -> None:
    edited = Edited(proposal=a_proposal(), packet=a_packet())
    done = pressed(opened(), "ben", Choice.EDIT, edited=edited, directory=DAN_COVERS)
    changed = next(event for event in done.events if event.kind is EventKind.REQUEST_EDITED)
    assert changed.facts["people"] == ["dan"]


def a_proposal() -> Proposal:
    return replace(opened().proposal, digest=OTHER_DIGEST)


def test_a_cover_whom_the_policy_no_longer_names_covers_for_nobody() -> None:
    gone = steered(away("ann", "zoe"))
    done = lifecycle.open_request(a_request(steps=(a_step(person("ann")),)), facts(directory=gone))
    posted = [effect.destination for effect in done.effects if isinstance(effect, PostCard)]
    assert "web:@ann" in posted
    assert mentions(done.request, gone) == ("ann",)
    chained = steered(away("ann", "ben"), away("ben", "zoe"))
    assert chained.steering.stand_in("ann") == "ann"
