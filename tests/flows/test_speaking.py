"""Stories of what people say to the bot: routes, pauses, absences, and the threads of cards."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.domain.mentions import commands, parse
from bot.domain.moves import Presser
from bot.domain.steering import MadeRoute
from bot.domain.terms import Target, TargetKind
from bot.speaking import Heard
from bot.steering import Change, Kind
from storage.steering import SteeringKeeper
from storage.store import SqlStore
from tests.flows.speaking_world import SpeakingWorld, account
from tests.flows.world import ANN, BEN, CAT, LEA


@pytest.fixture
async def world(database_url: str, tmp_path: Path) -> AsyncIterator[SpeakingWorld]:
    async with SpeakingWorld(database_url, tmp_path) as world:
        yield world


def words(heard: Heard) -> str:
    return "\n".join(heard.lines)


async def asked(world: SpeakingWorld, amount: str = "240.00") -> str:
    request: str = (await world.agent.asks(action=_refund(amount)))["id"]
    await world.settles()
    return request


def _refund(amount: str) -> dict[str, object]:
    return {"name": "refund.issue", "arguments": {"order": "4892", "amount": amount, "currency": "EUR"}}


async def test_a_lead_routes_by_mention_sees_a_preview_and_takes_it_back(world: SpeakingWorld) -> None:
    await asked(world, "750.00")
    await asked(world, "20.00")
    leads = f"<#{world.channel('leads')}|leads>"
    preview = await world.hears(BEN, f"Please route refund.* to {leads} when impact.amount > 500 for 2 days")
    assert preview.private
    assert "it would have caught 1 request:" in words(preview)
    assert "Refund 750.00 EUR" in words(preview)
    assert "20.00" not in words(preview)
    assert (await world.hears(ANN, "routes")).lines[0] == "No route was made here."

    made = await world.presses(BEN, preview)
    assert not made.private
    assert "Ben made the route refund-1" in words(made)
    assert "#leads" in words(made)
    await asked(world, "800.00")
    assert "800.00" in (await world.slack.card("#leads")).words

    undone = await world.presses(BEN, made, "Undo")
    assert "Ben took back: `route refund.* to #leads when impact.amount > 500" in words(undone)
    await asked(world, "900.00")
    assert "900.00" in (await world.slack.card("#support")).words


async def test_a_request_is_routed_by_what_another_process_was_told_a_moment_ago(
    world: SpeakingWorld, database_url: str
) -> None:
    await asked(world)
    other = SqlStore(database_url, clock=world.clock, directory=lambda: world.app.book.current().directory)
    leads = Target(kind=TargetKind.CHANNEL, ref=f"slack:{world.channel('leads')}", label="#leads")
    route = MadeRoute(name="", match="refund.*", to=(leads,), by="ann", made_at=world.clock())
    change = Change(id="cmd_1", kind=Kind.ROUTE, name="", person="ann", after=route, matches=("refund.*",))
    assert (await SteeringKeeper(other).change(change)).code == "made"
    other.close()
    request = await asked(world, "33.00")
    assert request in (await world.slack.card("#leads")).words


async def test_a_route_ends_when_its_lead_said(world: SpeakingWorld) -> None:
    made = await world.hears(BEN, "route refund.* to #leads for 2 hours confirm")
    assert "Ben made the route refund-1" in words(made)
    world.clock.advance(hours=2)
    request = await asked(world)
    assert (await world.agent.sees(request))["ruling"]
    assert request in (await world.slack.card("#support")).words
    assert "No route was made here." in words(await world.hears(BEN, "routes"))


async def test_the_same_event_again_changes_nothing_more(world: SpeakingWorld) -> None:
    spoken = world.said(BEN, "route refund.* to #leads confirm")
    first = await world.app.speaking.hear(spoken)
    assert await world.app.speaking.hear(spoken) == first
    preview = await world.hears(BEN, "pause refund.*")
    confirmed = [await world.presses(BEN, preview) for _ in range(2)]
    assert confirmed[0].lines[0] == confirmed[1].lines[0]
    routes = words(await world.hears(BEN, "routes"))
    assert "refund-1" in routes
    assert "refund-2" not in routes
    undo = world.said(BEN, "undo")
    again = [await world.app.speaking.hear(undo) for _ in range(2)]
    assert again[0].lines[0] == again[1].lines[0]
    assert "refund-1" in words(await world.hears(BEN, "routes"))


async def test_nobody_but_leads_changes_routes_and_only_of_what_they_lead(world: SpeakingWorld) -> None:
    for user, said, why in (
        (CAT, "route refund.* to #leads", "Only those who lead refund.* can route it: Ann or Ben."),
        (CAT, "pause refund.*", "Only those who lead refund.* can pause it"),
        (BEN, "route * to #leads", "Only those who lead * can route it: Ann. You lead refund.*."),
        (BEN, "pause order.*", "Only those who lead order.* can pause it"),
    ):
        heard = await world.hears(user, said + " confirm")
        assert heard.private
        assert why in words(heard)
    assert "No route was made here." in words(await world.hears(ANN, "routes"))


async def test_routing_to_somebody_without_authority_is_refused_with_who_has_it(world: SpeakingWorld) -> None:
    await world.policy_says("members: [ann, ben, cat]", "members: [ann, ben]")
    heard = await world.hears(ANN, f"route refund.* to <@{CAT}> confirm")
    assert words(heard) == "Cat could not approve refund.*, so nothing was changed. Ann, Ben or Lea could."


async def test_what_waits_is_asked_for_as_people_ask_and_what_just_came_says_so(world: SpeakingWorld) -> None:
    request = await asked(world)
    for question in ("what is waiting for me?", "Show me what waits, please", "what's waiting for me"):
        listed = words(await world.hears(ANN, question))
        assert f"just came · {request}" in listed


async def test_yes_confirms_what_was_previewed_last_by_the_same_person(world: SpeakingWorld) -> None:
    await world.hears(BEN, "route refund.* to #leads")
    assert "nothing to confirm" in words(await world.hears(ANN, "yes"))
    assert "Ben made the route refund-1" in words(await world.hears(BEN, "Yes!"))
    await world.hears(BEN, "pause refund.*")
    world.clock.advance(hours=1)
    assert "nothing to confirm" in words(await world.hears(BEN, "yes"))


async def test_a_yes_that_is_delivered_again_confirms_nothing_newer(world: SpeakingWorld) -> None:
    await world.hears(BEN, "route refund.* to #leads")
    yes = world.said(BEN, "yes")
    first = await world.app.speaking.hear(yes)
    world.clock.advance(minutes=1)
    await world.hears(BEN, "pause refund.*")
    assert (await world.app.speaking.hear(yes)).lines[0] == first.lines[0]
    assert "Paused by" not in words(await world.hears(BEN, "routes"))


async def test_nobody_confirms_or_undoes_for_somebody_else(world: SpeakingWorld) -> None:
    preview = await world.hears(BEN, "pause refund.*")
    assert "Only the person who was shown this" in words(await world.presses(ANN, preview))
    made = await world.presses(BEN, preview)
    assert "Only the person who made a change" in words(await world.presses(ANN, made, "Undo"))
    made_up = await world.app.speaking.accept("undo:said_0", Presser(identity=account(BEN)))
    assert "not known here any more" in words(made_up)


async def test_what_routes_prints_parses_back(world: SpeakingWorld) -> None:
    await world.hears(ANN, "route refund.* to #leads when impact.amount > 500 until friday confirm")
    await world.hears(ANN, f"route * to <@{BEN}> and @support confirm")
    await world.hears(ANN, "pause order.* for 3 hours confirm")
    printed = [line.split("`")[1] for line in (await world.hears(ANN, "routes")).lines if "`" in line]
    assert len(printed) == 3
    for text in printed:
        assert isinstance(parse(text), commands.Route | commands.Pause)


async def test_routes_explains_which_one_wins(world: SpeakingWorld) -> None:
    await world.hears(BEN, "route refund.issue to #leads confirm")
    await world.hears(BEN, "route refund.* to @support confirm")
    lines = (await world.hears(CAT, "routes")).lines
    [newer] = [line for line in lines if line.startswith("• refund-2")]
    [older] = [line for line in lines if line.startswith("• refund-1")]
    assert lines.index(newer) < lines.index(older)
    assert "takes nothing while refund-2 stands, which is newer" in older
    assert "everything else goes to support, which first asks #support" in words(Heard(lines=lines))


async def test_while_an_action_is_paused_nothing_is_approved_or_taken(world: SpeakingWorld) -> None:
    approved = await world.agent.asks()
    await world.settles()
    card = await world.slack.card("#support")
    await card.press("Approve", by=ANN)
    await world.settles()
    other = await world.agent.asks()
    preview = await world.hears(BEN, "pause refund.*")
    assert "1 waiting now would be held." in preview.lines
    await world.presses(BEN, preview)
    await world.settles()
    card = await world.slack.card("#support")
    await card.expect("Paused by Ben")
    await card.press("Approve", by=ANN)
    assert (await world.agent.sees(other["id"]))["status"] == "pending"
    assert await world.agent.redeems(await world.agent.sees(approved["id"])) == 409

    resumed = await world.hears(BEN, "resume confirm")
    assert "Ben resumed refund.*." in words(resumed)
    assert await world.agent.redeems(await world.agent.sees(approved["id"])) == 200
    await world.settles()
    await card.press("Approve", by=ANN)
    assert (await world.agent.sees(other["id"]))["status"] == "approved"


async def test_somebody_away_is_covered_and_told_what_the_cover_may_not_decide(world: SpeakingWorld) -> None:
    await world.hears(ANN, f"route refund.* to <@{ANN}> confirm")
    request = await asked(world, "750.00")
    heard = await world.hears(ANN, f"I'm away until monday, <@{BEN}> covers", zone="Europe/Berlin")
    assert heard.private
    assert "Ben is asked instead; that gives no authority." in heard.lines
    assert "Ben may not approve 1 of what waits for you:" in heard.lines
    assert request in words(heard)
    assert "That holds at once for 1 pending request too." in heard.lines
    assert "(Europe/Berlin)" in words(heard)
    await world.settles()
    reached = (await world.app.store.read(request)).request.progress.reaching  # type: ignore[union-attr]  # it is
    assert f"slack:@{BEN}" in reached
    assert f"slack:@{ANN}" not in reached

    assert "Welcome back, Ann" in words(await world.hears(ANN, "back"))
    assert words(await world.hears(ANN, "back")) == "You are not away."


async def test_covers_who_lead_back_are_refused(world: SpeakingWorld) -> None:
    await world.hears(BEN, f"away, <@{ANN}> covers")
    heard = await world.hears(ANN, f"away, <@{BEN}> covers")
    assert "Ben is away too, and nobody is left in the end" in words(heard)
    assert "cannot cover for yourself" in words(await world.hears(ANN, f"away, <@{ANN}> covers"))


async def test_in_the_thread_of_a_card_a_request_is_sent_elsewhere(world: SpeakingWorld) -> None:
    request = await asked(world)
    leads = f"<#{world.channel('leads')}|leads>"
    heard = await world.hears(ANN, f"to {leads}", request_id=request)
    assert words(heard) == "Sent to #leads; escalation goes on from there."
    assert not heard.private
    await world.settles()
    assert request in (await world.slack.card("#leads")).words
    await (await world.slack.card("#support")).expect("Ann sent this to #leads")
    await (await world.slack.card("#leads")).expect("Asked: step 1 of 2 (#leads).")


async def test_in_the_thread_of_a_card_others_are_asked_as_well(world: SpeakingWorld) -> None:
    request = await asked(world)
    await world.hears(BEN, "claim", request_id=request)
    before = (await world.agent.sees(request))["queue"]
    leads = f"<#{world.channel('leads')}|leads>"
    heard = await world.hears(ANN, f"add {leads}", request_id=request)
    assert words(heard) == "Asked now: #support and #leads; escalation goes on as before."
    await world.settles()
    assert request in (await world.slack.card("#leads")).words
    after = (await world.agent.sees(request))["queue"]
    assert (after["moves_on_at"], after["held_by"]) == (before["moves_on_at"], before["held_by"])
    await (await world.slack.card("#leads")).press("Approve", by=ANN)
    await world.settles()
    await (await world.slack.card("#support")).expect("Approved by Ann")


async def test_in_the_thread_of_a_card_people_claim_ask_escalate_and_withdraw(world: SpeakingWorld) -> None:
    request = await asked(world)
    for said in ("claim", "ask which order is this?", "escalate it is odd"):
        heard = await world.hears(BEN, said, request_id=request)
        assert not heard.private, heard.lines
    await world.settles()
    assert {"approval.question", "approval.escalated"} <= set(world.agent.told())
    refused = await world.hears(CAT, "cancel the customer called", request_id=request)
    assert "Only those who lead refund.issue can withdraw this" in words(refused)
    await world.hears(ANN, "cancel the customer called", request_id=request)
    assert (await world.agent.sees(request))["status"] == "cancelled"


async def test_thread_commands_say_where_they_belong(world: SpeakingWorld) -> None:
    assert "in the thread of the card" in words(await world.hears(ANN, "claim"))
    assert "in the thread of the card" in words(await world.hears(ANN, "to #leads"))


async def test_lists_show_what_one_may_see(world: SpeakingWorld) -> None:
    assert words(await world.hears(ANN, "pending")) == "Nothing waits for you."
    request = await asked(world)
    assert request in words(await world.hears(ANN, "pending"))
    shown = await world.hears(ANN, f"show {request}")
    assert "Refund 240.00 EUR for order 4892" in shown.lines
    assert "4111111111111111" not in words(shown)
    assert words(await world.hears(LEA, "pending")) == "Nothing waits for you."
    assert "no such request" in words(await world.hears(LEA, f"show {request}"))
    assert "no such request" in words(await world.hears(LEA, f"show {request[:-1]}0"))


async def test_statistics_are_of_what_one_may_see(world: SpeakingWorld) -> None:
    await asked(world)
    world.clock.advance(minutes=10)
    await (await world.slack.card("#support")).press("Approve", by=ANN)
    await asked(world)
    await world.counts()
    lines = (await world.hears(ANN, "stats")).lines
    assert lines[:3] == (
        "2 requests came in the last 4 weeks (9 Feb – 2 Mar 2026).",
        "1 waits for you now.",
        "People decided 1: 100% approved, 0% rejected.",
    )
    assert lines[3].startswith("Half were decided within 10 min")
    assert (await world.hears(LEA, "stats")).lines[0].startswith("0 requests")


@pytest.mark.parametrize(
    ("said", "why"),
    [
        ("route refund.* to #nowhere", "I know no channel #nowhere."),
        ("route refund.* to @zoe", "I know nobody called @zoe."),
        ("route refund.* to <@U01STRANGER>", "belongs to nobody in the policy"),
        ("route refund.* to #leads when impct.amount > 5", 'Did you mean "impact"?'),
        ("route refund.* to #leads until 2020-01-01", "That end has passed"),
        ("route refund.* to teams:A/B", "Teams is not connected"),
        ("route refund.* to slack:#nowhere", "I know no channel slack:#nowhere"),
        ("unroute nothing", "There is no route nothing made here."),
        ("resume refund.*", "Nothing is paused."),
        ("undo", "You have changed nothing here"),
        ("no", "Nothing has changed."),
    ],
)
async def test_what_cannot_be_done_is_said_privately(world: SpeakingWorld, said: str, why: str) -> None:
    heard = await world.hears(ANN, said)
    assert heard.private
    assert why in words(heard)
    assert "No route was made here." in words(await world.hears(ANN, "routes"))


async def test_a_link_signs_its_owner_in_once(world: SpeakingWorld) -> None:
    heard = await world.hears(BEN, "inbox", request_id=await asked(world))
    assert heard.private
    page = heard.link.replace(world.app.settings.public_url, "")
    assert page.startswith("/sign-in/")
    assert (await world.agent.http.get(page)).status == 200


async def test_channels_are_kept_by_id_however_they_were_named(world: SpeakingWorld) -> None:
    world.slack.add_channel("risks")
    for name, ref in (("slack:#leads", "C0LEADS"), ("#risks", "C0RISKS"), ("slack:C0SUPPORT", "C0SUPPORT")):
        assert "made the route" in words(await world.hears(ANN, f"route refund.* to {name} confirm"))
        newest = world.app.store.directory().steering.routes[0]
        assert newest.to[0].ref == f"slack:{ref}"
        assert newest.to[0].label == f"#{ref[2:].lower()}"


async def test_here_is_the_channel_and_nowhere_in_a_direct_message(world: SpeakingWorld) -> None:
    made = await world.hears(ANN, "route refund.* here confirm")
    assert "asks #support" in words(made)
    direct = await world.hears(ANN, "route refund.* here", channel=f"slack:@{ANN}")
    assert "We are among ourselves here" in words(direct)


async def test_a_route_that_was_ended_is_made_again_by_undo(world: SpeakingWorld) -> None:
    await world.hears(ANN, "route refund.* to #leads confirm")
    assert "would end" in words(await world.hears(BEN, "unroute refund-1"))
    ended = await world.hears(BEN, "unroute refund-1 confirm")
    assert "Ben ended the route refund-1 for refund.*." in words(ended)
    assert "Again holds: `route refund.* to #leads`." in words(await world.hears(BEN, "undo"))
    assert "refund-1" in words(await world.hears(ANN, "routes"))


async def test_a_yes_after_a_no_confirms_nothing(world: SpeakingWorld) -> None:
    await world.hears(ANN, "pause refund.*")
    assert words(await world.hears(ANN, "no")) == "Nothing has changed."
    assert "nothing to confirm" in words(await world.hears(ANN, "yes"))
    assert words(await world.hears(ANN, "resume")) == "Nothing is paused."


async def test_two_people_who_escalate_at_once_escalate_once(world: SpeakingWorld) -> None:
    request = await asked(world)
    said = (world.hears(user, "escalate", request_id=request) for user in (ANN, BEN))
    answers = [words(heard) for heard in await asyncio.gather(*said)]
    escalated = "Escalated: the next step is asked now."
    assert answers.count(escalated) == 1
    # Whoever is heard after the other's commit speaks of the last step already.
    [late] = [answer for answer in answers if answer != escalated]
    assert late in (
        "This was escalated a moment ago.",
        "There is nobody further to ask; this is the last step.",
    )
    assert (await world.agent.sees(request))["step"] == 2


async def test_what_was_taken_back_is_not_told_as_made_by_a_second_yes(world: SpeakingWorld) -> None:
    await world.hears(ANN, "pause refund.*")
    made = await world.hears(ANN, "yes")
    await world.presses(ANN, made, "Undo")
    again = await world.hears(ANN, "yes")
    assert again.private
    assert "taken back" in words(again)
    assert words(await world.hears(ANN, "resume")) == "Nothing is paused."


async def test_a_bare_cancel_after_a_preview_withdraws_no_request(world: SpeakingWorld) -> None:
    request = await asked(world)
    await world.hears(ANN, "pause refund.*", request_id=request)
    asked_back = await world.hears(ANN, "cancel", request_id=request)
    assert "`no` drops what I showed you" in words(asked_back)
    assert (await world.agent.sees(request))["status"] == "pending"

    await world.hears(ANN, "no", request_id=request)
    assert "Withdrawn" in words(await world.hears(ANN, "cancel", request_id=request))
