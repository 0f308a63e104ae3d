"""One request is sent elsewhere: others are asked, the old place says where it went, escalation goes on."""

from typing import Any

import pytest

from bot.domain import lifecycle
from bot.domain.choice import Choice
from bot.domain.directory import Directory
from bot.domain.drawing import draw, mentions
from bot.domain.effects import Ping, PostCard
from bot.domain.moves import Due, Redirect
from bot.domain.request import ApprovalRequest
from bot.domain.terms import Target
from bot.domain.transition import Transition
from tests.builders import (
    a_directory,
    a_packet,
    a_step,
    after,
    channel,
    facts,
    group,
    opened,
    person,
    pressed,
    presser,
)

LEADS = channel("slack:C0LEADS", "#leads")


def sent(
    request: ApprovalRequest, *to: Target, by: str = "ben", directory: Directory | None = None, **who: Any
) -> Transition:
    move = Redirect(request_id=request.id, command_id="c", presser=presser(by, **who), to=to)
    return lifecycle.fold(request, move, facts(after(10), directory))


def test_the_new_place_gets_a_card_and_the_old_one_says_where_it_went() -> None:
    done = sent(opened(), LEADS)
    assert [e.destination for e in done.effects if isinstance(e, PostCard)] == ["slack:C0LEADS"]
    lines = [(e.destination, e.line) for e in done.effects if isinstance(e, Ping)]
    assert lines == [("slack:C0REFUNDS", "Ben sent this to #leads.")]
    footer = draw(done.request, a_packet(), a_directory(), reference="r").footer
    assert ("Ben sent this to #leads · ", after(10)) in footer
    assert done.answer.sentence == "Sent to #leads; escalation goes on from there."


def test_the_step_begins_anew_and_then_goes_on_to_the_next() -> None:
    request = sent(opened(), LEADS).request
    assert (request.progress.step, request.progress.step_ends_at) == (1, after(25))
    assert request.progress.reaching == ("slack:C0LEADS",)
    later = lifecycle.fold(request, Due(request_id=request.id, command_id="d"), facts(after(25))).request
    assert later.progress.step == 2


def test_whom_it_is_sent_to_is_mentioned_until_it_moves_on() -> None:
    request = sent(opened(), person("ann")).request
    assert mentions(request, a_directory()) == ("ann",)
    later = lifecycle.fold(request, Due(request_id=request.id, command_id="d"), facts(after(25))).request
    assert mentions(later, a_directory()) == ("ann", "ben")


def test_somewhere_that_has_it_already_is_told_so() -> None:
    request = sent(sent(opened(), LEADS).request, channel()).request
    assert request.progress.reaching == ("slack:C0REFUNDS",)


def test_nobody_gains_authority_by_it() -> None:
    done = sent(opened(), person("dan"))
    assert done.answer.code == "no_authority"
    assert done.answer.sentence == "Dan could not approve this. Ann or Ben could."
    assert pressed(sent(opened(), LEADS).request, "dan").answer.code == "not_a_reviewer"


def test_a_group_of_which_somebody_could_approve_can_be_asked() -> None:
    assert sent(opened(), group()).answer.accepted
    outside = a_directory(groups={"finance": ("ann", "ben"), "owners": ("cat",)})
    done = sent(opened(), group("owners"), directory=outside)
    assert done.answer.sentence.startswith("Nobody of @owners could approve this.")


@pytest.mark.parametrize(
    ("by", "who", "code"),
    [
        ("dan", {}, "not_a_reviewer"),
        ("eve", {}, "unlinked"),
        ("ann", {"is_bot": True}, "bot"),
    ],
)
def test_only_reviewers_and_leads_send_it_elsewhere(by: str, who: dict[str, Any], code: str) -> None:
    done = sent(opened(), LEADS, by=by, **who)
    assert done.answer.code == code
    assert done.request.progress.reaching == ("slack:C0REFUNDS",)


def test_a_lead_who_reviews_nothing_sends_it_elsewhere() -> None:
    assert sent(
        opened(), LEADS, by="dan", directory=a_directory(leads={"dan": ("refund.*",)})
    ).answer.accepted


def test_what_is_over_stays_where_it_is() -> None:
    assert sent(pressed(opened()).request, LEADS).answer.code == "too_late"


def test_a_place_that_nothing_reaches_is_refused() -> None:
    directory = a_directory(platforms=frozenset({"web", "slack"}))
    done = sent(opened(), channel("teams:Support/General", "Support/General"), directory=directory)
    assert done.answer.code == "nobody_reached"


def test_a_claim_does_not_bind_those_who_are_asked_now() -> None:
    claimed = pressed(opened(), "ann", Choice.CLAIM).request
    assert sent(claimed, LEADS).request.progress.claim is None


def test_escalation_skips_nothing_for_it() -> None:
    request = opened(steps=(a_step(), a_step(LEADS), a_step(group())))
    done = sent(request, LEADS).request
    later = lifecycle.fold(done, Due(request_id=request.id, command_id="d"), facts(after(25))).request
    assert later.progress.step == 2
