"""Writes stored requests as resources."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime

from adapters.agents.assessed import Assessed, LookedAt, StepShown
from adapters.agents.resource import (
    ActionShown,
    Approval,
    ApprovalPage,
    DecisionShown,
    DeliveryShown,
    EndedShown,
    OutcomeShown,
    PersonShown,
    QuestionShown,
    QueueShown,
    ReasonShown,
    RulingShown,
    VoteShown,
)
from bot.domain.attention import Question
from bot.domain.directory import Directory
from bot.domain.explanation import About, Explanation, Step
from bot.domain.forecast import Queue, expires_at, moves_on_at
from bot.domain.packet import ReviewPacket
from bot.domain.request import ApprovalRequest, Proposal, Reason, Ruling
from bot.domain.sentences import for_the_model, names, taken_over_by
from bot.domain.status import Status
from bot.ports import Stored


class Resources:
    """Knows where the links lead and what people are called."""

    def __init__(self, *, public_url: str, directory: Callable[[], Directory]) -> None:
        self._base = f"{public_url.rstrip('/')}/v1/approvals"
        self._directory = directory

    def address(self, request_id: str) -> str:
        """Where a request can be read."""
        return f"{self._base}/{request_id}"

    def approval(self, stored: Stored, *, receipt: str | None = None, queue: Queue | None = None) -> Approval:
        """The resource; without `queue`, what is known of the wait without asking anybody."""
        request, packet = stored.request, stored.packet
        proposal, progress = request.proposal, request.progress
        pending = not request.status.is_final
        return Approval(
            id=request.id,
            status=request.status.value,
            revision=request.revision,
            agent=request.agent,
            action=_action(proposal, packet, is_erased=progress.erased_at is not None),
            mode=proposal.ruling.mode.value,
            ruling=_ruling(proposal.ruling),
            policy_version=proposal.policy_version,
            step=progress.step,
            round=progress.round,
            votes=self._votes(request) if progress.votes else [],
            questions=[question_shown(each, self._directory()) for each in progress.questions],
            decision=_decision(stored, self._directory),
            message=None if pending else for_the_model(request, self._directory()),
            queue=_queue(request, queue) if pending else None,
            delivery=_delivery(request),
            outcome=_outcome(request),
            reverted_at=progress.reverted_at,
            reverted_by=_person(progress.reverted_by, self._directory),
            reverted_reason=_reason(progress.reverted_reason),
            erased_at=progress.erased_at,
            created_at=request.created_at,
            expires_at=expires_at(request),
            ended=None if progress.ended_at is None else EndedShown(at=progress.ended_at, why=progress.ended),
            state=packet.state,
            receipt=receipt,
            links=self._links(request),
        )

    def page(self, found: Sequence[Stored], *, following: str | None) -> ApprovalPage:
        """One page; `following` is the query of the next one."""
        approvals = [self.approval(stored) for stored in found]
        return ApprovalPage(approvals=approvals, next=following and f"{self._base}?{following}")

    def _votes(self, request: ApprovalRequest) -> list[VoteShown]:
        people = self._directory().people
        return [
            VoteShown(
                person=vote.person,
                name=people[vote.person].name if vote.person in people else vote.person,
                decision=vote.decision.value,
                at=vote.at,
            )
            for vote in request.progress.votes
        ]

    def _links(self, request: ApprovalRequest) -> dict[str, str]:
        here = self.address(request.id)
        links = {"self": here, "messages": f"{here}/messages"}
        if request.status is Status.PENDING:
            links["cancel"] = f"{here}/cancel"
            return links
        if request.status is Status.APPROVED and request.progress.reverted_at is None:
            links["redeem"] = f"{here}/redeem"
        links["outcome"] = f"{here}/outcome"
        return links


def assessed(found: Explanation, packet: ReviewPacket) -> Assessed:
    """What a submission would come to."""
    proposal, terms = found.proposal, found.terms
    return Assessed(
        action=_action(proposal, packet),
        mode=proposal.ruling.mode.value,
        ruling=_ruling(proposal.ruling),
        policy_version=proposal.policy_version,
        route=proposal.route,
        escalation_policy=terms.escalation_policy,
        steps=[
            StepShown(to=[target.label for target in step.to], wait_s=round(step.wait.total_seconds()))
            for step in terms.steps
        ],
        choices=list(proposal.choices),
        amount=None if proposal.amount is None else str(proposal.amount),
        currency=proposal.currency,
        high_impact=proposal.high_impact,
        reversible=not proposal.irreversible,
        could_approve=[PersonShown(id=person.id, name=person.name) for person in found.approvers],
        trace=[_looked_at(step) for step in found.steps if not _is_of_a_person(step)],
    )


def _looked_at(step: Step) -> LookedAt:
    return LookedAt(about=step.about.value, name=step.name, result=step.result, sentence=step.sentence)


def _is_of_a_person(step: Step) -> bool:
    """Whom a limit or a denial bars is no agent's business."""
    return step.about is About.REVIEWERS and step.name is not None


def _queue(request: ApprovalRequest, queue: Queue | None) -> QueueShown:
    claim, wait = request.progress.claim, queue.expected_wait if queue else None
    return QueueShown(
        position=queue.position if queue else None,
        expected_wait_s=None if wait is None else round(wait.total_seconds()),
        held_by=claim.person if claim else None,
        moves_on_at=moves_on_at(request),
    )


def _action(proposal: Proposal, packet: ReviewPacket, *, is_erased: bool = False) -> ActionShown:
    return ActionShown(
        name=proposal.action,
        summary=proposal.summary,
        arguments=None if is_erased else dict(packet.action.arguments),
        digest=proposal.digest,
    )


def _ruling(ruling: Ruling) -> RulingShown:
    return RulingShown(rule=ruling.rule, owner=ruling.owner, why=ruling.why, matched=dict(ruling.matched))


def question_shown(question: Question, directory: Directory) -> QuestionShown:
    """What a reviewer asked, and what was answered."""
    return QuestionShown(
        id=question.id,
        person=question.person,
        name=names(directory, (question.person,)),
        text=question.text,
        asked_at=question.at,
        answer=question.answer,
        answered_at=question.answered_at,
    )


def _decision(stored: Stored, directory: Callable[[], Directory]) -> DecisionShown | None:
    decision = stored.request.progress.decision
    if decision is None:
        return None
    is_erased = stored.request.progress.erased_at is not None
    original = None if is_erased else stored.original
    reason, heir = decision.reason, taken_over_by(stored.request)
    return DecisionShown(
        type=decision.type.value,
        by=list(decision.by),
        reason=_reason(reason),
        decided_at=decision.decided_at,
        taken_over_by=_person(heir, directory),
        original_arguments=None if original is None else dict(original.action.arguments),
    )


def _person(person: str | None, directory: Callable[[], Directory]) -> PersonShown | None:
    return None if person is None else PersonShown(id=person, name=names(directory(), (person,)))


def _reason(reason: Reason | None) -> ReasonShown | None:
    return None if reason is None else ReasonShown(code=reason.code.value, text=reason.text)


def _delivery(request: ApprovalRequest) -> DeliveryShown:
    redemption = request.progress.redemption
    return DeliveryShown(
        callback=request.progress.callback,  # type: ignore[arg-type]  # the domain knows these three words, too
        taken_at=redemption.at if redemption else None,
        redeem_before=_redeem_before(request),
    )


def _redeem_before(request: ApprovalRequest) -> datetime | None:
    decision, valid_for = request.progress.decision, request.terms.valid_for
    if request.status is not Status.APPROVED or decision is None or valid_for is None:
        return None
    return decision.decided_at + valid_for


def _outcome(request: ApprovalRequest) -> OutcomeShown | None:
    outcome = request.progress.outcome
    if outcome is None:
        return None
    return OutcomeShown(status=outcome.status.value, detail=outcome.detail, at=outcome.at)
