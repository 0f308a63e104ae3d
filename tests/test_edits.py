"""Edits as use cases: the form, what its changes come to, and the press that makes them."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from bot.approvals import Approvals
from bot.domain import ids
from bot.domain.choice import Choice
from bot.domain.errors import Conflict, Forbidden, Gone, Invalid, NotFound
from bot.domain.evolve import evolved
from bot.domain.form import key_of
from bot.domain.misfits import WHOLE, Misfit
from bot.domain.moves import Press, Surface
from bot.domain.packet import Impact, ProposedAction, ReviewPacket
from bot.domain.request import ApprovalRequest
from bot.domain.status import DecisionType, ImpactLevel, Mode, Status
from bot.domain.terms import Quorum
from bot.drafts import LIVES
from bot.edit_assessing import MOST_TYPED
from bot.edit_views import APPROVE, SEND_ON, EditForm, Review
from bot.edits import Edits
from bot.ports import Moved
from bot.secrets import SecretBox
from bot.submissions import Ask, Asked
from tests.builders import presser
from tests.fakes.clock import MovedClock
from tests.fakes.memory_drafts import MemoryDrafts
from tests.fakes.memory_store import MemoryStore
from tests.fakes.plain_policy import PlainPolicy

REFUND = ReviewPacket(
    action=ProposedAction(
        name="refund.issue",
        summary="Refund 240.00 EUR",
        arguments={"order": "4892", "amount": "240.00", "body": "Dear Jo,\nyour parcel is lost."},
    ),
    reasoning="The carrier confirmed it.",
    impact=Impact(amount="240.00", currency="EUR"),
)
AMOUNT, ORDER, BODY = key_of(("amount",)), key_of(("order",)), key_of(("body",))
ANN, BEN, CAT = presser("ann", "web"), presser("ben", "web"), presser("cat", "web")


class Office:
    """Placet without any platform."""

    def __init__(self) -> None:
        self.clock = MovedClock()
        self.policy = PlainPolicy()
        self.store = MemoryStore(clock=self.clock, directory=lambda: self.policy.directory)
        self.drafts = MemoryDrafts(self.clock)
        self.signer = SecretBox(["k" * 32])
        self.approvals = Approvals(
            store=self.store, policy=lambda: self.policy, clock=self.clock, signer=self.signer
        )
        self.edits = Edits(
            store=self.store,
            policy=lambda: self.policy,
            clock=self.clock,
            signer=self.signer,
            drafts=self.drafts,
        )

    async def ask(self, packet: ReviewPacket = REFUND) -> ApprovalRequest:
        """An agent asks."""
        return (await self.approvals.submit(Ask(agent="support-bot", packet=packet))).stored.request

    async def now(self, request: ApprovalRequest) -> ApprovalRequest:
        """The request as it stands."""
        return (await self.approvals.show(request.id, agent=request.agent)).request

    async def review(self, request: ApprovalRequest, who: Any = ANN, **typed: str) -> Review:
        """What these changes come to; `amount="1"`."""
        values = {key_of((name,)): (text,) for name, text in typed.items()}
        found = await self.edits.review(request.id, request.revision, who, values)
        assert isinstance(found, Review), found
        return found

    async def refused(self, request: ApprovalRequest, who: Any = ANN, **typed: str) -> EditForm:
        """The form again, with what is wrong."""
        values = {key_of((name,)): (text,) for name, text in typed.items()}
        found = await self.edits.review(request.id, request.revision, who, values)
        assert isinstance(found, EditForm)
        return found

    async def press(self, review: Review, who: Any = ANN) -> Moved:
        """Press the button under a view of differences."""
        named = self.edits.reference(review.reference)
        press = Press(
            request_id=named.request_id,
            command_id=ids.new_id(ids.COMMAND),
            presser=who,
            choice=Choice.EDIT,
            revision=named.revision,
            surface=Surface.VIEW,
            edited=await self.edits.edited(named, who),
        )
        return await self.approvals.press(press)


@pytest.fixture
def office() -> Office:
    return Office()


async def test_what_was_shown_is_what_is_approved(office: Office) -> None:
    request = await office.ask()
    form = await office.edits.begin(request.id, ANN)
    assert {each.key: each.text for each in form.form}[AMOUNT] == "240.00"
    assert form.headline == "Refund 240.00 EUR"

    review = await office.review(request, amount="200.00")
    assert [each.sentence for each in review.differences] == ["240.00 → 200.00"]
    assert {line.path: line.value for line in review.arguments}["amount"] == "200.00"
    assert review.label == APPROVE
    assert "approves it with these changes" in review.consequence

    moved = await office.press(review)
    assert moved.request is not None
    decision = moved.request.progress.decision
    assert decision is not None
    assert (moved.request.status, decision.type) == (Status.APPROVED, DecisionType.EDIT)
    assert moved.request.proposal.digest == review.digest
    stored = await office.approvals.show(request.id, agent=request.agent)
    assert stored.packet.action.arguments["amount"] == "200.00"
    assert stored.original is not None
    assert stored.original.action.arguments["amount"] == "240.00"


async def test_a_form_that_was_not_touched_changes_nothing_and_says_so(office: Office) -> None:
    request = await office.ask()
    form = await office.edits.begin(request.id, ANN)
    values = {each.key: each.given for each in form.form}
    again = await office.edits.review(request.id, 1, ANN, values)
    assert isinstance(again, EditForm)
    assert again.errors == {WHOLE: "Nothing is changed yet."}
    assert not office.drafts.kept


async def test_errors_stand_at_their_fields_and_what_was_typed_stays(office: Office) -> None:
    request = await office.ask()
    office.policy.wrong = (Misfit(path=("amount",), sentence="Too much."), Misfit(path=(), sentence="No."))
    form = await office.refused(request, amount="9.00")
    assert form.errors == {AMOUNT: "Too much.", WHOLE: "No."}
    assert {each.key: each.text for each in form.form}[AMOUNT] == "9.00"


async def test_what_cannot_be_read_and_what_does_not_fit_are_told_together(office: Office) -> None:
    action = evolved(REFUND.action, arguments={**REFUND.action.arguments, "parcels": 2})
    request = await office.ask(evolved(REFUND, action=action))
    told = {"amount": "Too much.", "order": "No such order.", "parcels": "Too many."}
    office.policy.wrong = (
        *(Misfit(path=(name,), sentence=sentence) for name, sentence in told.items()),
        Misfit(path=(), sentence="No."),
    )
    form = await office.refused(request, amount="9.00", parcels="two")
    # How many parcels is not known yet, so that only what was typed elsewhere is judged.
    assert form.errors == {
        AMOUNT: "Too much.",
        key_of(("parcels",)): "Write a whole number, such as 12.",
    }


async def test_what_the_policy_refuses_is_a_sentence_in_the_form(office: Office) -> None:
    request = await office.ask()
    office.policy.ruling = replace(office.policy.ruling, mode=Mode.REFUSE, why="Never this much.")
    form = await office.refused(request, amount="9.00")
    assert form.errors == {WHOLE: "The policy refuses these arguments: Never this much."}


async def test_looking_at_the_form_is_on_record_so_that_a_high_impact_can_be_edited(office: Office) -> None:
    high = evolved(REFUND, impact=Impact(level=ImpactLevel.HIGH, amount="240.00", currency="EUR"))
    request = await office.ask(high)
    review = await office.review(request, amount="200.00")
    assert [(o.person, o.revision) for o in (await office.now(request)).progress.opened] == [("ann", 1)]
    await office.press(review)
    assert (await office.now(request)).status is Status.APPROVED


async def test_one_persons_form_is_no_look_of_anothers(office: Office) -> None:
    high = evolved(REFUND, impact=Impact(level=ImpactLevel.HIGH, amount="240.00", currency="EUR"))
    request = await office.ask(high)
    review = await office.review(request, amount="200.00")
    with pytest.raises(Gone):
        await office.press(review, BEN)
    assert (await office.now(request)).status is Status.PENDING


async def test_whoever_may_not_decide_is_told_so_before_any_form(office: Office) -> None:
    request = await office.ask()
    with pytest.raises(Forbidden, match="not among the reviewers"):
        await office.edits.begin(request.id, CAT)
    with pytest.raises(Forbidden):
        await office.edits.review(request.id, 1, CAT, {AMOUNT: ("1",)})
    assert (await office.now(request)).progress.opened == ()


async def test_a_request_that_offers_no_edit_has_no_form(office: Office) -> None:
    asked = await office.approvals.submit(
        Ask(agent="support-bot", packet=REFUND, asked=Asked(choices=("approve", "reject")))
    )
    with pytest.raises(Conflict, match="cannot be edited"):
        await office.edits.begin(asked.stored.request.id, ANN)


async def test_what_is_decided_has_no_form_any_more(office: Office) -> None:
    request = await office.ask()
    first, second = await office.review(request, amount="1"), await office.review(request, BEN, amount="2")
    await office.press(first)
    with pytest.raises(Conflict, match="Ann approved with changes this"):
        await office.edits.begin(request.id, BEN)
    assert (await office.press(second, BEN)).answer.code == "too_late"


@pytest.mark.parametrize("request_id", ["apr_" + "0" * 26, "nonsense", ""])
async def test_an_unknown_request_has_no_form(office: Office, request_id: str) -> None:
    with pytest.raises(NotFound):
        await office.edits.begin(request_id, ANN)


async def test_a_stale_form_is_told_and_keeps_what_was_typed_over_the_new_arguments(office: Office) -> None:
    office.policy.terms = replace(office.policy.terms, quorum=Quorum(approve=2, voters=("ann", "ben")))
    request = await office.ask()
    mine = await office.review(request, BEN, body="Dear Jo,\nwe are sorry.")
    await office.press(await office.review(request, amount="200.00"))

    assert (await office.press(mine, BEN)).answer.code == "stale"
    form = await office.edits.begin(request.id, BEN, draft=mine.draft)
    held = {each.key: each.text for each in form.form}
    assert (held[AMOUNT], held[BODY]) == ("200.00", "Dear Jo,\nwe are sorry.")
    assert "changed meanwhile" in form.notice

    everything = {AMOUNT: ("240.00",), ORDER: ("4892",), BODY: ("Dear Jo,\nwe are sorry.",)}
    late = await office.edits.review(request.id, 1, BEN, everything)
    assert isinstance(late, EditForm)
    assert late.revision == 2
    held = {each.key: each.text for each in late.form}
    assert (held[AMOUNT], held[BODY]) == ("200.00", "Dear Jo,\nwe are sorry.")


async def test_a_draft_goes_on_where_it_was_left(office: Office) -> None:
    request = await office.ask()
    review = await office.review(request, amount="200.00")
    form = await office.edits.begin(request.id, ANN, draft=review.draft)
    assert {each.key: each.text for each in form.form}[AMOUNT] == "200.00"
    more = await office.edits.review(request.id, 1, ANN, {ORDER: ("77",)}, draft=form.draft)
    assert isinstance(more, Review)
    assert [each.path for each in more.differences] == ["order", "amount"]
    once_more = await office.edits.again(more.reference, ANN)
    assert isinstance(once_more, Review)
    assert once_more.digest == more.digest


async def test_nobody_goes_on_with_anothers_draft(office: Office) -> None:
    request = await office.ask()
    review = await office.review(request, amount="200.00")
    form = await office.edits.begin(request.id, BEN, draft=review.draft)
    assert {each.key: each.text for each in form.form}[AMOUNT] == "240.00"
    assert form.draft is None


async def test_a_draft_ends_by_itself(office: Office) -> None:
    request = await office.ask()
    review = await office.review(request, amount="200.00")
    office.clock.now += LIVES + timedelta(seconds=1)
    with pytest.raises(Gone, match="too old"):
        await office.press(review)


async def test_what_comes_to_something_else_than_was_shown_is_not_pressed(office: Office) -> None:
    request = await office.ask()
    one, other = await office.review(request, amount="200.00"), await office.review(request, amount="9,000")
    mixed = replace(office.edits.reference(one.reference), draft_id=other.draft)
    with pytest.raises(Conflict, match="What was shown"):
        await office.edits.edited(mixed, ANN)


async def test_what_the_policy_takes_no_longer_is_not_pressed(office: Office) -> None:
    request = await office.ask()
    review = await office.review(request, amount="200.00")
    office.policy.wrong = (Misfit(path=("amount",), sentence="Not any more."),)
    with pytest.raises(Invalid, match="Not any more"):
        await office.press(review)


@pytest.mark.parametrize("forged", ["", "edit.apr_x.1.drf_x.sha256:00", "ä" * 9, "x" * 999])
async def test_a_forged_reference_is_none(office: Office, forged: str) -> None:
    request = await office.ask()
    review = await office.review(request, amount="200.00")
    for text in (forged, review.reference[:-1], review.reference.replace(".1.", ".2.", 1)):
        with pytest.raises(Invalid):
            office.edits.reference(text)
    with pytest.raises(Invalid):
        office.approvals.reference(review.reference)


async def test_the_consequence_tells_when_it_takes_several(office: Office) -> None:
    office.policy.terms = replace(office.policy.terms, quorum=Quorum(approve=2, voters=("ann", "ben")))
    review = await office.review(await office.ask(), amount="200.00")
    assert "counts as your approval, 1 of 2" in review.consequence
    assert review.label == APPROVE


async def test_the_consequence_tells_when_others_have_to_approve(office: Office) -> None:
    agents = {name: replace(each, owner="ann") for name, each in office.policy.directory.agents.items()}
    office.policy.directory = replace(office.policy.directory, agents=agents)
    review = await office.review(await office.ask(), amount="200.00")
    assert review.label == SEND_ON
    assert "somebody else has to approve" in review.consequence


async def test_a_form_without_end_is_refused(office: Office) -> None:
    request = await office.ask()
    with pytest.raises(Invalid, match="write shorter texts"):
        await office.edits.review(request.id, 1, ANN, {BODY: ("x" * (MOST_TYPED + 1),)})
    form = await office.refused(request, body="x" * 66_000)
    assert "64 KiB" in form.errors[WHOLE]
