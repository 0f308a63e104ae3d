"""What every move must keep, whatever came before: checked from outside, with an oracle of its own.

`Witness` sees each transition with the request before it and remembers what must never change again.
"""

from dataclasses import dataclass, field, replace

from bot.domain.choice import Choice
from bot.domain.directory import Directory
from bot.domain.effects import CallbackType, Ping, PostCard, RedrawCards, SendCallback, Tell
from bot.domain.moves import CardUndeliverable, Due, Facts, Move, Press, Redeem, Surface
from bot.domain.request import ApprovalRequest
from bot.domain.said import MOST as MOST_SAID
from bot.domain.status import DecisionType, Mode, Status
from bot.domain.transition import Transition
from tests.builders import AGENT

FINAL = {
    Status.APPROVED: CallbackType.APPROVED,
    Status.REJECTED: CallbackType.REJECTED,
    Status.EXPIRED: CallbackType.EXPIRED,
    Status.CANCELLED: CallbackType.CANCELLED,
}


def asked(directory: Directory, request: ApprovalRequest) -> set[str]:
    """Who is asked, worked out anew."""
    return {each for voter in request.voters for each in directory.groups.get(voter, (voter,))}


def may_approve(directory: Directory, request: ApprovalRequest, name: str) -> bool:
    """Whether somebody may approve, worked out a second time and more simply than in the product."""
    person = directory.people.get(name)
    agent = directory.agents.get(AGENT)
    if (
        person is None
        or name not in asked(directory, request)
        or agent is None
        or agent.owner == name
        or person.denied
    ):
        return False
    amount, currency = request.proposal.amount, request.proposal.currency
    return not person.limits or (amount is not None and abs(amount) <= 500 and currency == "EUR")


@dataclass(kw_only=True)
class Witness:
    """Everything that was promised so far."""

    callbacks: int = 0
    final_callbacks: list[CallbackType] = field(default_factory=list)
    posted: list[str] = field(default_factory=list)
    #: who opened a view of which revision, as moves that were accepted
    looked: set[tuple[str, int]] = field(default_factory=set)

    def sees(self, before: ApprovalRequest, move: Move | None, facts: Facts, done: Transition) -> None:
        """Check one transition; `move` is None for the submission."""
        self._editors_see_what_they_write(before, move, done.request)
        self._counts(before, done)
        self._written_exactly_when_something_happened(before, done)
        self._within_bounds(done.request)
        if before.status.is_final:
            self._taken_back_rightly(before, move, facts, done)
            self._over_is_over(before, done.request)
        elif done.request.status.is_final:
            self._ended_rightly(before, move, facts, done)
        self._in_able_hands(before, facts, done.request)
        if move is not None:
            self._votes_come_from_people(before, move, done.request)
            self._pressed_with_authority(before, move, facts, done.request)
            self._answered(before, move, done)
            self._taken_once(before, move, done)

    def _counts(self, before: ApprovalRequest, done: Transition) -> None:
        sent = [effect for effect in done.effects if isinstance(effect, SendCallback)]
        self.callbacks += len(sent)
        assert done.request.progress.callbacks == self.callbacks
        final = [effect.type for effect in sent if effect.type in FINAL.values()]
        self.final_callbacks += final
        ended_now = done.request.status.is_final and not before.status.is_final
        has_address = bool(done.request.proposal.callback_url)
        assert final == ([FINAL[done.request.status]] if ended_now and has_address else [])
        assert len(self.final_callbacks) <= 1
        self.posted += [effect.destination for effect in done.effects if isinstance(effect, PostCard)]
        assert len(set(self.posted)) == len(self.posted), "a second card at one place"
        pinged = [effect.destination for effect in done.effects if isinstance(effect, Ping)]
        assert set(pinged) <= set(self.posted), "a line beside no card"

    def _written_exactly_when_something_happened(self, before: ApprovalRequest, done: Transition) -> None:
        assert done.request.version == before.version + bool(done.events)
        if not done.events:
            assert done.request == before
            assert not done.effects
        if done.request.status is not before.status and before.progress.reached:
            assert RedrawCards() in done.effects

    def _within_bounds(self, request: ApprovalRequest) -> None:
        progress, terms = request.progress, request.terms
        assert 0 <= progress.step <= len(terms.steps)
        assert 0 <= progress.round <= terms.repeat + 1
        assert (request.due_at is None) == request.status.is_final
        assert (progress.decision is not None) == (request.status in (Status.APPROVED, Status.REJECTED))
        assert (progress.ended_at is not None) == request.status.is_final
        timers = (progress.step_ends_at, progress.remind_at, progress.veto_ends_at, progress.claim)
        assert not request.status.is_final or not any(timers)
        assert request.revision == 1 or not request.veto_open
        assert set(progress.reaching) <= set(progress.reached)
        assert not set(progress.reaching) & set(progress.undeliverable)
        voters = [vote.person for vote in progress.votes]
        assert len(set(voters)) == len(voters), "two votes of one person"

    def _in_able_hands(self, before: ApprovalRequest, facts: Facts, after: ApprovalRequest) -> None:
        claim = after.progress.claim
        if claim is None or claim.handed_by == (before.progress.claim or claim).handed_by:
            return
        if claim.handed_by:
            assert may_approve(facts.directory, after, claim.person), "handed to somebody without authority"
            hands = (*claim.handed_by, claim.person)
            assert len(hands) <= 6
            assert claim.person not in claim.handed_by
        assert not after.veto_open

    def _over_is_over(self, before: ApprovalRequest, after: ApprovalRequest) -> None:
        was, now = before.progress, after.progress
        kept = replace(
            now,
            reaching=was.reaching,
            undeliverable=was.undeliverable,
            outcome=was.outcome,
            redemption=was.redemption,
            callback=was.callback,
            callbacks=was.callbacks,
            said=was.said,
            reverted_at=was.reverted_at,
            reverted_by=was.reverted_by,
            reverted_reason=was.reverted_reason,
        )
        assert replace(after, version=before.version, progress=kept) == before
        assert was.said <= now.said <= MOST_SAID
        # Only that it was taken back is told once more.
        is_taken_back = was.reverted_at is None and now.reverted_at is not None
        assert was.callbacks <= now.callbacks <= was.callbacks + is_taken_back
        assert was.redemption is None or now.redemption == was.redemption

    def _taken_back_rightly(
        self, before: ApprovalRequest, move: Move | None, facts: Facts, done: Transition
    ) -> None:
        """Only what no person approved, only by a person, with a reason, and once."""
        was, now = before.progress, done.request.progress
        if now.reverted_at == was.reverted_at:
            assert now.reverted_by == was.reverted_by
            assert not any(
                each.type is CallbackType.REVERTED for each in done.effects if isinstance(each, SendCallback)
            )
            return
        assert isinstance(move, Press)
        assert move.choice is Choice.OVERRIDE
        assert was.reverted_at is None
        assert before.status is Status.APPROVED
        assert was.decision is not None
        assert not was.decision.by
        assert now.reverted_reason is not None
        name = move.presser.name.casefold()
        assert now.reverted_by == name
        assert not move.presser.is_bot
        leads = any(pattern == "*" for pattern in facts.directory.leads.get(name, ()))
        assert leads or name in asked(facts.directory, before)

    def _ended_rightly(
        self, before: ApprovalRequest, move: Move | None, facts: Facts, done: Transition
    ) -> None:
        request, decision = done.request, done.request.progress.decision
        late = request.proposal.needed_by is not None and request.proposal.needed_by <= facts.now
        assert not late or move is None or request.status in (Status.EXPIRED, Status.CANCELLED)
        if request.status is Status.EXPIRED:
            assert move is None or isinstance(move, Due | CardUndeliverable) or late
            assert request.progress.ended
        elif decision is not None and decision.by:
            assert isinstance(move, Press)
            self._decided_by_people(request, facts, decision.by)
        elif move is not None and request.status is Status.APPROVED:
            self._silence_approved(before, move, facts)
        elif move is None and request.status is Status.APPROVED:
            assert before.proposal.ruling.mode in (Mode.AUTO, Mode.NOTIFY)
            assert not before.proposal.irreversible

    def _decided_by_people(self, request: ApprovalRequest, facts: Facts, by: tuple[str, ...]) -> None:
        votes = {vote.person: vote.decision for vote in request.progress.votes}
        quorum, veto = request.terms.quorum, request.veto_open
        rejected = request.status is Status.REJECTED
        assert all((votes[person] is DecisionType.REJECT) is rejected for person in by)
        assert len(set(by)) >= ((1 if veto else quorum.reject) if rejected else quorum.approve)
        if rejected:
            return
        assert all(may_approve(facts.directory, request, person) for person in by)
        if request.proposal.high_impact:
            assert all((person, request.revision) in self.looked for person in by)

    def _silence_approved(self, before: ApprovalRequest, move: Move, facts: Facts) -> None:
        window = before.progress.veto_ends_at
        assert isinstance(move, Due)
        assert before.proposal.ruling.mode is Mode.VETO
        assert not before.proposal.irreversible
        assert not before.progress.veto_lifted
        assert window is not None
        assert window <= facts.now
        assert not before.progress.objecting
        assert asked(facts.directory, before) & facts.directory.people.keys()
        assert before.revision == 1

    def _editors_see_what_they_write(
        self, before: ApprovalRequest, move: Move | None, after: ApprovalRequest
    ) -> None:
        if isinstance(move, Press) and after.revision != before.revision and move.surface is Surface.VIEW:
            editor = move.presser.name.casefold()
            self.looked |= {(editor, after.revision)} if (editor, before.revision) in self.looked else set()

    def _votes_come_from_people(self, before: ApprovalRequest, move: Move, after: ApprovalRequest) -> None:
        new = {vote.person for vote in after.progress.votes if vote not in before.progress.votes}
        if new:
            assert isinstance(move, Press)
            assert new == {move.presser.name.casefold()}
            assert not move.presser.is_bot
            assert move.choice in (Choice.APPROVE, Choice.EDIT, Choice.REJECT)
        if after.revision != before.revision:
            assert isinstance(move, Press)
            assert move.choice is Choice.EDIT
            assert {vote.person for vote in after.progress.votes} <= {move.presser.name.casefold()}
            assert after.revision == before.revision + 1
            assert after.proposal.digest != before.proposal.digest

    def _pressed_with_authority(
        self, before: ApprovalRequest, move: Move, facts: Facts, after: ApprovalRequest
    ) -> None:
        if not isinstance(move, Press) or after.progress == before.progress or before.status.is_final:
            return
        name = move.presser.name.casefold()
        typed = move.revision is None and after.progress.votes == before.progress.votes
        assert typed or move.revision == before.revision or after.status is Status.EXPIRED
        assert name in facts.directory.people
        if after.status is not Status.EXPIRED:
            assert name in asked(facts.directory, before)
        for vote in after.progress.votes:
            if vote not in before.progress.votes and vote.decision is not DecisionType.REJECT:
                assert may_approve(facts.directory, after, name)
                assert not after.proposal.high_impact or (name, after.revision) in self.looked

    def _answered(self, before: ApprovalRequest, move: Move, done: Transition) -> None:
        if not isinstance(move, Press):
            return
        told = [effect for effect in done.effects if isinstance(effect, Tell)]
        assert told or RedrawCards() in done.effects, "a press without an answer that the presser can see"
        if not done.answer.accepted:
            assert [tell.sentence for tell in told] == [done.answer.sentence]
            assert done.request.progress.votes == before.progress.votes

    def _taken_once(self, before: ApprovalRequest, move: Move, done: Transition) -> None:
        was, now = before.progress.redemption, done.request.progress.redemption
        if was == now:
            if isinstance(move, Redeem) and done.answer.accepted:
                assert was is not None
                assert move.redemption_id == was.id
                assert move.digest == before.proposal.digest
            return
        assert was is None
        assert isinstance(move, Redeem)
        assert before.status is Status.APPROVED
        assert move.digest == before.proposal.digest
        assert move.agent == before.agent
