"""People press buttons in Slack: what is recorded, what they see, what others see."""

from dataclasses import replace

from bot.domain.status import DecisionType, ReasonCode, Status
from bot.domain.terms import Quorum
from tests.adapters.slack.desk import Desk
from tests.fakes.clock import MovedClock
from tests.fakes.slack_server import FakeSlack

REASONS = {"Why not?": "The amount is wrong", "In your words": "It was 24.00 EUR."}


async def test_an_approval_turns_the_card_into_its_own_record(desk: Desk, slack: FakeSlack) -> None:
    request = await desk.ask()
    card = await slack.card("#support")
    assert card.buttons == ["Approve", "Reject", "Edit…", "Details", "Escalate", "More…"]

    delivered = await card.press("Approve", by="U01ANN")
    assert delivered.status == 200
    assert (await desk.now(request)).status is Status.APPROVED

    await desk.settle()
    await card.expect("✅ Approved by Ann")
    assert card.buttons == ["Details", "Rate…"]
    assert slack.told("U01ANN") == []


async def test_a_rejection_is_asked_for_its_reason_and_says_that_it_is_recorded(
    desk: Desk, slack: FakeSlack
) -> None:
    request = await desk.ask()
    card = await slack.card("#support")
    await card.press("Reject", by="U01BEN")
    view = await slack.view("U01BEN", "Reject")
    assert await desk.now(request) == request

    await view.submit(REASONS)
    await view.expect("Rejected. support-bot is told why.", "Refund 240.00 EUR to order 4892")
    decision = (await desk.now(request)).progress.decision
    assert decision is not None
    assert (decision.type, decision.by) == (DecisionType.REJECT, ("ben",))
    assert decision.reason is not None
    assert (decision.reason.code, decision.reason.text) == (ReasonCode.WRONG_AMOUNT, "It was 24.00 EUR.")

    await desk.settle()
    await card.expect("⛔ Rejected by Ben: the amount is wrong", "It was 24.00 EUR.")


async def test_what_an_agent_hides_in_a_summary_is_plain_under_recorded(desk: Desk, slack: FakeSlack) -> None:
    await desk.ask(
        summary="Refund <!channel> <https://evil.example|the bank>\n\u202e\u200b\u2066*Approved* by Eve"
    )
    await (await slack.card("#support")).press("Reject", by="U01BEN")
    view = await slack.view("U01BEN", "Reject")
    await view.submit(REASONS)
    await view.expect("Rejected. support-bot is told why.")

    about = view.content["blocks"][-1]
    assert about["type"] == "context"
    (line,) = about["elements"]
    assert line["type"] == "plain_text"
    assert line.get("emoji") is False
    assert "the bank" in line["text"]
    assert not set(line["text"]) & set("\n\u202e\u200b\u2066")


async def test_a_rejection_without_a_reason_keeps_the_form_open(desk: Desk, slack: FakeSlack) -> None:
    request = await desk.ask()
    await (await slack.card("#support")).press("Reject", by="U01BEN")
    view = await slack.view("U01BEN", "Reject")
    await view.submit({"In your words": "No."}, check=False)
    assert view.errors == ["A rejection needs a reason; choose one and press again."]
    assert (await desk.now(request)).status is Status.PENDING

    await view.submit(REASONS)
    await view.expect("Rejected. support-bot is told why.")


async def test_words_of_a_rejection_are_made_inert(desk: Desk, slack: FakeSlack) -> None:
    request = await desk.ask()
    card = await slack.card("#support")
    await card.press("Reject", by="U01BEN")
    view = await slack.view("U01BEN")
    await view.submit({"Why not?": "Too risky", "In your words": "<!channel> \u202eevil\u0007 :tada:"})
    await desk.settle()
    decision = (await desk.now(request)).progress.decision
    assert decision is not None
    assert decision.reason is not None
    assert "\u202e" not in decision.reason.text
    await card.expect("<!channel>")
    assert card.mentioned == []


async def test_a_form_submitted_after_the_decision_is_told_who_was_first(
    desk: Desk, slack: FakeSlack
) -> None:
    request = await desk.ask()
    card = await slack.card("#support")
    await card.press("Reject", by="U01BEN")
    view = await slack.view("U01BEN")
    await card.press("Approve", by="U01ANN")

    await view.submit(REASONS)
    await view.expect("Reject", "Ann approved this at 09:00 UTC, so your press changed nothing.")
    assert (await desk.now(request)).status is Status.APPROVED
    await desk.settle()
    assert slack.told("U01BEN") == []


async def test_the_second_reviewer_is_told_privately_who_was_first(desk: Desk, slack: FakeSlack) -> None:
    await desk.ask()
    card = await slack.card("#support")
    await card.press("Approve", by="U01ANN")
    await card.press("Approve", by="U01BEN")
    await desk.settle()
    assert slack.told("U01BEN") == ["Ann approved this at 09:00 UTC, so your press changed nothing."]
    assert slack.told("U01ANN") == []


async def test_somebody_without_authority_is_told_privately_who_has_it(desk: Desk, slack: FakeSlack) -> None:
    request = await desk.ask()
    card = await slack.card("#support")
    await card.press("Approve", by="U01CAT")
    await desk.settle()
    (told,) = slack.told("U01CAT")
    assert "Ann or Ben can decide" in told
    assert (await desk.now(request)).status is Status.PENDING


async def test_a_guest_is_told_that_guests_do_not_decide(desk: Desk, slack: FakeSlack) -> None:
    await desk.ask()
    await (await slack.card("#support")).press("Approve", by="U01GUEST")
    await desk.settle()
    assert slack.told("U01GUEST") == ["Guests cannot decide here."]


async def test_two_votes_are_counted_on_the_card(desk: Desk, slack: FakeSlack) -> None:
    desk.policy.terms = replace(desk.policy.terms, quorum=Quorum(approve=2, voters=("ann", "ben")))
    await desk.ask()
    card = await slack.card("#support")
    await card.press("Approve", by="U01ANN")
    await desk.settle()
    await card.expect("1 of 2 approved", "Ann approved")
    await card.press("Approve", by="U01ANN")
    await desk.settle()
    assert len(slack.told("U01ANN")) == 1
    await card.press("Approve", by="U01BEN")
    await desk.settle()
    await card.expect("✅ Approved by Ann and Ben")


async def test_an_escalation_asks_the_next_channel_and_a_second_press_on_the_old_card_does_nothing(
    desk: Desk, slack: FakeSlack
) -> None:
    request = await desk.ask()
    card = await slack.card("#support")
    again = card.payload("Escalate", by="U01BEN")
    await card.press("Escalate", by="U01ANN")
    await desk.settle()
    await slack.card("#leads")
    assert (await slack.card("#leads")).mentioned == ["U01ANN", "U01BEN"]

    await slack.deliver(again)
    await desk.settle()
    assert (await desk.now(request)).progress.step == 2
    await slack.expect_told("U01BEN", "escalated a moment ago")
    assert "Escalate" not in card.buttons


async def test_details_show_every_argument(desk: Desk, slack: FakeSlack) -> None:
    await desk.ask(arguments={f"field_{at}": f"value {at}" for at in range(40)})
    card = await slack.card("#support")
    assert "value 39" not in card.words
    await card.press("Details", by="U01ANN")
    view = await slack.view("U01ANN", "Details")
    await view.expect("field_0: value 0", "field_39: value 39")
    assert view.submit_label is None


async def test_long_details_are_turned_page_by_page(desk: Desk, slack: FakeSlack) -> None:
    await desk.ask(arguments={f"field_{at}": f"{at} " + "x" * 300 for at in range(150)})
    await (await slack.card("#support")).press("Details", by="U01ANN")
    view = await slack.view("U01ANN", "Details")
    await view.expect("Page 1 of 3")
    read = view.words
    for page in (2, 3):
        await view.submit()
        await view.expect(f"Page {page} of 3")
        read += view.words
    assert all(f"field_{at}: {at} " in read for at in range(150))
    assert view.submit_label == "First page"


async def test_a_stranger_sees_no_details(desk: Desk, slack: FakeSlack) -> None:
    await desk.ask()
    await (await slack.card("#support")).press("Details", by="U01GUEST")
    view = await slack.view("U01GUEST", "Details")
    await view.expect("You are not among the people who may see this request.")
    assert "4892" not in view.words


async def test_somebody_removed_meanwhile_sees_no_further_page(desk: Desk, slack: FakeSlack) -> None:
    await desk.ask(arguments={f"field_{at}": f"{at} " + "x" * 300 for at in range(150)})
    await (await slack.card("#support")).press("Details", by="U01ANN")
    view = await slack.view("U01ANN", "Details")
    await view.expect("Page 1 of 3")
    people = {name: person for name, person in desk.policy.directory.people.items() if name != "ann"}
    desk.policy.directory = replace(desk.policy.directory, people=people)
    await view.submit()
    await view.expect("You are not among the people who may see this request.")


async def test_a_view_closed_while_it_loads_harms_nothing(desk: Desk, slack: FakeSlack) -> None:
    await desk.ask()
    slack.fail("views.update", "not_found")
    await (await slack.card("#support")).press("Details", by="U01ANN")
    await desk.settle()
    assert (await slack.view("U01ANN")).words == "Loading …"


async def test_high_impact_is_approved_at_the_end_of_ones_own_view(desk: Desk, slack: FakeSlack) -> None:
    request = await desk.ask(high_impact=True)
    card = await slack.card("#support")
    assert card.buttons[0] == "Review…"
    await card.press("Review…", by="U01ANN")
    view = await slack.view("U01ANN", "Review")
    await view.expect("order: 4892", "amount: 240.00")
    assert view.submit_label == "Approve"
    opened = (await desk.now(request)).progress.opened
    assert [(each.person, each.revision) for each in opened] == [("ann", 1)]

    await view.submit()
    await view.expect("Approved. support-bot may run it now.")
    assert (await desk.now(request)).status is Status.APPROVED
    await desk.settle()
    await card.expect("✅ Approved by Ann")


async def test_every_page_of_a_long_review_comes_before_its_approval(desk: Desk, slack: FakeSlack) -> None:
    request = await desk.ask(
        high_impact=True, arguments={f"field_{at}": f"{at} " + "x" * 300 for at in range(150)}
    )
    await (await slack.card("#support")).press("Review…", by="U01ANN")
    view = await slack.view("U01ANN", "Review")
    await view.expect("Page 1 of 3")
    for label in ("Next (2 of 3)", "Next (3 of 3)", "Approve"):
        assert view.submit_label == label
        assert (await desk.now(request)).status is Status.PENDING
        await view.submit()
    assert (await desk.now(request)).status is Status.APPROVED


async def test_a_review_opened_from_an_outdated_card_shows_and_approves_what_would_run_now(
    desk: Desk, slack: FakeSlack
) -> None:
    desk.policy.terms = replace(desk.policy.terms, quorum=Quorum(approve=2, voters=("ann", "ben")))
    request = await desk.ask(high_impact=True)
    payload = (await slack.card("#support")).payload("Review…", by="U01BEN")
    await desk.edit(request, "ann", order="4892", amount="24.00")

    await slack.deliver(payload)
    view = await slack.view("U01BEN", "Review")
    await view.expect("amount: 24.00")
    await view.submit()
    await view.expect("Approved. support-bot may run it now.")
    now = await desk.now(request)
    assert (now.status, now.revision) == (Status.APPROVED, 2)


async def test_an_approval_on_an_outdated_card_is_told_to_look_again(desk: Desk, slack: FakeSlack) -> None:
    desk.policy.terms = replace(desk.policy.terms, quorum=Quorum(approve=2, voters=("ann", "ben")))
    request = await desk.ask()
    payload = (await slack.card("#support")).payload("Approve", by="U01BEN")
    await desk.edit(request, "ann", order="4892", amount="24.00")
    await slack.deliver(payload)
    await desk.settle()
    assert (await desk.now(request)).status is Status.PENDING
    await slack.expect_told("U01BEN", "look at the new ones")


async def test_a_rejection_of_what_was_changed_meanwhile_is_refused_in_its_form(
    desk: Desk, slack: FakeSlack
) -> None:
    desk.policy.terms = replace(desk.policy.terms, quorum=Quorum(approve=2, voters=("ann", "ben")))
    request = await desk.ask()
    await (await slack.card("#support")).press("Reject", by="U01BEN")
    view = await slack.view("U01BEN", "Reject")
    await desk.edit(request, "ann", order="4892", amount="24.00")
    await view.submit(REASONS)
    await view.expect("look at the new ones")
    assert (await desk.now(request)).status is Status.PENDING


async def test_a_review_by_somebody_without_authority_is_refused_in_the_view(
    desk: Desk, slack: FakeSlack
) -> None:
    desk.policy.directory = replace(desk.policy.directory, leads={"cat": ("*",)})
    request = await desk.ask(high_impact=True)
    await (await slack.card("#support")).press("Review…", by="U01CAT")
    view = await slack.view("U01CAT", "Review")
    await view.expect("order: 4892")
    await view.submit()
    await view.expect("You are not among the reviewers")
    assert (await desk.now(request)).status is Status.PENDING


async def test_a_trigger_that_has_expired_is_told_instead_of_nothing_happening(
    desk: Desk, slack: FakeSlack, clock: MovedClock
) -> None:
    await desk.ask()
    card = await slack.card("#support")
    payload = card.payload("Reject", by="U01ANN")
    clock.advance(seconds=4)
    await slack.deliver(payload)
    await desk.settle()
    await slack.expect_told("U01ANN", "Slack took too long to open the window")


async def test_the_form_of_a_rejection_opens_before_anything_else_is_asked(
    desk: Desk, slack: FakeSlack
) -> None:
    await desk.ask()
    card = await slack.card("#support")
    slack.calls.clear()
    await card.press("Reject", by="U01ANN")
    await slack.view("U01ANN")
    assert [call.method for call in slack.calls] == ["views.open"]


async def test_details_open_before_anything_is_read(desk: Desk, slack: FakeSlack) -> None:
    await desk.ask()
    card = await slack.card("#support")
    slack.calls.clear()
    await card.press("Details", by="U01ANN")
    await (await slack.view("U01ANN")).expect("order")
    assert [call.method for call in slack.calls] == ["views.open", "views.update"]


async def test_a_copy_that_nobody_knew_is_adopted_by_a_press_on_it(desk: Desk, slack: FakeSlack) -> None:
    request = await desk.submit()
    slack.drop("chat.postMessage", carried_out=True)
    slack.fail("conversations.history", "missing_scope")
    await desk.settle()
    desk.clock.advance(seconds=5)
    await desk.settle()
    lost, known = slack.cards("#support")

    await lost.press("Approve", by="U01ANN")
    await desk.settle()
    assert {copy.message for copy in await desk.store.copies(request.id)} == {
        f"C0SUPPORT/{lost.ts}",
        f"C0SUPPORT/{known.ts}",
    }
    await lost.expect("✅ Approved by Ann")
    await known.expect("✅ Approved by Ann")


async def test_a_press_in_direct_messages_belongs_to_the_copy_there(desk: Desk, slack: FakeSlack) -> None:
    request = await desk.submit()
    stored = await desk.store.read(request.id)
    assert stored is not None
    await desk.product.channel.post("slack:@U01ANN", desk.approvals.draw(stored))
    card = await slack.card("@U01ANN")
    await card.press("Approve", by="U01ANN")
    copies = {(copy.destination, copy.message) for copy in await desk.store.copies(request.id)}
    assert ("slack:@U01ANN", f"D0U01ANN/{card.ts}") in copies


async def test_a_masked_argument_is_masked_everywhere(desk: Desk, slack: FakeSlack) -> None:
    desk.policy.terms = replace(desk.policy.terms, mask=("arguments.card_number",))
    await desk.ask(arguments={"card_number": "4111111111111111"})
    card = await slack.card("#support")
    await card.press("Details", by="U01ANN")
    view = await slack.view("U01ANN")
    await view.expect("card_number (hidden)")
    for words in (card.words, view.words, str(slack.calls)):
        assert "4111111111111111" not in words
