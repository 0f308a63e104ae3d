"""The form behind More… in Slack: it opens at once, offers what makes sense, and does it."""

import asyncio
from dataclasses import replace

from bot.domain import more
from bot.domain.request import Progress
from bot.domain.status import Status
from bot.domain.terms import Quorum
from tests.adapters.slack.desk import Desk
from tests.fakes.slack_screen import View
from tests.fakes.slack_server import FakeSlack

WORDS = f"{more.WORDS}. {more.WORDS_HINT}"


async def opened(slack: FakeSlack, by: str = "U01ANN") -> View:
    await (await slack.card("#support")).press("More…", by=by)
    view = await slack.view(by, "More")
    await view.expect(more.WHAT)
    return view


async def sent(slack: FakeSlack, move: str, *, by: str = "U01ANN", words: str = "", to: str = "") -> View:
    view = await opened(slack, by)
    given = {more.WHAT: move, WORDS: words, more.PERSON: to}
    await view.submit({label: value for label, value in given.items() if value})
    return view


async def progress(desk: Desk) -> Progress:
    [stored] = await desk.store.listing(limit=1)
    return stored.request.progress


async def test_looking_into_it_stands_on_the_card(desk: Desk, slack: FakeSlack) -> None:
    await desk.ask()
    view = await sent(slack, "I am looking into it")
    await view.expect("You look into it; reminders rest until")
    await desk.settle()
    await (await slack.card("#support")).expect("Ann is looking into it")


async def test_a_question_goes_to_the_agent_and_is_seen_to_wait(desk: Desk, slack: FakeSlack) -> None:
    request = await desk.ask()
    await sent(slack, "Ask the agent", words="Was it <!channel> paid?")
    await desk.settle()
    card = await slack.card("#support")
    await card.expect("Ann asked support-bot · no answer yet", "Was it <!channel> paid?")
    assert card.mentioned == []
    assert card.replies[-1] == "Ann asks support-bot: “Was it <!channel> paid?”"

    await desk.approvals.say(request.id, agent="support-bot", text="Yes, on Monday.", reply_to="q1")
    await desk.settle()
    await card.expect("support-bot answered Ann", "Yes, on Monday.")
    assert card.replies[-1] == "support-bot answers “Was it <!channel> paid?”: “Yes, on Monday.”"


async def test_whoever_it_is_handed_to_is_told_directly_and_by_mention(desk: Desk, slack: FakeSlack) -> None:
    await desk.ask()
    view = await sent(slack, "Hand over to somebody else", words="You know her.", to="Ben")
    await view.expect("Handed over to Ben, who is told.")
    await desk.settle()
    card = await slack.card("#support")
    await card.expect("Ben is looking into it, handed over by Ann")
    assert "Ann hands this over to Ben. “You know her.”" in card.replies[-1]
    [reply] = [message for message in card.thread if "hands this over" in str(message)]
    assert "U01BEN" in str(reply)
    direct = await slack.card("@U01BEN")
    await direct.expect("Refund 240.00 EUR to order 4892")
    desk.clock.advance(minutes=1)
    await desk.settle()
    assert "Ann hands this over to you. “You know her.”" in direct.replies[-1]


async def test_it_is_escalated_once_however_often_the_form_is_sent(desk: Desk, slack: FakeSlack) -> None:
    request = await desk.ask()
    first, second = await opened(slack), await opened(slack, "U01BEN")
    given = {more.WHAT: "Escalate, with a reason", WORDS: "Above my head."}
    await first.submit(dict(given))
    await second.submit(dict(given))
    await second.expect("This was escalated a moment ago.")
    assert (await desk.now(request)).progress.step == 2
    await desk.settle()
    await (await slack.card("#leads")).expect("Ann on why it was escalated", "Above my head.")


async def test_a_vote_is_taken_back(desk: Desk, slack: FakeSlack) -> None:
    desk.policy.terms = replace(desk.policy.terms, quorum=Quorum(approve=2, voters=("ann", "ben")))
    request = await desk.ask()
    card = await slack.card("#support")
    await card.press("Approve", by="U01ANN")
    await desk.settle()
    await card.expect("1 of 2 approved", "Ann approved")
    await sent(slack, "Take back my vote")
    await desk.settle()
    await card.expect("0 of 2 approved")
    assert (await desk.now(request)).progress.votes == ()


async def test_a_form_that_lacks_something_stays_open_and_says_what(desk: Desk, slack: FakeSlack) -> None:
    await desk.ask()
    view = await opened(slack)
    await view.submit({more.WHAT: "Ask the agent"})
    assert view.errors == [more.WRITE]
    await view.submit({more.WHAT: "Hand over to somebody else"})
    assert view.errors == [more.TO_WHOM]
    await view.submit({WORDS: "?"}, check=False)
    assert view.errors == [more.CHOOSE]
    assert (await progress(desk)).claim is None
    assert view.is_open


async def test_the_window_opens_at_once_however_slow_the_database_is(desk: Desk, slack: FakeSlack) -> None:
    await desk.ask()
    desk.store.read_gate = asyncio.Event()
    card = await slack.card("#support")
    assert (await card.press("More…", by="U01ANN")).status == 200
    view = await slack.view("U01ANN", "More")
    assert "Loading …" in view.words
    desk.store.read_gate.set()
    await view.expect(more.WHAT)


async def test_strangers_are_offered_nothing(desk: Desk, slack: FakeSlack) -> None:
    await desk.ask()
    await (await slack.card("#support")).press("More…", by="U01CAT")
    view = await slack.view("U01CAT", "More")
    await view.expect("You are not among the people who may see this request.")


async def test_what_is_over_offers_nothing(desk: Desk, slack: FakeSlack) -> None:
    request = await desk.ask()
    card = await slack.card("#support")
    more_of_before = card.payload("More…", by="U01BEN")
    await card.press("Approve", by="U01ANN")
    assert (await desk.now(request)).status is Status.APPROVED
    await slack.deliver(more_of_before)
    await (await slack.view("U01BEN", "More")).expect(more.OVER)
