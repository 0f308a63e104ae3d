"""Pending requests follow an absence and a pause."""

from bot.domain import lifecycle
from bot.domain.directory import Directory
from bot.domain.drawing import draw
from bot.domain.effects import Ping, PostCard, RedrawCards
from bot.domain.events import EventKind
from bot.domain.moves import Cover, MarkPause
from bot.domain.request import ApprovalRequest
from bot.domain.transition import Transition
from tests.builders import a_packet, a_step, after, facts, group, opened, person, pressed
from tests.domain.steered import a_pause, away, steered

BEN_COVERS = steered(away("ann", "ben"))


def covered(request: ApprovalRequest, directory: Directory = BEN_COVERS) -> Transition:
    return lifecycle.fold(
        request, Cover(request_id=request.id, command_id="c", person="ann"), facts(after(1), directory)
    )


def test_what_reached_somebody_directly_reaches_their_cover() -> None:
    done = covered(opened(steps=(a_step(person("ann")),)))
    posted = [effect.destination for effect in done.effects if isinstance(effect, PostCard)]
    assert posted == ["slack:@U01BEN", "teams:@teams-ben", "web:@ben"]
    assert done.request.progress.reaching == tuple(posted)
    assert done.events[0].kind is EventKind.REQUEST_COVERED
    assert done.events[0].facts["covers"] == {"ann": "ben"}


def test_a_cover_who_has_the_card_is_told_and_gets_no_second_one() -> None:
    done = covered(opened(steps=(a_step(group()),)))
    assert not [effect for effect in done.effects if isinstance(effect, PostCard)]
    assert {effect.people for effect in done.effects if isinstance(effect, Ping)} == {("ben",)}


def test_requests_that_did_not_reach_them_stay_as_they_are() -> None:
    assert covered(opened()).events == ()
    assert covered(pressed(opened(steps=(a_step(person("ann")),))).request).events == ()
    assert covered(opened(steps=(a_step(person("ann")),)), steered(away("ann"))).events == ()


def test_a_pause_is_on_record_and_on_the_card() -> None:
    request = opened()
    move = MarkPause(request_id=request.id, command_id="c", person="ann", match="refund.*", begins=True)
    paused = steered(a_pause())
    done = lifecycle.fold(request, move, facts(after(1), paused))
    assert RedrawCards() in done.effects
    assert (done.events[0].actor, done.events[0].facts) == ("person:ann", {"match": "refund.*"})
    card = draw(done.request, a_packet(), paused, reference="r")
    assert card.status[0] == "Paused by Ann: nothing is approved meanwhile · "
    brief = draw(done.request, a_packet(), steered(a_pause(until=after(60))), reference="r")
    assert brief.status == ("Paused by Ann: nothing is approved until ", after(60))
