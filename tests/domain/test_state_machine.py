"""Any order of presses, timers and news keeps every promise of the lifecycle."""

from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from bot.domain import lifecycle
from bot.domain.choice import Choice
from bot.domain.directory import Directory
from bot.domain.effects import CallbackType
from bot.domain.moves import (
    CallbackSettled,
    Cancel,
    CardPosted,
    CardUndeliverable,
    Due,
    Edited,
    Facts,
    Move,
    OpenView,
    Redeem,
    Remark,
    ReportOutcome,
    Say,
    Surface,
)
from bot.domain.request import ApprovalRequest
from bot.domain.status import Mode, OutcomeStatus, Status
from tests.builders import (
    AGENT,
    DIGEST,
    NOW,
    OTHER_DIGEST,
    a_packet,
    a_press,
    a_reason,
    a_request,
    presser,
)
from tests.domain.lives import (
    DESTINATIONS,
    DIRECTORIES,
    FIRST,
    PEOPLE,
    mostly,
    rarely,
    submissions,
    usually,
)
from tests.domain.promises import Witness


class Life(RuleBasedStateMachine):
    """One request, from submission to wherever these rules take it."""

    def __init__(self) -> None:
        super().__init__()
        self.now: datetime = NOW
        self.directory: Directory = FIRST
        self.request: ApprovalRequest = a_request()
        self.witness = Witness()
        self.reached_position = 0

    @initialize(submission=submissions, directory=st.sampled_from(DIRECTORIES[:4]))
    def submit(self, submission: dict[str, Any], directory: Directory) -> None:
        self.directory, self.witness, self.reached_position, self.now = directory, Witness(), 0, NOW
        request = a_request(**submission)
        done = lifecycle.open_request(request, self._facts())
        self.witness.sees(request, None, self._facts(), done)
        self.request = done.request

    @precondition(lambda self: self.request.status.is_final)
    @rule(submission=submissions)
    def another_one(self, submission: dict[str, Any]) -> None:
        self.submit(submission, FIRST)

    @rule(
        name=st.sampled_from(PEOPLE),
        choice=st.sampled_from(Choice),
        platform=st.sampled_from(("slack", "web")),
        surface=st.sampled_from(Surface),
        stale=mostly(0, 1, -1),
        flags=mostly({}, {"is_bot": True}, {"is_guest": True}, {"is_outside": True}),
        reason=st.sampled_from((None, a_reason(), a_reason(text="no"))),
    )
    def press(
        self,
        *,
        name: str,
        choice: Choice,
        platform: str,
        surface: Surface,
        stale: int,
        flags: Any,
        reason: Any,
    ) -> None:
        who = presser(name, platform, **flags)
        revision = self.request.revision - stale
        step = self.request.progress.step - stale
        changes = {"presser": who, "surface": surface, "revision": revision, "step": step, "reason": reason}
        self._move(a_press(self.request, name, choice, reply_to=f"{platform}:reply", **changes))

    @rule(name=st.sampled_from(PEOPLE), choice=mostly(Choice.APPROVE, Choice.REJECT, Choice.ESCALATE))
    def vote(self, name: str, choice: Choice) -> None:
        self._move(a_press(self.request, name, choice, reply_to="slack:reply"))

    @rule(name=st.sampled_from(PEOPLE), words=mostly("Was it paid?", " "), revision=st.booleans())
    def ask(self, *, name: str, words: str, revision: bool) -> None:
        shown = self.request.revision if revision else None
        press = a_press(self.request, name, Choice.ASK, words=words, revision=shown)
        self._move(replace(press, reply_to="slack:reply"))

    @rule(name=st.sampled_from(PEOPLE), to=st.sampled_from((*PEOPLE, "nobody", None)))
    def hand_over(self, name: str, to: str | None) -> None:
        self._move(a_press(self.request, name, Choice.HAND_OVER, to=to, reply_to="slack:reply"))

    @rule(name=st.sampled_from(PEOPLE), choice=mostly(Choice.APPROVE, Choice.REJECT))
    def look_and_vote(self, name: str, choice: Choice) -> None:
        self.look(name, 0)
        self._move(a_press(self.request, name, choice, surface=Surface.VIEW, reply_to="slack:reply"))

    @rule(
        name=st.sampled_from(PEOPLE),
        mode=mostly(Mode.GATE, *Mode),
        amount=st.sampled_from((None, Decimal(7), Decimal(901))),
        digest=mostly(OTHER_DIGEST, DIGEST),
        high_impact=rarely,
        surface=mostly(Surface.VIEW, Surface.CARD),
    )
    def edit(
        self,
        *,
        name: str,
        mode: Mode,
        amount: Decimal | None,
        digest: str,
        high_impact: bool,
        surface: Surface,
    ) -> None:
        self.look(name, 0)
        ruling = replace(self.request.proposal.ruling, mode=mode, window=timedelta(minutes=1))
        proposal = replace(
            self.request.proposal, ruling=ruling, amount=amount, digest=digest, high_impact=high_impact
        )
        edited = Edited(proposal=proposal, packet=a_packet({"amount": str(amount)}))
        press = a_press(self.request, name, Choice.EDIT, edited=edited, surface=surface)
        self._move(replace(press, reply_to="slack:reply"))

    @rule(name=st.sampled_from(PEOPLE), older=st.integers(0, 1))
    def look(self, name: str, older: int) -> None:
        revision = self.request.revision - older
        self._move(OpenView(**self._named(), presser=presser(name), revision=revision))
        if any(each.person == name for each in self.request.progress.opened) and not older:
            self.witness.looked.add((name, revision))

    @rule(passed=mostly(1.0, 5.0, 5.0, 15.0, 60.0, 4000.0), fires=usually)
    def time_passes(self, *, passed: float, fires: bool) -> None:
        self.now += timedelta(minutes=passed)
        if fires:
            self._catch_up()

    @rule()
    def a_timer_fires(self) -> None:
        self._move(Due(**self._named()))

    @rule(directory=mostly(FIRST, *DIRECTORIES))
    def the_policy_changes(self, directory: Directory) -> None:
        self.directory = directory

    @rule(agent=mostly("other-bot", AGENT, "other-bot"), reason=st.sampled_from(("", "no need")))
    @precondition(lambda self: self.request.version > 3)
    def the_agent_withdraws(self, agent: str, reason: str) -> None:
        self._move(Cancel(**self._named(), agent=agent, reason=reason))

    @rule(
        redemption=st.sampled_from(("r1", "r2")),
        digest=mostly(None, DIGEST, OTHER_DIGEST),
        agent=mostly(AGENT, "other-bot"),
    )
    def the_agent_takes_it(self, redemption: str, digest: str | None, agent: str) -> None:
        digest = digest or self.request.proposal.digest
        self._move(Redeem(**self._named(), agent=agent, digest=digest, redemption_id=redemption))

    @rule(status=st.sampled_from(OutcomeStatus))
    def the_agent_reports(self, status: OutcomeStatus) -> None:
        self._move(ReportOutcome(**self._named(), agent=AGENT, status=status, detail=""))

    @rule(reply_to=mostly(None, "q1", "q2"))
    def the_agent_speaks(self, reply_to: str | None) -> None:
        self._move(Say(**self._named(), agent=AGENT, text="It is urgent", reply_to=reply_to))

    @rule(name=mostly("ann", "nobody"))
    def somebody_says_something(self, name: str) -> None:
        self._move(Remark(**self._named(), presser=presser(name), text="approve"))

    @rule(destination=st.sampled_from(DESTINATIONS))
    def a_card_stands(self, destination: str) -> None:
        self._move(CardPosted(**self._named(), destination=destination, shown_digest="d"))

    @rule(destination=mostly("slack:C9", *DESTINATIONS))
    def a_channel_is_dead(self, destination: str) -> None:
        self._move(CardUndeliverable(**self._named(), destination=destination, why="archived"))

    @rule(kind=st.sampled_from(CallbackType), delivered=st.booleans())
    def a_callback_is_settled(self, *, kind: str, delivered: bool) -> None:
        self._move(CallbackSettled(**self._named(), type=kind, delivered=delivered))

    @invariant()
    def steps_only_go_forward(self) -> None:
        progress = self.request.progress
        position = max(progress.round - 1, 0) * len(self.request.terms.steps) + progress.step
        assert position >= self.reached_position
        if 0 < self.reached_position < position:
            assert not self.request.veto_open
        self.reached_position = position

    def teardown(self) -> None:
        """Left alone, every request ends, and silence is no approval but in a veto window."""
        silent_veto = self.request.veto_open and not self.request.proposal.irreversible
        was_final, before = self.request.status.is_final, self.request.status
        while self.request.due_at is not None:
            self.now = max(self.now, self.request.due_at)
            self._catch_up()
        if was_final:
            assert self.request.status is before
        else:
            assert self.request.status in ({Status.EXPIRED} | ({Status.APPROVED} if silent_veto else set()))

    def _catch_up(self) -> None:
        """Fold timers until none is due; each of them must leave less to do."""
        for _ in range(100):
            if self.request.due_at is None or self.request.due_at > self.now:
                return
            version = self.request.version
            self._move(Due(**self._named()))
            assert self.request.version > version, "a timer that is due but does nothing"
        pytest.fail("timers without end")

    def _move(self, move: Move) -> None:
        before, facts = self.request, self._facts()
        done = lifecycle.fold(before, move, facts)
        self.request = done.request
        self.witness.sees(before, move, facts, done)

    def _named(self) -> Any:
        return {"request_id": self.request.id, "command_id": "cmd"}

    def _facts(self) -> Facts:
        return Facts(now=self.now, directory=self.directory)


TestLife = Life.TestCase
TestLife.settings = settings(max_examples=max(200, settings().max_examples), stateful_step_count=40)
TestLife = pytest.mark.hypothesis(TestLife)
